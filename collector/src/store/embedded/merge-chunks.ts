import type { Chunk } from './part.ts'
import type { SetTable } from './set-table.ts'

/** Series of one subject over all their times. It lives in memory that the next one takes over. */
export interface MergedGroup {
  readonly shapes: Uint32Array
  readonly rows: number
  readonly times: Float64Array
  /** One value per row, NaN = no sample. */
  column(index: number): Float64Array
  /** All columns of one series, one after the other. */
  columnsOf(series: number): Float64Array
}

let matrix = new Float64Array(0)
let columnScratch = new Float64Array(1024)

/**
 * Merges chunks of one subject: each series once, its times rising; of two samples with one time the one of the earlier chunk in the list stays.
 * Series stay together as they stand in the newest chunk that has them. Series without samples are left out. `width` is the number of columns
 * per series.
 */
export function* mergeChunks(
  chunks: readonly Chunk[],
  sets: SetTable,
  width = 1,
): Generator<MergedGroup> {
  for (const shapes of regroup(chunks, sets)) {
    const sources = sourcesOf(shapes, chunks, sets)
    const times = unionOfTimes(sources.map(({ chunk }) => chunk))
    const rows = times.length
    const size = rows * shapes.length * width
    if (matrix.length < size) matrix = new Float64Array(size)
    matrix.fill(Number.NaN, 0, size)
    for (const source of sources) place(source, width, times)
    const kept: number[] = []
    for (const series of shapes.keys()) if (hasSample(series * width, rows)) kept.push(series)
    if (kept.length === 0) continue
    yield {
      shapes: Uint32Array.from(kept, (series) => shapes[series]!),
      rows,
      times,
      column(index) {
        const column = kept[Math.floor(index / width)]! * width + (index % width)
        return matrix.subarray(column * rows, (column + 1) * rows)
      },
      columnsOf(series) {
        const start = kept[series]! * width * rows
        return matrix.subarray(start, start + width * rows)
      },
    }
  }
}

/** Divides all shapes that occur: each goes where the newest chunk has it. */
function regroup(chunks: readonly Chunk[], sets: SetTable): number[][] {
  const groups: number[][] = []
  const seenSets = new Set<number>()
  const seenShapes = new Set<number>()
  for (const { set } of chunks.toReversed()) {
    if (seenSets.has(set)) continue
    seenSets.add(set)
    const group = [...sets.shapes(set)].filter((shape) => !seenShapes.has(shape))
    for (const shape of group) seenShapes.add(shape)
    if (group.length > 0) groups.push(group)
  }
  return groups
}

interface Source {
  readonly chunk: Chunk
  /** [series of the chunk, series of the group] */
  readonly columns: readonly (readonly [number, number])[]
}

function sourcesOf(shapes: readonly number[], chunks: readonly Chunk[], sets: SetTable): Source[] {
  const columnOf = new Map(shapes.map((shape, column) => [shape, column]))
  const columnsOfSet = new Map<number, Source['columns']>()
  return chunks.flatMap((chunk) => {
    let columns = columnsOfSet.get(chunk.set)
    if (columns === undefined) {
      columns = [...sets.shapes(chunk.set)].flatMap((shape, from) => {
        const to = columnOf.get(shape)
        return to === undefined ? [] : [[from, to] as const]
      })
      columnsOfSet.set(chunk.set, columns)
    }
    return columns.length === 0 ? [] : [{ chunk, columns }]
  })
}

/** All times of the chunks, rising, each once. */
export function unionOfTimes(chunks: readonly Chunk[]): Float64Array {
  let rows = 0
  for (const chunk of chunks) rows += chunk.rows
  const times = new Float64Array(rows)
  let at = 0
  let rising = true
  for (const chunk of chunks) {
    if (at > 0 && chunk.rows > 0 && chunk.times[0]! <= times[at - 1]!) rising = false
    times.set(chunk.times.subarray(0, chunk.rows), at)
    at += chunk.rows
  }
  if (rising) return times
  times.sort()
  let kept = 0
  for (let row = 0; row < rows; row++) {
    if (kept === 0 || times[row] !== times[kept - 1]) times[kept++] = times[row]!
  }
  return times.subarray(0, kept)
}

/** Puts a chunk's samples into the rows of their times, where none is yet. */
function place({ chunk, columns }: Source, width: number, times: Float64Array): void {
  if (columnScratch.length < chunk.rows) columnScratch = new Float64Array(chunk.rows * 2)
  const values = columnScratch
  const target = rowsOf(chunk, times)
  for (const [from, to] of columns) {
    for (let part = 0; part < width; part++) {
      chunk.read(from * width + part, values)
      const start = (to * width + part) * times.length
      for (let row = 0; row < chunk.rows; row++) {
        const at = start + target[row]!
        if (Number.isNaN(matrix[at]!)) matrix[at] = values[row]!
      }
    }
  }
}

/** The row of `times` for each row of the chunk; every time of the chunk is in `times`. */
function rowsOf(chunk: Chunk, times: Float64Array): Uint32Array {
  const target = new Uint32Array(chunk.rows)
  let at = lowerBound(times, chunk.times[0] ?? 0)
  for (let row = 0; row < chunk.rows; row++) {
    while (times[at]! < chunk.times[row]!) at++
    target[row] = at
  }
  return target
}

function lowerBound(times: Float64Array, timeMs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < timeMs) low = middle + 1
    else high = middle
  }
  return low
}

function hasSample(column: number, rows: number): boolean {
  for (let at = column * rows; at < (column + 1) * rows; at++) {
    if (!Number.isNaN(matrix[at]!)) return true
  }
  return false
}
