/** Random numbers that are the same on every machine for one seed (mulberry32: integer arithmetic only). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }

  /** In (−1, 1), bell-shaped: the mean of three. */
  bell(): number {
    return ((this.next() + this.next() + this.next()) * 2) / 3 - 1
  }

  /** A whole number in [from, to]. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  /** How often something that happens `expected` times on average happened: a whole number around it. */
  count(expected: number): number {
    const noisy = expected * (1 + 0.6 * this.bell())
    const whole = Math.floor(noisy)
    return whole + (this.next() < noisy - whole ? 1 : 0)
  }
}
