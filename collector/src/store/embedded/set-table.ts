/**
 * Sets: which shape (id of the SeriesTable) stands in which column of a group or part. A set has a number, dense from 0, for the life of the
 * process; hosts that measure the same things share their sets.
 */
export class SetTable {
  readonly #sets: Uint32Array[] = []
  readonly #ids = new Map<string, number>()

  get size(): number {
    return this.#sets.length
  }

  intern(shapes: Uint32Array): number {
    const key = shapes.join()
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    this.#sets.push(shapes.slice())
    this.#ids.set(key, this.#sets.length - 1)
    return this.#sets.length - 1
  }

  shapes(set: number): Uint32Array {
    const shapes = this.#sets[set]
    if (shapes === undefined) throw new RangeError(`There is no set ${set}.`)
    return shapes
  }
}
