/** Numbers for pairs of small integers, given in turn from 0: open addressing over typed arrays, 16 to 32 bytes a pair. */
export class PairIndex {
  #size = 0
  /** First and second of each pair, side by side. */
  #pairs = new Uint32Array(128)
  /** Linear probing: number + 1, 0 = free. */
  #slots = new Uint32Array(128)

  get size(): number {
    return this.#size
  }

  /** The number of a pair, or −1 if it has none. */
  find(first: number, second: number): number {
    return (this.#slots[this.#slotOf(first, second)] ?? 0) - 1
  }

  /** The number of a pair; a new one, the present size, if it has none. */
  intern(first: number, second: number): number {
    let slot = this.#slotOf(first, second)
    const found = this.#slots[slot] ?? 0
    if (found > 0) return found - 1
    if (this.#size * 2 >= this.#slots.length) {
      this.#grow()
      slot = this.#slotOf(first, second)
    }
    const number = this.#size++
    this.#pairs[number * 2] = first
    this.#pairs[number * 2 + 1] = second
    this.#slots[slot] = number + 1
    return number
  }

  firstOf(number: number): number {
    return this.#pairs[number * 2] ?? 0
  }

  secondOf(number: number): number {
    return this.#pairs[number * 2 + 1] ?? 0
  }

  /** The slot that holds the pair, or the free one where it belongs. */
  #slotOf(first: number, second: number): number {
    const mask = this.#slots.length - 1
    let slot = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> 0
    slot = (slot ^ (slot >>> 15)) & mask
    for (;;) {
      const found = this.#slots[slot] ?? 0
      if (found === 0) return slot
      if (this.firstOf(found - 1) === first && this.secondOf(found - 1) === second) return slot
      slot = (slot + 1) & mask
    }
  }

  #grow(): void {
    const pairs = new Uint32Array(this.#pairs.length * 2)
    pairs.set(this.#pairs)
    this.#pairs = pairs
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let number = 0; number < this.#size; number++)
      this.#slots[this.#slotOf(this.firstOf(number), this.secondOf(number))] = number + 1
  }
}
