/** Numbers of a bucket: its time, and two of what it holds. */
const STRIDE = 3

/**
 * Rings of buckets, all in one array: each ring keeps the newest of them and lets old ones go. A ring is named by a number, dense from 0. Nothing is
 * allocated but when a ring begins, or needs more room than it was given at first.
 */
export class BucketRings {
  #pool = new Float64Array(1024)
  #used = 0
  #baseOf = new Int32Array(64)
  #capacityOf = new Uint8Array(64)
  #oldestOf = new Uint8Array(64)
  #countOf = new Uint8Array(64)

  /** Bytes that all rings take. */
  get bytes(): number {
    return this.#pool.byteLength
  }

  /** Begins a ring with room for so many buckets, at most 255. */
  begin(ring: number, capacity: number): void {
    if (ring >= this.#baseOf.length) this.#growRings(ring)
    this.#baseOf[ring] = this.#take(capacity)
    this.#capacityOf[ring] = capacity
    this.#oldestOf[ring] = 0
    this.#countOf[ring] = 0
  }

  count(ring: number): number {
    return this.#countOf[ring] ?? 0
  }

  /** Time of a bucket, counted from the oldest. */
  time(ring: number, index: number): number {
    return this.#pool[this.#at(ring, index)] ?? NaN
  }

  first(ring: number, index: number): number {
    return this.#pool[this.#at(ring, index) + 1] ?? NaN
  }

  second(ring: number, index: number): number {
    return this.#pool[this.#at(ring, index) + 2] ?? NaN
  }

  /** Adds a bucket as the newest; the oldest goes where `most` are kept (always the same number for a ring, at most 255). */
  push(ring: number, most: number, timeMs: number, first: number, second: number): void {
    const count = this.#countOf[ring] ?? 0
    if (count === this.#capacityOf[ring]) {
      if (count < most) this.#widen(ring, most)
      else this.dropOldest(ring)
    }
    const index = this.#countOf[ring] ?? 0
    this.#countOf[ring] = index + 1
    this.#set(ring, index, timeMs, first, second)
  }

  /** Replaces the newest bucket. */
  amend(ring: number, timeMs: number, first: number, second: number): void {
    this.#set(ring, (this.#countOf[ring] ?? 1) - 1, timeMs, first, second)
  }

  dropOldest(ring: number): void {
    const next = (this.#oldestOf[ring] ?? 0) + 1
    this.#oldestOf[ring] = next === this.#capacityOf[ring] ? 0 : next
    this.#countOf[ring] = (this.#countOf[ring] ?? 1) - 1
  }

  clear(ring: number): void {
    this.#countOf[ring] = 0
    this.#oldestOf[ring] = 0
  }

  #at(ring: number, index: number): number {
    const capacity = this.#capacityOf[ring] ?? 1
    const place = (this.#oldestOf[ring] ?? 0) + index
    return (this.#baseOf[ring] ?? 0) + STRIDE * (place >= capacity ? place - capacity : place)
  }

  #set(ring: number, index: number, timeMs: number, first: number, second: number): void {
    const at = this.#at(ring, index)
    this.#pool[at] = timeMs
    this.#pool[at + 1] = first
    this.#pool[at + 2] = second
  }

  /** Moves a ring to where it has more room, once; what it leaves is not used again. */
  #widen(ring: number, capacity: number): void {
    const count = this.#countOf[ring] ?? 0
    const base = this.#take(capacity)
    for (let index = 0; index < count; index++) {
      const from = this.#at(ring, index)
      this.#pool.copyWithin(base + STRIDE * index, from, from + STRIDE)
    }
    this.#baseOf[ring] = base
    this.#capacityOf[ring] = capacity
    this.#oldestOf[ring] = 0
  }

  #take(capacity: number): number {
    const base = this.#used
    this.#used += STRIDE * capacity
    if (this.#used > this.#pool.length) {
      const grown = new Float64Array(Math.max(this.#used, Math.ceil(this.#pool.length * 1.5)))
      grown.set(this.#pool)
      this.#pool = grown
    }
    return base
  }

  #growRings(ring: number): void {
    const length = Math.max(ring + 1, this.#baseOf.length * 2)
    const bases = new Int32Array(length)
    bases.set(this.#baseOf)
    this.#baseOf = bases
    this.#capacityOf = widened(this.#capacityOf, length)
    this.#oldestOf = widened(this.#oldestOf, length)
    this.#countOf = widened(this.#countOf, length)
  }
}

function widened(from: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const into = new Uint8Array(length)
  into.set(from)
  return into
}
