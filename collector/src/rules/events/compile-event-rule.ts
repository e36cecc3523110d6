import { nearestName, parseDurationMs } from '@wardround/program'
import { NO_SEVERITY } from '../reading/no-severity.ts'
import type { EventLevel, EventRule, EventTest } from '../compiled-rule.ts'
import { DEFAULT_CLEAR_MS } from '../levels/read-level.ts'
import { EVENT_KINDS, hasMember } from './event-kinds.ts'
import { TWO_RULES } from '../reading/read-overrides.ts'
import { describeThreshold } from '../levels/describe-threshold.ts'
import { readPurpose } from '../reading/read-purpose.ts'
import type { Reading } from '../reading/reading.ts'
import { readTemplates, SUBJECT_TAGS } from '../texts/read-templates.ts'
import { checkedTagTest } from '../reading/read-where.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { LevelDefinition, RuleDefinition } from '../rule-schema.ts'
import { SEVERITIES } from '../severity.ts'
import type { TagTest } from '../reading/tag-filter.ts'
import { refuseKeys } from '../reading/refuse-keys.ts'

type KindFacts = NonNullable<(typeof EVENT_KINDS)[string]>

/** More within a window is no event that people are told of one by one, and each counted is remembered. */
const MAX_AT_LEAST = 1000
const MEMBER_PREFIX = 'event.'

/** Reads a rule about events; undefined when something is wrong with it. */
export function compileEventRule(
  definition: RuleDefinition,
  reading: Reading,
): EventRule | undefined {
  const { path, problems, clauses } = reading
  const { event } = definition
  const before = problems.problems.length
  const others = ['value', 'unit', 'whenPing', 'keepFiringFor', 'staleAfter', 'undeclared'] as const
  refuseKeys(definition, others, path, NOT_WITH_EVENT, problems)
  if (definition.overrides.length > 0)
    problems.add([...path, 'overrides'], NOT_WITH_EVENT, TWO_RULES)
  const purpose = readPurpose(definition, clauses, path, problems)
  const facts = problems.attempt([...path, 'event', 'kind'], () => readKind(event?.kind ?? ''))
  if (facts === undefined || event === undefined) return undefined
  const subjects = readSubjects(definition, reading)
  const where = readMembers(event.where, facts, reading)
  const levels = SEVERITIES.flatMap((severity) => {
    const level = definition[severity]
    return level === undefined ? [] : [readLevel(severity, level, reading)]
  })
  checkRising(levels, reading)
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  const { summary, shown } = readSummary(definition, facts, reading)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name, quote } = definition
  const text = { id, name, summary, unit: 'count', quote, ...purpose } as const
  const watched = { eventKind: event.kind, identifyingMembers: facts.identifying, subjects, where }
  return { kind: 'event', ...text, ...watched, levels, shown }
}

function readKind(kind: string): KindFacts {
  const facts = EVENT_KINDS[kind]
  if (facts !== undefined && Object.hasOwn(EVENT_KINDS, kind)) return facts
  const kinds = Object.keys(EVENT_KINDS)
  throw new RuleTextError(
    0,
    { zh: `未知的事件种类“${kind}”`, en: `unknown kind of event "${kind}"` },
    { zh: `以下之一：${kinds.join('、')}`, en: `one of ${kinds.join(', ')}` },
    nearestName(kind, kinds),
  )
}

function readSubjects(
  { where }: RuleDefinition,
  { path, problems, checkRegex }: Reading,
): ReadonlyMap<string, TagTest> {
  const tests = new Map<string, TagTest>()
  for (const [tag, written] of Object.entries(where)) {
    const test = problems.attempt([...path, 'where', tag], () => {
      if (!SUBJECT_TAGS.includes(tag)) throw notOfSubject(tag)
      return checkedTagTest(written, checkRegex)
    })
    if (test !== undefined) tests.set(tag, test)
  }
  return tests
}

function notOfSubject(tag: string): RuleTextError {
  return new RuleTextError(
    0,
    { zh: `事件没有标签“${tag}”`, en: `events have no tag "${tag}"` },
    {
      zh: 'host、project 或 role；事件内容的条件写在 event.where 中',
      en: "host, project or role; what is asked of an event's body stands in event.where",
    },
  )
}

function readMembers(
  where: Readonly<Record<string, string | readonly string[]>>,
  facts: KindFacts,
  { path, problems, checkRegex }: Reading,
): ReadonlyMap<string, EventTest> {
  const tests = new Map<string, EventTest>()
  for (const [member, written] of Object.entries(where)) {
    const test = problems.attempt([...path, 'event', 'where', member], () => {
      if (!hasMember(facts, member)) throw unknownMember(member, facts)
      return toEventTest([written].flat(), (entries) => checkedTagTest(entries, checkRegex))
    })
    if (test !== undefined) tests.set(member, test)
  }
  return tests
}

/** One of the values must fit one of the wanted patterns, and none an unwanted one. */
function toEventTest(
  entries: readonly string[],
  compile: (entries: readonly string[]) => TagTest,
): EventTest {
  const wanted = entries.filter((entry) => !entry.startsWith('!'))
  const unwanted = entries.filter((entry) => entry.startsWith('!'))
  const fits = wanted.length === 0 ? undefined : compile(wanted)
  const passes = compile(unwanted)
  return (values) => {
    const given = values.length === 0 ? [''] : values
    return (fits === undefined || given.some(fits)) && given.every(passes)
  }
}

function unknownMember(member: string, { members, hasGroups }: KindFacts): RuleTextError {
  const known = hasGroups ? [...members, 'groups.NAME'] : members
  return new RuleTextError(
    0,
    { zh: `这种事件没有“${member}”`, en: `events of this kind have no "${member}"` },
    { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
    nearestName(member, members),
  )
}

function readLevel(
  severity: EventLevel['severity'],
  level: LevelDefinition,
  { path, problems }: Reading,
): EventLevel {
  const place = [...path, severity]
  const { clear, atLeast, window } = level
  const allowed = ['atLeast', 'window', 'clear']
  const others = Object.keys(level).filter(
    (key) => !allowed.includes(key) && !(key === 'for' && parseDurationMs(level.for) === 0),
  )
  refuseKeys<string>(level, others, place, ONLY_COUNTS, problems)
  const notFor = Object.keys(clear).filter((key) => key !== 'for')
  refuseKeys<string>(clear, notFor, [...place, 'clear'], ONLY_QUIET, problems)
  const windowMs = window === undefined ? 0 : parseDurationMs(window)
  if (windowMs <= 0) problems.add([...place, 'window'], NO_WINDOW, A_TIME)
  const isCount = typeof atLeast === 'number' && Number.isInteger(atLeast)
  if (!isCount || atLeast < 1 || atLeast > MAX_AT_LEAST)
    problems.add([...place, 'atLeast'], NO_COUNT, A_COUNT)
  const clearForMs =
    clear.for === undefined ? Math.max(DEFAULT_CLEAR_MS, windowMs) : parseDurationMs(clear.for)
  const timing = { severity, forMs: 0, samples: undefined, keepMs: 0, clearForMs, clearSamples: 0 }
  const threshold = describeThreshold({ comparison: '>=', bound: Number(atLeast) }, 'count')
  return { ...timing, threshold, windowMs, atLeast: Number(atLeast) }
}

/** The severer level must take more events, or the same in a shorter time. */
function checkRising(levels: readonly EventLevel[], { path, problems }: Reading): void {
  for (const [index, severer] of levels.entries()) {
    const milder = levels[index - 1]
    if (
      milder === undefined ||
      severer.atLeast / severer.windowMs > milder.atLeast / milder.windowMs
    )
      continue
    if (severer.atLeast <= milder.atLeast)
      problems.add([...path, severer.severity, 'atLeast'], NOT_MORE, MORE)
  }
}

function readSummary(
  definition: RuleDefinition,
  facts: KindFacts,
  { path, problems }: Reading,
): Pick<EventRule, 'shown'> & { readonly summary: EventRule['summary'] | undefined } {
  const groups = [definition.summary.zh, definition.summary.en].flatMap((text) =>
    [...text.matchAll(/\{\{\s*event\.(groups\.\w+)\s*\}\}/g)].map(([, name = '']) => name),
  )
  const members = facts.hasGroups ? [...facts.members, ...groups] : facts.members
  const known = members.map((name) => MEMBER_PREFIX + name)
  const summary = readTemplates(
    definition,
    ['value', ...SUBJECT_TAGS, ...facts.identifying, ...known],
    path,
    problems,
  )
  const names = [summary?.zh, summary?.en].flatMap((template) =>
    (template ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
  )
  const shown = members.filter((member) => names.includes(MEMBER_PREFIX + member))
  return { summary, shown: [...new Set(shown)] }
}

const NOT_WITH_EVENT: RuleProblem['what'] = { zh: '不能与 event 同用', en: "doesn't go with event" }
const ONLY_COUNTS = {
  zh: 'event 的级别只有 atLeast、window 与 clear',
  en: 'a level of event has only atLeast, window and clear',
}
const ONLY_QUIET = { zh: 'event 的 clear 只有 for（安静时长）', en: 'clear of event has only for' }
const NO_WINDOW = { zh: '缺少 window，或为 0', en: 'window is missing or 0' }
const A_TIME = { zh: '例如 10m', en: 'for example 10m' }
const NO_COUNT = { zh: 'atLeast 不是事件的次数', en: 'atLeast is no number of events' }
const A_COUNT = { zh: `1 到 ${MAX_AT_LEAST} 的整数`, en: `an integer from 1 to ${MAX_AT_LEAST}` }
const NOT_MORE = {
  zh: '不多于较轻级别的次数',
  en: "not more than the milder level's",
}
const MORE = { zh: '更多的次数，或更短的 window', en: 'more, or a shorter window' }
