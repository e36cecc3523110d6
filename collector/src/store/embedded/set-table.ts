const MAX_DIVIDED = 1000

/**
 * Sets: which shape (id of the SeriesTable) stands in which column of a group or part. A set has a number, dense from 0, for the life of the
 * process; hosts that measure the same things share their sets.
 */
export class SetTable {
  readonly #sets: Uint32Array[] = []
  readonly #ids = new Map<string, number>()
  readonly #divided = new Map<string, readonly Uint32Array[]>()

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

  /** The shapes of several sets, each shape once: in the first of them that has it. The same question gives the same arrays. */
  divide(sets: readonly number[]): readonly Uint32Array[] {
    const key = sets.join()
    const known = this.#divided.get(key)
    if (known !== undefined) return known
    // Series that come and go make ever new combinations.
    if (this.#divided.size >= MAX_DIVIDED) this.#divided.clear()
    const seen = new Set<number>()
    const divided = sets.map((set) => {
      const shapes = this.shapes(set).filter((shape) => !seen.has(shape))
      for (const shape of shapes) seen.add(shape)
      return shapes
    })
    this.#divided.set(key, divided)
    return divided
  }
}
