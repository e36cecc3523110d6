import type { Accumulator, CellRows } from './accumulator.ts'
import { NO_WINDOW } from './accumulator.ts'
import type { Answer } from './answer.ts'
import { uniteTimes } from './merge-chunks.ts'
import type { Chunk } from './part.ts'
import type { QueryPlan } from './query-plan.ts'
import { STAT, STATS } from './window-stats.ts'

let values = new Float64Array(4096)
let windows = new Int32Array(4096)

function makeRoom(rows: number): void {
  if (values.length >= rows) return
  values = new Float64Array(rows * 2)
  windows = new Int32Array(rows * 2)
}

/** Which rows a feed is about: times in [fromMs, toMs). */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Gives the samples of one subject in a range to the answer. The chunks may overlap; of two samples with one time the one of the earlier
 * chunk in the list counts.
 */
export function feedSamples(
  plan: QueryPlan,
  answer: Answer,
  subject: number,
  chunks: readonly Chunk[],
  range: TimeRange,
): void {
  if (areApart(chunks)) {
    for (const chunk of chunks) feedChunk(plan, answer, subject, chunk, range)
    return
  }
  for (const [shape, sources] of sourcesByShape(plan, chunks)) {
    const accumulator = answer.accumulatorOf(subject, shape)
    feedMerged(plan, accumulator, sources, range)
  }
}

/** Whether each chunk begins after the one before has ended, so that none repeats a sample and all are in the order of time. */
function areApart(chunks: readonly Chunk[]): boolean {
  for (let i = 1; i < chunks.length; i++) {
    const before = chunks[i - 1]!
    if (chunks[i]!.times[0]! <= before.times[before.rows - 1]!) return false
  }
  return true
}

/** Chunks that hold different series and nothing twice: merged parts of one hour. */
export function feedApart(
  plan: QueryPlan,
  answer: Answer,
  subject: number,
  chunks: readonly Chunk[],
  range: TimeRange,
): void {
  for (const chunk of chunks) feedChunk(plan, answer, subject, chunk, range)
}

function feedChunk(
  plan: QueryPlan,
  answer: Answer,
  subject: number,
  chunk: Chunk,
  range: TimeRange,
): void {
  const { rows, times } = chunk
  makeRoom(rows)
  if (!fillWindows(plan, times, rows, range)) return
  for (const { column, shape } of plan.columnsOf(chunk.set)) {
    chunk.read(column, values, 0)
    answer.accumulatorOf(subject, shape).addSamples({ rows, times, windows }, values)
  }
}

/** Says for each row which window it belongs to; false if none belongs to any. */
function fillWindows(
  plan: QueryPlan,
  times: Float64Array,
  rows: number,
  { fromMs, toMs }: TimeRange,
): boolean {
  if (rows === 0 || times[0]! >= toMs || times[rows - 1]! < fromMs) return false
  let window = NO_WINDOW
  let windowEndMs = -Infinity
  for (let row = 0; row < rows; row++) {
    const timeMs = times[row]!
    if (timeMs < fromMs || timeMs >= toMs) {
      windows[row] = NO_WINDOW
      continue
    }
    if (timeMs >= windowEndMs) {
      window = plan.windowOf(timeMs)
      windowEndMs = plan.endOf(window)
    }
    windows[row] = window
  }
  return true
}

interface Source {
  readonly chunk: Chunk
  readonly column: number
}

function sourcesByShape(plan: QueryPlan, chunks: readonly Chunk[]): Map<number, Source[]> {
  const byShape = new Map<number, Source[]>()
  for (const chunk of chunks) {
    for (const { column, shape } of plan.columnsOf(chunk.set)) {
      const sources = byShape.get(shape)
      if (sources === undefined) byShape.set(shape, [{ chunk, column }])
      else sources.push({ chunk, column })
    }
  }
  return byShape
}

/** One series from chunks that may overlap. */
function feedMerged(
  plan: QueryPlan,
  accumulator: Accumulator,
  sources: readonly Source[],
  range: TimeRange,
): void {
  const { times } = uniteTimes(sources.map(({ chunk }) => chunk))
  const rows = times.length
  makeRoom(rows)
  const merged = new Float64Array(rows).fill(Number.NaN)
  for (const { chunk, column } of sources) {
    chunk.read(column, values, 0)
    let at = 0
    for (let row = 0; row < chunk.rows; row++) {
      while (times[at]! < chunk.times[row]!) at++
      if (Number.isNaN(merged[at]!)) merged[at] = values[row]!
    }
  }
  if (fillWindows(plan, times, rows, range)) {
    accumulator.addSamples({ rows, times, windows }, merged)
  }
}

/** Gives rollup windows of one subject that begin in a range to the answer. */
export function feedCells(
  plan: QueryPlan,
  answer: Answer,
  subject: number,
  chunks: readonly Chunk[],
  range: TimeRange,
): void {
  for (const chunk of chunks) {
    const { rows, times } = chunk
    makeRoom(rows)
    if (!fillWindows(plan, times, rows, range)) continue
    for (const { column, shape } of plan.columnsOf(chunk.set)) {
      const cells: CellRows = {
        rows,
        times,
        windows,
        stat(stat) {
          chunk.read(column * STATS + STAT[stat], values, 0)
          return values
        },
      }
      answer.accumulatorOf(subject, shape).addCells(cells)
    }
  }
}
