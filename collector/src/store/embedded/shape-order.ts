import type { SeriesTable } from '@wardround/protocol'

/** Series of one merged part: few to be read for one of them, many to share a time column. */
const MOST = 32
/** From so many on a part ends with its measurement. */
const ENOUGH = 16

/**
 * Divides the series of a group into those of one merged part each, in the order of measurement and field: a question is about one field, whose
 * series then lie in one part or two.
 */
export class ShapeOrder {
  readonly #table: SeriesTable
  readonly #known = new WeakMap<Uint32Array, readonly Uint32Array[]>()

  constructor(table: SeriesTable) {
    this.#table = table
  }

  /** The same array gives the same arrays. */
  divide(shapes: Uint32Array): readonly Uint32Array[] {
    const known = this.#known.get(shapes)
    if (known !== undefined) return known
    const divided = this.#divide(shapes)
    this.#known.set(shapes, divided)
    return divided
  }

  #divide(shapes: Uint32Array): Uint32Array[] {
    const parts: number[][] = []
    let part: number[] = []
    for (const shape of [...shapes].toSorted((a, b) => this.#compare(a, b))) {
      const last = part.at(-1)
      const isNew = last !== undefined && this.#measurement(last) !== this.#measurement(shape)
      if (part.length >= MOST || (isNew && part.length >= ENOUGH)) part = []
      if (part.length === 0) parts.push(part)
      part.push(shape)
    }
    return parts.map((one) => Uint32Array.from(one))
  }

  #compare(a: number, b: number): number {
    const [one, other] = [this.#table.shape(a), this.#table.shape(b)]
    if (one.measurement !== other.measurement) return one.measurement < other.measurement ? -1 : 1
    if (one.field !== other.field) return one.field < other.field ? -1 : 1
    return a - b
  }

  #measurement(shape: number): string {
    return this.#table.shape(shape).measurement
  }
}
