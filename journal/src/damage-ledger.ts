/** Counts what damage cost, each damaged place once however often it is read. */
export class DamageLedger {
  readonly #places = new Map<number, Map<number, { records: number; bytes: number }>>()
  #records = 0
  #bytes = 0

  get records(): number {
    return this.#records
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Notes damage that starts at this place; true when it is new. A later, larger account of the same place replaces the earlier. */
  note(segment: number, start: number, bytes: number, records: number): boolean {
    let places = this.#places.get(segment)
    if (places === undefined) this.#places.set(segment, (places = new Map()))
    const known = places.get(start)
    this.#records += Math.max(0, records - (known?.records ?? 0))
    this.#bytes += Math.max(0, bytes - (known?.bytes ?? 0))
    places.set(start, {
      records: Math.max(records, known?.records ?? 0),
      bytes: Math.max(bytes, known?.bytes ?? 0),
    })
    return known === undefined
  }

  /** The segment is gone and can't be read again: its sums stay, its places needn't be known. */
  forget(segment: number): void {
    this.#places.delete(segment)
  }
}
