import { parseDurationMs } from '@wardround/program'
import { describeSpan } from '../levels/describe-threshold.ts'
import { keepMsOf, toTiming } from '../levels/read-level.ts'
import type { SilenceLevel, SilenceRule } from '../compiled-rule.ts'
import { PING_STATES } from './ping-state.ts'
import type { ProblemList } from '../problem-list.ts'
import { ownLevels, readOverridden, type LevelsInPlace } from '../reading/read-overrides.ts'
import { readPurpose } from '../reading/read-purpose.ts'
import type { Reading } from '../reading/reading.ts'
import { readTemplates, SUBJECT_TAGS } from '../texts/read-templates.ts'
import { readWhere } from '../reading/read-where.ts'
import { NO_SEVERITY } from '../reading/no-severity.ts'
import { refuseKeys } from '../reading/refuse-keys.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { SEVERITIES } from '../severity.ts'
import { silentKindOf } from './silent-kind.ts'

/** Reads a rule about agents, or others, that are no longer heard of; undefined when something is wrong with it. */
export function compileSilenceRule(
  definition: RuleDefinition,
  reading: Pick<Reading, 'path' | 'problems' | 'clauses' | 'checkRegex'>,
): SilenceRule | undefined {
  const { path, problems, clauses } = reading
  const before = problems.problems.length
  const others = ['value', 'unit', 'event', 'staleAfter', 'undeclared'] as const
  refuseKeys(definition, others, path, NOT_WITH_NO_DATA, problems)
  const of = silentKindOf(definition.noData) ?? 'agent'
  if (of !== 'agent') refusePing(definition, path, problems)
  if (Object.keys(definition.where).length > 0) problems.add([...path, 'where'], NOT_WITH_NO_DATA)
  const purpose = readPurpose(definition, clauses, path, problems)
  const summary = readTemplates(definition, ['value', ...SUBJECT_TAGS], path, problems)
  const levels = readLevels(ownLevels(definition, path), problems)
  const whenPing = readPingTexts(definition, path, problems)
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name, quote } = definition
  const unit = 'seconds'
  const rule: SilenceRule = {
    kind: 'silence',
    of,
    id,
    name,
    summary,
    unit,
    quote,
    ...purpose,
    levels,
    whenPing,
    overrides: [],
  }
  const overrides = readOverrides(definition, rule, reading)
  return problems.problems.length > before ? undefined : { ...rule, overrides }
}

function readLevels({ definition, placeOf }: LevelsInPlace, problems: ProblemList): SilenceLevel[] {
  return SEVERITIES.flatMap((severity) => {
    const level = definition[severity]
    if (level === undefined) return []
    refuseKeys(level, VALUE_KEYS, placeOf(severity), NOT_WITH_NO_DATA, problems)
    if (parseDurationMs(level.for) <= 0)
      problems.add([...placeOf(severity), 'for'], NO_TIME, { zh: '例如 3m', en: 'for example 3m' })
    const heartbeats = level.clear.heartbeats ?? 2
    const pings = level.ping ?? PING_STATES
    const timing = toTiming(severity, level, keepMsOf(definition))
    return [{ ...timing, threshold: describeSpan(timing), heartbeats, pings }]
  })
}

function readOverrides(
  definition: RuleDefinition,
  rule: SilenceRule,
  reading: Pick<Reading, 'path' | 'problems' | 'checkRegex'>,
): SilenceRule['overrides'] {
  const { path: rulePath, problems } = reading
  return readOverridden(definition, rulePath, problems).map(({ where, path, levels }) => ({
    where: readWhere({ where }, AGENT, { ...reading, path }),
    rule: { ...rule, levels: levels === undefined ? [] : readLevels(levels, problems) },
  }))
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

/** Of an agent only its host, project and role can be asked. */
const AGENT = {
  name: 'agent',
  facts: { identifyingTags: [], descriptiveTags: [], fields: {}, intervals: {} },
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
/** What compares a value. */
const VALUE_KEYS = [
  'above',
  'atLeast',
  'below',
  'atMost',
  'equals',
  'notEquals',
  'in',
  'notIn',
  'and',
  'or',
  'samples',
  'window',
] as const
const NOT_WITH_NO_DATA = { zh: '不能与 noData 同用', en: "doesn't go with noData" }
const NO_TIME = { zh: 'noData 需要时长', en: 'noData needs a length of time' }
