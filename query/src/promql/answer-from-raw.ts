import { tagKey } from '../answer.ts'
import type { AnswerSeries } from '../answer.ts'
import { nearestRank } from '../percentile.ts'
import type { Query } from '../query.ts'
import { RateSums } from '../rate-sums.ts'
import { tagsOfGroup } from '../series-builder.ts'
import type { Windows } from '../windows.ts'

/** Samples of one series, rising in time. */
export interface RawSeries {
  readonly field: string
  readonly tags: Readonly<Record<string, string>>
  readonly points: readonly (readonly [number, number])[]
}

/** What PromQL has no words for is made here of the samples: percentiles, and where it isn't MetricsQL first, last and rates. */
export function answerFromRaw(
  query: Query,
  windows: Windows,
  series: readonly RawSeries[],
  isCounter: (field: string) => boolean,
): AnswerSeries[] {
  if (query.aggregate !== 'rate') return fromSamples(query, windows, series)
  const sums = new RateSums(windows)
  for (const one of series) addRates(query, windows, one, isCounter(one.field), sums)
  return sums.finish()
}

type Samples = (readonly [number, number])[]

function fromSamples(query: Query, windows: Windows, series: readonly RawSeries[]): AnswerSeries[] {
  const groups = new Map<
    string,
    { field: string; tags: Record<string, string>; windows: Map<number, Samples> }
  >()
  for (const { field, tags, points } of series) {
    const own = tagsOfGroup(tags, query.groupBy)
    const key = `${field} ${tagKey(own)}`
    const group = groups.get(key) ?? { field, tags: own, windows: new Map<number, Samples>() }
    groups.set(key, group)
    for (const [timeMs, value] of points) {
      if (timeMs < query.fromMs || timeMs >= query.toMs) continue
      const window = windows.indexOf(timeMs)
      const samples = group.windows.get(window)
      if (samples === undefined) group.windows.set(window, [[timeMs, value]])
      else samples.push([timeMs, value])
    }
  }
  return Array.from(groups.values(), ({ field, tags, windows: found }) => {
    const rows = [...found].toSorted(([a], [b]) => a - b)
    return {
      field,
      tags,
      times: Float64Array.from(rows, ([window]) => windows.startOf(window)),
      values: Float64Array.from(rows, ([, samples]) => valueOf(query, samples)),
    }
  })
}

function valueOf({ aggregate, percentile = 0 }: Query, samples: Samples): number {
  if (aggregate === 'percentile')
    return nearestRank(Float64Array.from(samples, ([, value]) => value).sort(), percentile)
  const sign = aggregate === 'first' ? -1 : 1
  let [bestTime, best] = [-Infinity, Number.NaN]
  for (const [timeMs, value] of samples) {
    const rank = timeMs * sign
    if (rank < bestTime || (rank === bestTime && value <= best)) continue
    bestTime = rank
    best = value
  }
  return best
}

function addRates(
  query: Query,
  windows: Windows,
  { field, tags, points }: RawSeries,
  isCounter: boolean,
  sums: RateSums,
): void {
  const own = tagsOfGroup(tags, query.groupBy)
  const rises = new Float64Array(windows.count + 1)
  const lastTimes = new Float64Array(windows.count + 1).fill(Number.NaN)
  let before = Number.NaN
  for (const [timeMs, value] of points) {
    if (timeMs < windows.beforeMs || timeMs >= query.toMs) continue
    const slot = windows.indexOf(timeMs) + 1
    if (!Number.isNaN(before)) rises[slot]! += isCounter && value < before ? value : value - before
    before = value
    lastTimes[slot] = timeMs
  }
  for (let window = 0; window < windows.count; window++) {
    const seconds = (lastTimes[window + 1]! - lastTimes[window]!) / 1000
    if (!Number.isNaN(seconds)) sums.add(field, own, window, rises[window + 1]! / seconds)
  }
}
