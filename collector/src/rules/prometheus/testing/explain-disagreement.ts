import { neededReads, optionalReads } from '../../levels/compile-level.ts'
import type { ReadValueRule } from '../../values/compile-value-rule.ts'
import { fieldsOf, readsOf, type ReadNode } from '../../language/expression.ts'
import type { DifferenceId } from '../differences.ts'
import type { Disagreement } from './disagreements.ts'
import type { GeneratedSeries } from './generated-series.ts'

/** What a disagreement is looked at with. */
export interface Evidence {
  readonly rule: ReadValueRule
  /** The point's series before its descriptive tag split it. */
  readonly series: GeneratedSeries
  /** Steps at which its descriptive tag changed. */
  readonly tagChanges: readonly number[]
  readonly everySteps: number
  readonly stepSeconds: number
}

/** Why two engines may disagree here; undefined where nothing that is known explains it. */
export function explainDisagreement(
  seen: Disagreement,
  evidence: Evidence,
): DifferenceId | undefined {
  const { everySteps, rule, tagChanges } = evidence
  const after = keepSteps(evidence)
  const window = windowSteps(evidence)
  const trouble = troubleBefore(seen.fromStep, after, evidence)
  if (trouble !== undefined) return trouble
  const isWindowShort =
    seen.fromStep < window + after ||
    troubleBefore(seen.fromStep, window + after, evidence) !== undefined
  if (window > 0 && isWindowShort) return 'window-history'
  const reach = lookBackSteps(evidence) + after
  if (tagChanges.some((step) => isWithin(seen.fromStep - step, 0, reach))) return 'descriptive-tag'
  if (everySteps > 1 && seen.steps <= everySteps) return 'between-samples'
  if (readsOf(rule.value).some(isForecast)) return 'forecast'
  return seen.isStepDown ? 'two-severities' : undefined
}

/** The newest sample that did not come as it should, as far back as it can still matter. */
function troubleBefore(from: number, after: number, evidence: Evidence): DifferenceId | undefined {
  const { series, everySteps } = evidence
  for (
    let step = from - (from % everySteps);
    step >= Math.max(0, from - after);
    step -= everySteps
  ) {
    if (series.late.has(step)) return 'late-data'
    const sample = sampleAt(step, evidence)
    if (sample === 'whole') continue
    if (sample === 'partial') return 'missing-field'
    return isLongGap(step, evidence) ? 'no-data' : 'between-samples'
  }
  return undefined
}

/** Whether so much is missing around a step that Prometheus stops taking the value before. */
function isLongGap(step: number, evidence: Evidence): boolean {
  const { everySteps, series } = evidence
  let [first, last] = [step, step]
  const isEmpty = (at: number) => sampleAt(at, evidence) === 'none'
  while (first >= 0 && isEmpty(first)) first -= everySteps
  while (last < stepsOf(series) && isEmpty(last)) last += everySteps
  return last - first > lookBackSteps(evidence)
}

function stepsOf({ fields }: GeneratedSeries): number {
  return Math.max(...Object.values(fields).map(({ length }) => length))
}

function sampleAt(step: number, { rule, series }: Evidence): 'whole' | 'partial' | 'none' {
  const values = rule.levels
    .flatMap((level) => [...neededReads(level), ...optionalReads(level)])
    .flatMap(fieldsOf)
    .concat(fieldsOf(rule.value))
    .map(({ field }) => series.fields[field]?.[step])
  const there = values.filter((value) => value !== undefined)
  // a divisor of 0 is a value that says nothing
  const dividesByNone = rule.definition.value?.includes('/') === true && there.includes(0)
  if (there.length === 0) return 'none'
  return there.length === values.length && !dividesByNone ? 'whole' : 'partial'
}

function lookBackSteps({ everySteps, stepSeconds }: Evidence): number {
  return Math.max(300 / stepSeconds, 3 * everySteps)
}

/** For how long an alert stays although its condition no longer holds. */
function keepSteps({ rule, stepSeconds, everySteps }: Evidence): number {
  const waits = rule.levels.map(({ timing: { clearForMs, keepMs } }) =>
    Math.max(clearForMs, keepMs),
  )
  return Math.ceil(Math.max(...waits) / 1000 / stepSeconds) + everySteps
}

/** How far the longest of its functions looks back; 0 where it has none. */
function windowSteps({ rule, stepSeconds }: Evidence): number {
  const windows = readsOf(rule.value).map((read) =>
    read.kind === 'function' ? (read.windowMs ?? 0) / 1000 : 0,
  )
  return Math.ceil(Math.max(0, ...windows) / stepSeconds)
}

function isForecast(read: ReadNode): boolean {
  return read.kind === 'function' && read.name === 'timeTo'
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
