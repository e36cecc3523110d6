import type { PointFunction } from './windows/point-function.ts'
import type { RuleSet } from './compiled-rule.ts'

/**
 * What functions must know of the time before the engine began. One question to a store answers a need for all hosts: of the field, the aggregates
 * per step, kept apart by `groupBy`, for as long as `windowMs` before now.
 */
export interface HistoryNeed {
  readonly measurement: string
  readonly field: string
  /** window: the past of a window, up to now. baseline: means of whole hours. */
  readonly kind: 'window' | 'baseline'
  /** `host`, and the measurement's identifying tags. */
  readonly groupBy: readonly string[]
  /** The first is the value; `count` beside it says how many samples a mean is of. */
  readonly aggregates: readonly ('last' | 'min' | 'max' | 'mean' | 'count')[]
  readonly windowMs: number
  /** Whole seconds; from five minutes on whole multiples of them, from an hour on of that: what stores have rolled up. */
  readonly stepMs: number
}

/** What a store answered of one point. */
export interface PointHistory {
  /** The tags of `groupBy` that it has. */
  readonly tags: Readonly<Record<string, string>>
  readonly points: HistoryPoints
}

/** Rising in time. */
export interface HistoryPoints {
  /** Middle of each step, epoch ms. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** Samples in each step. */
  readonly counts: Float64Array
}

const HOUR_MS = 3_600_000
const FINE_MS = 300_000

/** How far a baseline looks back: seven times the hour of a day that begins up to 24 hours after the present one. */
const BASELINE_DAYS = 7

/** What the rules need to know of the past; what two functions need alike is asked once. */
export function historyNeeds({ layouts }: Pick<RuleSet, 'layouts'>): HistoryNeed[] {
  const needs = new Map<string, HistoryNeed>()
  for (const [measurement, { functions, identifyingTags, hasHistory }] of layouts) {
    if (!hasHistory) continue
    for (const fn of functions) {
      const need = needOf(fn, measurement, identifyingTags)
      if (need !== undefined) needs.set(JSON.stringify(need), need)
    }
  }
  return [...needs.values()]
}

/** What one function needs; undefined for a rate between two samples. */
export function needOf(
  fn: PointFunction,
  measurement: string,
  identifyingTags: readonly string[],
): HistoryNeed | undefined {
  const { name, field, windowMs } = fn
  const groupBy = ['host', ...identifyingTags]
  if (name === 'baseline') {
    const windowOf = BASELINE_DAYS * 24 * HOUR_MS
    const hourly = { aggregates: ['mean'], windowMs: windowOf, stepMs: HOUR_MS } as const
    return { measurement, field, kind: 'baseline', groupBy, ...hourly }
  }
  if (windowMs === 0) return undefined
  const aggregates = AGGREGATES[name]
  const stepMs = wholeStep(windowMs / (name === 'timeTo' ? 96 : 60))
  return { measurement, field, kind: 'window', groupBy, aggregates, windowMs, stepMs }
}

export function isSameNeed(a: HistoryNeed, b: HistoryNeed): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

const AGGREGATES: Readonly<Record<PointFunction['name'], HistoryNeed['aggregates']>> = {
  rate: ['last'],
  increase: ['last'],
  delta: ['last'],
  avg: ['mean', 'count'],
  min: ['min'],
  max: ['max'],
  timeTo: ['mean'],
  baseline: ['mean'],
}

function wholeStep(stepMs: number): number {
  const unit = stepMs >= HOUR_MS ? HOUR_MS : stepMs >= FINE_MS ? FINE_MS : 1000
  return Math.max(1, Math.ceil(stepMs / unit)) * unit
}
