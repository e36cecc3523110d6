/** A set of small whole numbers, one bit each. */
export class NumberSet {
  #words = new Int32Array(32)

  has(number: number): boolean {
    return ((this.#words[number >>> 5] ?? 0) & (1 << (number & 31))) !== 0
  }

  /** Whether all of first … first + length − 1 are in the set. */
  hasRange(first: number, length: number): boolean {
    const words = this.#words
    const end = first + length
    if (end > words.length * 32) return false
    let number = first
    while (number < end) {
      const until = Math.min((number | 31) + 1, end)
      const wanted = bitsBetween(number & 31, until - number)
      if ((words[number >>> 5]! & wanted) !== wanted) return false
      number = until
    }
    return true
  }

  addRange(first: number, length: number): void {
    const end = first + length
    if (end > this.#words.length * 32) {
      const larger = new Int32Array(Math.max((end >>> 5) + 1, this.#words.length * 2))
      larger.set(this.#words)
      this.#words = larger
    }
    for (let number = first; number < end; number++) {
      this.#words[number >>> 5]! |= 1 << (number & 31)
    }
  }
}

/** A word with `count` (1 to 32) bits set from bit `lowest` on. */
function bitsBetween(lowest: number, count: number): number {
  return (-1 >>> (32 - count)) << lowest
}
