import { ConfigError, parseDurationMs, type Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import type { Channel } from '../notify/channel.ts'
import { compileDispatch, hasRegex } from '../notify/dispatch/compile-dispatch.ts'
import type { DispatchRules } from '../notify/dispatch/dispatcher.ts'
import { readDependencies } from './read-dependencies.ts'
import { defaultPackDirectory } from './read-rules.ts'
import { toWorkDays } from '../projects/site-calendar.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'
import type { RuleDefinition } from '../rules/rule-schema.ts'
import { alertLabelNames } from '../rules/alerts/alert-label-names.ts'
import { openRegexCheck } from '../rules/reading/check-regex.ts'

/**
 * Reads who is told of what: `notify:` and what comes with Wardround about causes.
 * @throws ConfigError
 */
export async function resolveDispatch(
  config: Located<CollectorConfig>,
  channels: readonly Channel[],
  catalogue: Catalogue,
  rules: Pick<RuleSet, 'definitions' | 'leftOut'>,
): Promise<DispatchRules> {
  const calendar = toWorkDays(config.value.calendar)
  const { route, maintenance, dependencies } = config.value.notify
  const shipped = await readDependencies(defaultPackDirectory())
  const needsCheck = hasRegex([route, maintenance, dependencies])
  const compiled = compileDispatch(config.value.notify, shipped, {
    channels: channels.map(({ name }) => name),
    labels: alertLabelNames(catalogue),
    rules: new Set([...rules.definitions.keys(), ...rules.leftOut]),
    checkRegex: needsCheck ? await openRegexCheck() : () => undefined,
    calendar: () => calendar,
    repeatOf: (id) => repeatOf(rules.definitions.get(id)),
  })
  if (compiled.rules !== undefined) return compiled.rules
  throw new ConfigError(
    compiled.problems.map(({ path, what, expected, suggestion }) =>
      config.problem(['notify', ...path], what, expected, suggestion),
    ),
  )
}

/** As RuleRepeats has it: 0 is never. */
function repeatOf(rule: RuleDefinition | undefined): number | undefined {
  const written = rule?.repeatEvery
  if (written === undefined) return undefined
  return written === 'never' ? 0 : parseDurationMs(written)
}
