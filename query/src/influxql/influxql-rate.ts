import { tagKey } from '../answer.ts'
import type { AnswerSeries } from '../answer.ts'
import type { IsCounter } from '../declared-kind.ts'
import type { Query } from '../query.ts'
import { RateSums } from '../rate-sums.ts'
import { tagsOfGroup } from '../series-builder.ts'
import type { WindowRun, Windows } from '../windows.ts'
import { rowsOf } from './influxql-answer.ts'
import type { InfluxQlResult } from './influxql-answer.ts'
import { groupByTime, selection, timeCondition } from './influxql-text.ts'
import type { TimeSpan } from './influxql-text.ts'
import type { InfluxQlOptions } from './influxql-options.ts'
import { quoteName } from './quote-influxql.ts'

/*
 * InfluxQL's own derivative divides by the window and drops resets. Here the samples' differences are summed per window: those that rise as they are,
 * and where a counter fell the value that it has then, which InfluxQL gives as (v + u) / 2 + (v − u) / 2 (no statement may hold both v and v − u).
 * `elapsed` sums up to the time between the last samples of two windows. Which windows have samples is asked by itself: the very first sample
 * of a range has no difference.
 */

/** A statement, and what its rows say: how many samples, or how much a series rose in how long. */
export interface RateStatement {
  readonly field: string
  readonly statement: string
  readonly says: 'samples' | 'rise'
  /** Rows of other windows are none of its business. */
  readonly span: TimeSpan
}

export function rateStatements(
  query: Query,
  windows: Windows,
  options: InfluxQlOptions,
  isCounter: IsCounter,
): RateStatement[] {
  return query.fields.flatMap((field) => {
    const asked = windows.runs.flatMap((run) =>
      riseStatements(query, field, { run, windows, options }, isCounter(query.measurement, field)),
    )
    const counts = runsFromBefore(windows).map((run) => sampleStatement(query, field, run, options))
    return [...counts, ...asked]
  })
}

/** The runs, with the window before the first. */
function runsFromBefore({ runs, beforeMs }: Windows): WindowRun[] {
  const [first, ...others] = runs
  if (first === undefined) return []
  const stepMs = first.startMs - beforeMs
  if (stepMs === first.stepMs)
    return [{ startMs: beforeMs, stepMs, count: first.count + 1 }, ...others]
  return [{ startMs: beforeMs, stepMs, count: 1 }, ...runs]
}

function spanOf({ startMs, stepMs, count }: WindowRun, toMs: number): TimeSpan {
  return { fromMs: startMs, toMs: Math.min(toMs, startMs + count * stepMs) }
}

function sampleStatement(
  query: Query,
  field: string,
  run: WindowRun,
  options: InfluxQlOptions,
): RateStatement {
  const span = spanOf(run, query.toMs)
  const count = `SELECT count(${quoteName(field)}) AS "samples" ${selection(query, options, span)}`
  return { field, statement: `${count} ${groupByTime(run, '*')}`, says: 'samples', span }
}

function riseStatements(
  query: Query,
  field: string,
  { run, windows, options }: { run: WindowRun; windows: Windows; options: InfluxQlOptions },
  isCounter: boolean,
): RateStatement[] {
  const span = spanOf(run, query.toMs)
  // From the window before on: the first difference is to its last sample.
  const fromMs = windows.startOf(windows.indexOf(run.startMs) - 1)
  const whole = { fromMs, toMs: span.toMs }
  const name = quoteName(field)
  const columns = [
    `difference(${name}) AS "change"`,
    `moving_average(${name}, 2) + difference(${name}) / 2 AS "after"`,
    `elapsed(${name}, 1ms) AS "ms"`,
  ].join(', ')
  const samples = `(SELECT ${columns} ${selection(query, options, whole)} GROUP BY *)`
  const sum = (of: string, condition: string): RateStatement => ({
    field,
    statement: `SELECT sum("${of}") AS "rise", sum("ms") AS "ms" FROM ${samples} WHERE ${condition}${timeCondition(whole)} ${groupByTime(run, '*')}`,
    says: 'rise',
    span,
  })
  if (!isCounter) return [sum('change', '')]
  return [sum('change', '"change" >= 0 AND '), sum('after', '"change" < 0 AND ')]
}

/** What is known of one series, by window + 1. */
interface SeriesRise {
  readonly field: string
  readonly tags: Readonly<Record<string, string>>
  readonly samples: Float64Array
  readonly rise: Float64Array
  readonly ms: Float64Array
}

export function readRates(
  query: Query,
  windows: Windows,
  asked: readonly RateStatement[],
  results: readonly InfluxQlResult[],
): AnswerSeries[] {
  const rates = new RateSums(windows)
  for (const { field, tags, samples, rise, ms } of gather(windows, asked, results)) {
    const own = tagsOfGroup(tags, query.groupBy)
    for (let window = 0; window < windows.count; window++) {
      if (samples[window] === 0 || samples[window + 1] === 0) continue
      rates.add(field, own, window, rise[window + 1]! / (ms[window + 1]! / 1000))
    }
  }
  return rates.finish()
}

function gather(
  windows: Windows,
  asked: readonly RateStatement[],
  results: readonly InfluxQlResult[],
): Iterable<SeriesRise> {
  const found = new Map<string, SeriesRise>()
  const slots = windows.count + 1
  for (const [at, { field, says, span }] of asked.entries()) {
    for (const { tags, timeMs, numbers } of rowsOf(results[at])) {
      if (timeMs < span.fromMs || timeMs >= span.toMs) continue
      const key = `${field} ${tagKey(tags)}`
      const known = found.get(key) ?? {
        field,
        tags,
        samples: new Float64Array(slots),
        rise: new Float64Array(slots),
        ms: new Float64Array(slots),
      }
      found.set(key, known)
      const slot = windows.indexOf(timeMs) + 1
      if (says === 'samples') known.samples[slot]! += numbers['samples'] ?? 0
      else {
        known.rise[slot]! += numbers['rise'] ?? 0
        known.ms[slot]! += numbers['ms'] ?? 0
      }
    }
  }
  return found.values()
}
