import type { SampleBlock } from '../batch.ts'
import type { ByteWriter } from '../coding/byte-writer.ts'
import { DEFINITION_REPEAT_BYTES } from '../limits.ts'
import { forEachRun } from '../coding/number-runs.ts'
import { NumberSet } from '../coding/number-set.ts'
import type { SeriesTable } from '../series-table.ts'
import { ShapeWriter } from '../coding/shape-coder.ts'

/*
 * Definitions in a record, by the numbers and shape ids of the table that wrote it:
 *
 *   dictionary id, 4 bytes: whose numbers these are
 *   shapes  count, for each: zig-zagged difference of its id to the one before, shape (shape-coder.ts)
 *   series  count of runs, for each: subject text, zig-zagged difference of its first number to the end of the run before,
 *           the first shape id, the length: number first + i has shape first shape + i. A host's series take one or a few runs.
 */

/** Consecutive numbers of one subject whose shape ids are consecutive too. */
interface SeriesRun {
  readonly subjectId: number
  readonly series: number
  readonly shapeId: number
  readonly length: number
}

/** What one record defined. */
interface Definitions {
  readonly shapeIds: readonly number[]
  readonly runs: readonly SeriesRun[]
}

const NOTHING: Definitions = { shapeIds: [], runs: [] }

/** Which series and shapes a segment has had, and which of them it is to have again. */
export class SegmentDictionary {
  readonly #table: SeriesTable
  readonly #id: number
  readonly #series = new NumberSet()
  readonly #shapes = new NumberSet()
  /** Definitions written once, with the end of their record. */
  readonly #once: { readonly endsAt: number; readonly definitions: Definitions }[] = []
  #pending: { readonly fresh: Definitions; readonly repeated: number } = {
    fresh: NOTHING,
    repeated: 0,
  }

  constructor(table: SeriesTable, id: number) {
    this.#table = table
    this.#id = id
  }

  /** Writes what a record that starts at byte `startsAt` of the segment must define; commit() makes it so. */
  write(writer: ByteWriter, blocks: readonly SampleBlock[], startsAt: number): void {
    const fresh = this.#fresh(blocks)
    let repeated = 0
    while (
      repeated < this.#once.length &&
      this.#once[repeated]!.endsAt + DEFINITION_REPEAT_BYTES <= startsAt
    ) {
      repeated++
    }
    writer.uint32(this.#id)
    if (repeated === 0 && fresh === NOTHING) writeNoDefinitions(writer)
    else {
      const all = [...this.#once.slice(0, repeated).map((once) => once.definitions), fresh]
      writeDefinitions(writer, this.#table, all)
    }
    this.#pending = { fresh, repeated }
  }

  /** The record was made; it ends at byte `endsAt`. */
  commit(endsAt: number): void {
    const { fresh, repeated } = this.#pending
    if (repeated === 0 && fresh === NOTHING) return
    this.#once.splice(0, repeated)
    for (const run of fresh.runs) this.#series.addRange(run.series, run.length)
    for (const shapeId of fresh.shapeIds) this.#shapes.addRange(shapeId, 1)
    if (fresh.runs.length > 0) this.#once.push({ endsAt, definitions: fresh })
    this.#pending = { fresh: NOTHING, repeated: 0 }
  }

  #fresh(blocks: readonly SampleBlock[]): Definitions {
    let fresh: Set<number> | undefined
    for (const { series } of blocks) {
      forEachRun(series, (first, length) => {
        if (this.#series.hasRange(first, length)) return
        fresh ??= new Set()
        for (let number = first; number < first + length; number++) {
          if (!this.#series.has(number)) fresh.add(number)
        }
      })
    }
    if (fresh === undefined) return NOTHING
    const runs = toRuns(
      this.#table,
      [...fresh].toSorted((a, b) => a - b),
    )
    const shapeIds = new Set<number>()
    for (const { shapeId, length } of runs) {
      for (let id = shapeId; id < shapeId + length; id++) {
        if (!this.#shapes.has(id)) shapeIds.add(id)
      }
    }
    return { shapeIds: [...shapeIds], runs }
  }
}

function toRuns(table: SeriesTable, rising: readonly number[]): SeriesRun[] {
  const runs: SeriesRun[] = []
  let at = 0
  while (at < rising.length) {
    const series = rising[at]!
    const subjectId = table.subjectIdOf(series)
    const shapeId = table.shapeIdOf(series)
    let length = 1
    while (
      rising[at + length] === series + length &&
      table.subjectIdOf(series + length) === subjectId &&
      table.shapeIdOf(series + length) === shapeId + length
    ) {
      length++
    }
    runs.push({ subjectId, series, shapeId, length })
    at += length
  }
  return runs
}

/** As writeDefinitions of none: as for nearly every record. */
function writeNoDefinitions(writer: ByteWriter): void {
  writer.varint(0)
  writer.varint(0)
}

function writeDefinitions(
  writer: ByteWriter,
  table: SeriesTable,
  definitions: readonly Definitions[],
): void {
  const shapes = new ShapeWriter(writer)
  const shapeIds = definitions.flatMap((part) => part.shapeIds)
  writer.varint(shapeIds.length)
  let previous = 0
  for (const shapeId of shapeIds) {
    writer.signed(shapeId - previous)
    shapes.shape(table.shape(shapeId))
    previous = shapeId
  }
  const runs = definitions.flatMap((part) => part.runs)
  writer.varint(runs.length)
  let end = 0
  for (const run of runs) {
    shapes.text(table.subject(run.subjectId))
    writer.signed(run.series - end)
    writer.varint(run.shapeId)
    writer.varint(run.length)
    end = run.series + run.length
  }
}
