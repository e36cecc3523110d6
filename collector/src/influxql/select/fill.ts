import type { FillOption } from '../language/syntax.ts'
import type { Points } from './data-source.ts'

/** A value for each window of `starts`, and for those that the points have besides: NaN where `fill` leaves none. */
export function fillWindows(points: Points, starts: Float64Array, fill: FillOption): Points {
  if (fill === 'none') return points
  const times = withThose(starts, points.times)
  const values = new Float64Array(times.length).fill(
    typeof fill === 'object' ? fill.value : Number.NaN,
  )
  let row = 0
  for (const [at, timeMs] of points.times.entries()) {
    while (times[row]! < timeMs) row++
    values[row] = points.values[at]!
  }
  if (fill === 'previous') repeatPrevious(values)
  else if (fill === 'linear') drawLines(times, values)
  return { tags: points.tags, times, values }
}

function withThose(starts: Float64Array, times: Float64Array): Float64Array {
  const [first = Infinity, last = -Infinity] = [starts[0], starts.at(-1)]
  const isWithin = times.every((timeMs) => timeMs >= first && timeMs <= last)
  return isWithin ? starts : Float64Array.from(new Set([...starts, ...times])).toSorted()
}

function repeatPrevious(values: Float64Array): void {
  for (let row = 1; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) values[row] = values[row - 1]!
  }
}

/** Between two values that there are. */
function drawLines(times: Float64Array, values: Float64Array): void {
  let before = -1
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]!)) continue
    for (let gap = before + 1; before >= 0 && gap < row; gap++) {
      const part = (times[gap]! - times[before]!) / (times[row]! - times[before]!)
      values[gap] = values[before]! + (values[row]! - values[before]!) * part
    }
    before = row
  }
}
