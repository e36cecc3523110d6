import { nearestName, parseDurationMs } from '@wardround/program'
import { intervalOf, leastIntervalOf, type Catalogue, type MeasurementFacts } from '../catalogue.ts'
import { MIN_INTERVALS } from './point-paces.ts'
import { describeSpan } from '../levels/describe-threshold.ts'
import { toTiming } from '../levels/read-level.ts'
import { NO_SEVERITY } from '../reading/no-severity.ts'
import type { AbsenceRule, LevelTiming } from '../compiled-rule.ts'
import { TWO_RULES } from '../reading/read-overrides.ts'
import { readPurpose } from '../reading/read-purpose.ts'
import type { Reading } from '../reading/reading.ts'
import { readStaleMs } from '../reading/read-stale.ts'
import { readTemplates, SUBJECT_TAGS } from '../texts/read-templates.ts'
import { readWhere } from '../reading/read-where.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { LevelDefinition, RuleDefinition } from '../rule-schema.ts'
import { SEVERITIES } from '../severity.ts'
import { refuseKeys } from '../reading/refuse-keys.ts'

/** Samples that end the alert, where the rule doesn't say. */
const DEFAULT_SAMPLES = 2

interface WatchedPoints {
  readonly name: string
  readonly field: string | undefined
  readonly facts: MeasurementFacts
}

/** Reads a rule about points that are no more (`noData: disk`); undefined when something is wrong with it. */
export function compileAbsenceRule(
  definition: RuleDefinition,
  reading: Reading,
): AbsenceRule | undefined {
  const { path, problems, catalogue, clauses } = reading
  const before = problems.problems.length
  const others = ['value', 'unit', 'event', 'whenPing', 'keepFiringFor', 'undeclared'] as const
  refuseKeys(definition, others, path, NOT_WITH_NO_DATA, problems)
  const watched = problems.attempt([...path, 'noData'], () =>
    readWatched(definition.noData ?? '', catalogue),
  )
  if (definition.overrides.length > 0)
    problems.add([...path, 'overrides'], NOT_WITH_NO_DATA, TWO_RULES)
  const purpose = readPurpose(definition, clauses, path, problems)
  const staleMs = readStaleMs(definition)
  if (watched === undefined) return undefined
  const where = readWhere(definition, watched, reading)
  const { facts, field, name: measurement } = watched
  const { identifyingTags } = facts
  const fields = field === undefined ? Object.keys(facts.fields) : [field]
  const known = ['value', ...SUBJECT_TAGS, ...identifyingTags]
  const summary = readTemplates(definition, known, path, problems)
  const levels = readLevels(definition, leastIntervalOf(facts, fields), reading)
  if (summary === undefined || problems.problems.length > before) return undefined
  const { id, name, quote } = definition
  const what = { measurement, field, identifyingTags, where }
  return {
    kind: 'absence',
    id,
    name,
    summary,
    unit: 'seconds',
    quote,
    ...purpose,
    ...what,
    levels,
    usualMs: intervalOf(facts, fields) * 1000,
    staleMs,
  }
}

function readWatched(text: string, catalogue: Catalogue): WatchedPoints {
  const dot = text.indexOf('.')
  const name = dot < 0 ? text : text.slice(0, dot)
  const field = dot < 0 ? undefined : text.slice(dot + 1)
  const facts = catalogue.measurement(name)
  if (facts === undefined) {
    throw new RuleTextError(
      0,
      { zh: `未知的测量项“${name}”`, en: `unknown measurement "${name}"` },
      { zh: 'agent，或指标目录中的测量项', en: 'agent, or a measurement of the catalogue' },
      nearestName(name, ['agent', ...catalogue.names]),
    )
  }
  const fields = Object.keys(facts.fields)
  if (field !== undefined && !fields.includes(field)) {
    throw new RuleTextError(
      dot + 1,
      { zh: `“${name}”没有字段“${field}”`, en: `"${name}" has no field "${field}"` },
      { zh: `以下之一：${fields.join('、')}`, en: `one of ${fields.join(', ')}` },
      nearestName(field, fields),
    )
  }
  return { name, field, facts }
}

function readLevels(
  definition: RuleDefinition,
  everySeconds: number,
  { path, problems }: Reading,
): LevelTiming[] {
  const leastMs = MIN_INTERVALS * everySeconds * 1000
  const levels: LevelTiming[] = []
  for (const severity of SEVERITIES) {
    const level = definition[severity]
    if (level === undefined) continue
    const place = [...path, severity]
    refuseKeys(level, othersOf(level, ['for', 'clear']), place, ONLY_FOR, problems)
    const { clear } = level
    refuseKeys(clear, othersOf(clear, ['samples']), [...place, 'clear'], ONLY_SAMPLES, problems)
    const forMs = parseDurationMs(level.for)
    if (forMs < leastMs) problems.add([...place, 'for'], ...tooShort(everySeconds, leastMs))
    else if (forMs <= (levels.at(-1)?.forMs ?? 0))
      problems.add([...place, 'for'], NOT_LONGER, LONGER)
    const timing = toTiming(severity, level, 0)
    const threshold = describeSpan(timing)
    levels.push({ ...timing, threshold, clearSamples: clear.samples ?? DEFAULT_SAMPLES })
  }
  if (levels.length === 0) problems.add(path, NO_SEVERITY.what, NO_SEVERITY.expected)
  return levels
}

function othersOf(
  given: LevelDefinition | LevelDefinition['clear'],
  known: readonly string[],
): string[] {
  return Object.keys(given).filter((key) => !known.includes(key))
}

function tooShort(
  everySeconds: number,
  leastMs: number,
): [what: RuleProblem['what'], expected: RuleProblem['what']] {
  const least = `${leastMs / 1000}s`
  return [
    {
      zh: `短于采集间隔（${everySeconds} 秒）的 ${MIN_INTERVALS} 倍`,
      en: `shorter than ${MIN_INTERVALS} intervals of ${everySeconds} s`,
    },
    { zh: `至少 ${least}`, en: `at least ${least}` },
  ]
}

const NOT_WITH_NO_DATA = { zh: '不能与 noData 同用', en: "doesn't go with noData" }
const ONLY_FOR = {
  zh: 'noData 的级别只有 for 与 clear',
  en: 'a level of noData has only for and clear',
}
const ONLY_SAMPLES = { zh: 'noData 的 clear 只有 samples', en: 'clear of noData has only samples' }
const NOT_LONGER = { zh: '不长于较轻级别的时长', en: "not longer than the milder level's" }
const LONGER = { zh: '更长的时长', en: 'a longer time' }
