import { tagKey } from './answer.ts'
import type { AnswerSeries } from './answer.ts'
import type { Fill, Query, Ranking, Top } from './query.ts'
import type { Windows } from './windows.ts'

/**
 * What is the same whoever answers: order, `top` and `fill`. The series have one point for each window with a value (with `raw`, which has no
 * windows, for each sample), rising.
 */
export function finishAnswer(
  { fields, top, fill = 'none' }: Query,
  windows: Windows | undefined,
  series: readonly AnswerSeries[],
): AnswerSeries[] {
  const found = series.filter(({ times }) => times.length > 0)
  return fields.flatMap((field) => {
    const ofField = inOrder(found.filter((one) => one.field === field))
    const kept = top === undefined ? ofField : keepTop(ofField, top)
    return fill === 'none' || windows === undefined
      ? kept
      : kept.map((one) => fillGaps(one, windows, fill))
  })
}

function inOrder(series: readonly AnswerSeries[]): AnswerSeries[] {
  return series
    .map((one) => ({ one, key: tagKey(one.tags) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one)
}

/** A series that is ranked has a point. */
const RANK: Readonly<Record<Ranking, (values: Float64Array) => number>> = {
  mean: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  max: (values) => values.reduce((highest, value) => Math.max(highest, value), -Infinity),
  min: (values) => values.reduce((lowest, value) => Math.min(lowest, value), Infinity),
  last: (values) => values.at(-1)!,
}

/** Series of one rank stay in the order of their tags. */
function keepTop(series: readonly AnswerSeries[], { count, by, order }: Top): AnswerSeries[] {
  const sign = order === 'lowest' ? 1 : -1
  return series
    .map((one) => ({ one, rank: RANK[by](one.values) }))
    .toSorted((a, b) => (a.rank - b.rank) * sign)
    .slice(0, count)
    .map(({ one }) => one)
}

function fillGaps(
  series: AnswerSeries,
  windows: Windows,
  fill: Exclude<Fill, 'none'>,
): AnswerSeries {
  const first = fill === 'null' ? 0 : windows.indexOf(series.times[0]!)
  const times = windows.starts().subarray(first)
  const values = new Float64Array(times.length).fill(Number.NaN)
  let at = 0
  let previous = Number.NaN
  for (let row = 0; row < times.length; row++) {
    const isThere = series.times[at] === times[row]
    if (isThere) previous = series.values[at++]!
    if (isThere || fill === 'previous') values[row] = previous
  }
  return { ...series, times, values }
}
