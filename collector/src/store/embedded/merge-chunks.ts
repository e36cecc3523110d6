import type { Chunk } from './part.ts'
import type { SetTable } from './set-table.ts'

/** Series of one subject over all their times. It lives in memory that the next one takes over. */
export interface MergedGroup {
  readonly shapes: Uint32Array
  readonly rows: number
  readonly times: Float64Array
  /** Columns of `rows` values each; NaN = no sample. */
  readonly values: Float64Array
  /** Where a series' first column begins in `values`; its others follow. */
  startOf(series: number): number
}

export interface MergeLayout {
  /** Divides the shapes of a group into those of one merged group each; the same array should give the same arrays. */
  readonly divide: (shapes: Uint32Array) => readonly Uint32Array[]
  /** Columns per series. */
  readonly width: number
}

let matrix = new Float64Array(0)
let columnScratch = new Float64Array(1024)

/**
 * Merges chunks of one subject: each series once, its times rising; of two samples with one time the one of the earlier chunk in the list stays.
 * Series stay together as they stand in the newest chunk that has them, or as far as `divide` leaves them. Series without samples are left out.
 */
export function* mergeChunks(
  chunks: readonly Chunk[],
  sets: SetTable,
  { divide, width }: MergeLayout,
): Generator<MergedGroup> {
  for (const shapes of regroup(chunks, sets).flatMap(divide)) {
    const sources = sourcesOf(shapes, chunks, sets)
    const { times, areApart } = uniteTimes(sources.map(({ chunk }) => chunk))
    const rows = times.length
    const size = rows * shapes.length * width
    if (matrix.length < size) matrix = new Float64Array(size)
    matrix.fill(Number.NaN, 0, size)
    if (areApart) appendAll(sources, width, rows)
    else for (const source of sources) place(source, width, times)
    const kept: number[] = []
    for (const series of shapes.keys()) if (hasSample(series * width, rows)) kept.push(series)
    if (kept.length === 0) continue
    yield {
      shapes: Uint32Array.from(kept, (series) => shapes[series]!),
      rows,
      times,
      values: matrix,
      startOf: (series) => kept[series]! * width * rows,
    }
  }
}

/** Divides all shapes that occur: each goes where the newest chunk has it. */
function regroup(chunks: readonly Chunk[], sets: SetTable): readonly Uint32Array[] {
  const newest = new Set<number>()
  for (let index = chunks.length - 1; index >= 0; index--) newest.add(chunks[index]!.set)
  return sets.divide([...newest])
}

interface Source {
  readonly chunk: Chunk
  /** Series of the chunk and series of the group, in turn. */
  readonly columns: Int32Array
}

/** For the shapes of a group, where sets have them. */
const columnsOfGroup = new WeakMap<Uint32Array, Map<number, Int32Array>>()

function sourcesOf(shapes: Uint32Array, chunks: readonly Chunk[], sets: SetTable): Source[] {
  const known = columnsOfGroup.get(shapes) ?? new Map<number, Int32Array>()
  columnsOfGroup.set(shapes, known)
  return chunks.flatMap((chunk) => {
    let columns = known.get(chunk.set)
    if (columns === undefined) {
      columns = matchColumns(sets.shapes(chunk.set), shapes)
      known.set(chunk.set, columns)
    }
    return columns.length === 0 ? [] : [{ chunk, columns }]
  })
}

function matchColumns(from: Uint32Array, to: Uint32Array): Int32Array {
  const columnOf = new Map<number, number>()
  for (const [column, shape] of to.entries()) columnOf.set(shape, column)
  const columns: number[] = []
  for (const [column, shape] of from.entries()) {
    const target = columnOf.get(shape)
    if (target !== undefined) columns.push(column, target)
  }
  return Int32Array.from(columns)
}

/** All times of the chunks, rising, each once; and whether each chunk begins after the one before has ended. */
export function uniteTimes(chunks: readonly Chunk[]): { times: Float64Array; areApart: boolean } {
  let rows = 0
  for (const chunk of chunks) rows += chunk.rows
  const times = new Float64Array(rows)
  let at = 0
  let areApart = true
  for (const chunk of chunks) {
    if (at > 0 && chunk.rows > 0 && chunk.times[0]! <= times[at - 1]!) areApart = false
    for (let row = 0; row < chunk.rows; row++) times[at + row] = chunk.times[row]!
    at += chunk.rows
  }
  if (areApart) return { times, areApart }
  times.sort()
  let kept = 0
  for (let row = 0; row < rows; row++) {
    if (kept === 0 || times[row] !== times[kept - 1]) times[kept++] = times[row]!
  }
  return { times: times.subarray(0, kept), areApart }
}

/** Chunks that are apart: each straight into its rows. */
function appendAll(sources: readonly Source[], width: number, rows: number): void {
  let at = 0
  for (const { chunk, columns } of sources) {
    for (let pair = 0; pair < columns.length; pair += 2) {
      const [from, to] = [columns[pair]! * width, columns[pair + 1]! * width]
      for (let part = 0; part < width; part++) {
        chunk.read(from + part, matrix, (to + part) * rows + at)
      }
    }
    at += chunk.rows
  }
}

/** Puts a chunk's samples into the rows of their times, where none is yet. */
function place({ chunk, columns }: Source, width: number, times: Float64Array): void {
  if (columnScratch.length < chunk.rows) columnScratch = new Float64Array(chunk.rows * 2)
  const values = columnScratch
  const target = rowsOf(chunk, times)
  for (let pair = 0; pair < columns.length; pair += 2) {
    const [from, to] = [columns[pair]! * width, columns[pair + 1]! * width]
    for (let part = 0; part < width; part++) {
      chunk.read(from + part, values, 0)
      const start = (to + part) * times.length
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
