import type { SeriesTable } from '@wardround/protocol'

/**
 * Counts the series of each subject that are in use: defined on a connection that lives, or since the sweep before the last. So a
 * subject that brought too many series, or one whose series come and go, has room again after two sweeps, without a restart.
 */
export class SeriesCensus {
  readonly #table: SeriesTable
  /** By series number: generation in which it was last defined; 0 = never. */
  #lastDefined = new Uint32Array(1024)
  /** By subject id. */
  #counts = new Uint32Array(64)
  #generation = 2

  constructor(table: SeriesTable) {
    this.#table = table
  }

  countOf(subjectId: number): number {
    return this.#counts[subjectId] ?? 0
  }

  isCounted(series: number): boolean {
    return (this.#lastDefined[series] ?? 0) >= this.#generation - 1
  }

  /** The series is in use by its subject. */
  count(series: number): void {
    if (!this.isCounted(series)) this.#add(this.#table.subjectIdOf(series))
    this.#lastDefined = withRoom(this.#lastDefined, series)
    this.#lastDefined[series] = this.#generation
  }

  /** Starts a new generation: `inUse` gives the series of every connection that lives. */
  sweep(inUse: Iterable<Int32Array>): void {
    this.#generation++
    for (const series of inUse) {
      for (const number of series) if (number >= 0) this.#lastDefined[number] = this.#generation
    }
    this.#counts.fill(0)
    for (let series = 0; series < this.#lastDefined.length; series++) {
      if (this.isCounted(series)) this.#add(this.#table.subjectIdOf(series))
    }
  }

  #add(subjectId: number): void {
    this.#counts = withRoom(this.#counts, subjectId)
    this.#counts[subjectId]! += 1
  }
}

function withRoom(array: Uint32Array<ArrayBuffer>, index: number): Uint32Array<ArrayBuffer> {
  if (index < array.length) return array
  const larger = new Uint32Array(Math.max(index + 1, array.length + (array.length >> 1)))
  larger.set(array)
  return larger
}
