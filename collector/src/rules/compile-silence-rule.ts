import { parseDurationMs } from '@wardround/program'
import { keepMsOf, toTiming } from './compile-level.ts'
import type { SilenceRule } from './compiled-rule.ts'
import { PING_STATES } from './ping-state.ts'
import { readPurpose } from './read-purpose.ts'
import type { Reading } from './reading.ts'
import { readTemplates, SUBJECT_TAGS } from './read-templates.ts'
import { refuseKeys } from './refuse-keys.ts'
import type { RuleDefinition } from './rule-schema.ts'
import { SEVERITIES } from './severity.ts'
import { silentKindOf } from './silent-kind.ts'

/** What is said of a rule without any severity. */
export const NO_SEVERITY = {
  what: { zh: '没有任何级别', en: 'there is no severity' },
  expected: {
    zh: 'info、warning、critical 中至少一个',
    en: 'at least one of info, warning, critical',
  },
}

/** Reads a rule about agents, or others, that are no longer heard of; undefined when something is wrong with it. */
export function compileSilenceRule(
  definition: RuleDefinition,
  { path, problems, clauses }: Pick<Reading, 'path' | 'problems' | 'clauses'>,
): SilenceRule | undefined {
  const before = problems.problems.length
  const others = ['value', 'unit', 'event', 'staleAfter'] as const
  refuseKeys(definition, others, path, NOT_WITH_NO_DATA, problems)
  const of = silentKindOf(definition.noData) ?? 'agent'
  if (of !== 'agent') refusePing(definition, path, problems)
  if (Object.keys(definition.where).length > 0) problems.add([...path, 'where'], NOT_WITH_NO_DATA)
  const purpose = readPurpose(definition, clauses, path, problems)
  const summary = readTemplates(definition, ['value', ...SUBJECT_TAGS], path, problems)
  const levels = SEVERITIES.flatMap((severity) => {
    const level = definition[severity]
    if (level === undefined) return []
    if (parseDurationMs(level.for) <= 0)
      problems.add([...path, severity, 'for'], NO_TIME, { zh: '例如 3m', en: 'for example 3m' })
    const heartbeats = level.clear.heartbeats ?? 2
    return [
      {
        ...toTiming(severity, level, keepMsOf(definition)),
        heartbeats,
        pings: level.ping ?? PING_STATES,
      },
    ]
  })
  const whenPing = readPingTexts(definition, path, problems)
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name, quote } = definition
  const unit = 'seconds'
  return { kind: 'silence', of, id, name, summary, unit, quote, ...purpose, levels, whenPing }
}

function refusePing(
  definition: RuleDefinition,
  path: Reading['path'],
  problems: Reading['problems'],
): void {
  if (definition.whenPing !== undefined) problems.add([...path, 'whenPing'], PING_OF_AGENTS)
  for (const severity of SEVERITIES)
    if (definition[severity]?.ping !== undefined)
      problems.add([...path, severity, 'ping'], PING_OF_AGENTS)
}

/** The texts by what ping says; what is wrong with them is in `problems`. */
function readPingTexts(
  { whenPing = {} }: RuleDefinition,
  path: Reading['path'],
  problems: Reading['problems'],
): SilenceRule['whenPing'] {
  const texts: {
    -readonly [State in keyof SilenceRule['whenPing']]: SilenceRule['whenPing'][State]
  } = {}
  for (const state of ['answers', 'lost'] as const) {
    const said = whenPing[state]
    if (said === undefined) continue
    const place = [...path, 'whenPing', state]
    const summary = readTemplates(said, ['value', ...SUBJECT_TAGS], place, problems)
    if (summary !== undefined) texts[state] = { name: said.name, summary }
  }
  return texts
}

const PING_OF_AGENTS = {
  zh: '只有采集代理的主机才会被 ping',
  en: 'only the hosts of agents are pinged',
}
const NOT_WITH_NO_DATA = { zh: '不能与 noData 同用', en: "doesn't go with noData" }
const NO_TIME = { zh: 'noData 需要时长', en: 'noData needs a length of time' }
