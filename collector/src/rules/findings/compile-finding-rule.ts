import { nearestName, parseDurationMs } from '@wardround/program'
import { NO_SEVERITY } from '../reading/no-severity.ts'
import type { FindingLevel, FindingRule } from '../compiled-rule.ts'
import { FINDING_KINDS, PROJECT_NAMES } from './finding-kinds.ts'
import { readPurpose } from '../reading/read-purpose.ts'
import { readTemplates, SUBJECT_TAGS } from '../texts/read-templates.ts'
import { describeThreshold } from '../levels/describe-threshold.ts'
import { readThreshold } from '../levels/read-threshold.ts'
import { checkedTagTest } from '../reading/read-where.ts'
import type { Reading } from '../reading/reading.ts'
import { refuseKeys } from '../reading/refuse-keys.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { LevelDefinition, RuleDefinition } from '../rule-schema.ts'
import { SEVERITIES } from '../severity.ts'
import type { TagTest } from '../reading/tag-filter.ts'
import { compileThreshold, THRESHOLD_KEYS } from '../levels/threshold.ts'

type KindFacts = NonNullable<(typeof FINDING_KINDS)[string]>

/** Reads a rule about what is found against project files; undefined when something is wrong with it. */
export function compileFindingRule(
  definition: RuleDefinition,
  reading: Reading,
): FindingRule | undefined {
  const { path, problems, clauses } = reading
  const before = problems.problems.length
  const others = ['value', 'unit', 'whenPing', 'keepFiringFor', 'staleAfter', 'quote'] as const
  refuseKeys(definition, others, path, NOT_WITH_FINDING, problems)
  const purpose = readPurpose(definition, clauses, path, problems)
  const { finding = '' } = definition
  const facts = problems.attempt([...path, 'finding'], () => readKind(finding))
  if (facts === undefined) return undefined
  const where = readTags(definition, facts, reading)
  const levels = SEVERITIES.flatMap((severity) => {
    const level = definition[severity]
    return level === undefined ? [] : [readLevel(severity, level, facts, reading)]
  })
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  const known = ['value', ...SUBJECT_TAGS, ...PROJECT_NAMES, ...facts.identifying, ...facts.shown]
  const summary = readTemplates(definition, known, path, problems)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name } = definition
  const text = { id, name, summary, unit: facts.unit, quote: undefined, ...purpose }
  return { kind: 'finding', ...text, findingKind: finding, where, levels }
}

function readKind(kind: string): KindFacts {
  const facts = FINDING_KINDS[kind]
  if (facts !== undefined && Object.hasOwn(FINDING_KINDS, kind)) return facts
  const kinds = Object.keys(FINDING_KINDS)
  throw new RuleTextError(
    0,
    { zh: `未知的核对项“${kind}”`, en: `unknown kind of finding "${kind}"` },
    { zh: `以下之一：${kinds.join('、')}`, en: `one of ${kinds.join(', ')}` },
    nearestName(kind, kinds),
  )
}

function readTags(
  { where }: RuleDefinition,
  { identifying }: KindFacts,
  { path, problems, checkRegex }: Reading,
): ReadonlyMap<string, TagTest> {
  const known = [...identifying, ...SUBJECT_TAGS]
  const tests = new Map<string, TagTest>()
  for (const [tag, written] of Object.entries(where)) {
    const test = problems.attempt([...path, 'where', tag], () => {
      if (known.includes(tag)) return checkedTagTest(written, checkRegex)
      throw new RuleTextError(
        0,
        { zh: `这种核对项没有标签“${tag}”`, en: `findings of this kind have no tag "${tag}"` },
        { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
        nearestName(tag, known),
      )
    })
    if (test !== undefined) tests.set(tag, test)
  }
  return tests
}

const RANGE = { low: -Infinity, high: Infinity }

/** Without a threshold the finding itself suffices. */
function readLevel(
  severity: FindingLevel['severity'],
  level: LevelDefinition,
  { unit }: KindFacts,
  { path, problems }: Reading,
): FindingLevel {
  const place = [...path, severity]
  const { clear } = level
  const bounds = Object.keys(THRESHOLD_KEYS)
  const others = Object.keys(level).filter((key) => !['for', 'clear', ...bounds].includes(key))
  refuseKeys<string>(level, others, place, ONLY_BOUNDS, problems)
  const notFor = Object.keys(clear).filter((key) => key !== 'for')
  refuseKeys<string>(clear, notFor, [...place, 'clear'], ONLY_FOR, problems)
  const isBounded = Object.keys(level).some((key) => bounds.includes(key))
  const context = { unit, range: RANGE, states: undefined }
  const threshold = isBounded ? readThreshold(level, context, place, problems) : undefined
  return {
    severity,
    forMs: parseDurationMs(level.for),
    samples: undefined,
    keepMs: 0,
    clearForMs: clear.for === undefined ? 0 : parseDurationMs(clear.for),
    clearSamples: 1,
    threshold: threshold === undefined ? undefined : describeThreshold(threshold, unit),
    raises: threshold === undefined ? () => true : compileThreshold(threshold),
  }
}

const NOT_WITH_FINDING: RuleProblem['what'] = {
  zh: '不能与 finding 同用',
  en: "doesn't go with finding",
}
const ONLY_BOUNDS = {
  zh: 'finding 的级别只有一个阈值、for 与 clear',
  en: 'a level of finding has only a threshold, for and clear',
}
const ONLY_FOR = { zh: 'finding 的 clear 只有 for', en: 'clear of finding has only for' }
