import { ProtocolError } from './errors.ts'

/** Inclusive at both ends. */
export type SequenceRange = readonly [from: number, to: number]

/**
 * A set of sequence numbers as disjoint ranges in rising order: what a journal holds of an epoch, what was acknowledged.
 * In order, adding is constant time; out of order, a binary search and a move.
 */
export class SequenceRanges {
  /** from0, to0, from1, to1, …; neither overlapping nor touching. */
  readonly #bounds: number[] = []

  /** @throws ProtocolError MESSAGE_MALFORMED for ranges that are not whole numbers from 1 on with from ≤ to */
  constructor(ranges: Iterable<SequenceRange> = []) {
    for (const [from, to] of ranges) this.add(from, to)
  }

  /** Number of ranges. */
  get length(): number {
    return this.#bounds.length / 2
  }

  /** How many sequences are in the set. */
  get count(): number {
    let count = 0
    for (let i = 0; i < this.#bounds.length; i += 2) {
      count += this.#bounds[i + 1]! - this.#bounds[i]! + 1
    }
    return count
  }

  /** The highest sequence in the set, 0 when it is empty. */
  get highest(): number {
    return this.#bounds.at(-1) ?? 0
  }

  has(sequence: number): boolean {
    const at = this.#firstEndingFrom(sequence)
    return at < this.#bounds.length && this.#bounds[at]! <= sequence
  }

  /** Adds from … to; returns whether any of them was new. */
  add(from: number, to: number = from): boolean {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || to < from) {
      throw new ProtocolError('MESSAGE_MALFORMED', `${from}–${to} is no range of sequences.`)
    }
    const bounds = this.#bounds
    // The first range that overlaps or touches [from, to], and the first behind it that doesn't.
    const first = this.#firstEndingFrom(from - 1)
    let behind = first
    while (behind < bounds.length && bounds[behind]! <= to + 1) behind += 2
    if (behind === first) {
      bounds.splice(first, 0, from, to)
      return true
    }
    if (behind === first + 2 && bounds[first]! <= from && bounds[first + 1]! >= to) return false
    const lowest = Math.min(from, bounds[first]!)
    const highest = Math.max(to, bounds[behind - 1]!)
    bounds.splice(first, behind - first, lowest, highest)
    return true
  }

  /** Adds all of another set. */
  merge(other: Iterable<SequenceRange>): void {
    for (const [from, to] of other) this.add(from, to)
  }

  *[Symbol.iterator](): IterableIterator<[number, number]> {
    for (let i = 0; i < this.#bounds.length; i += 2) {
      yield [this.#bounds[i]!, this.#bounds[i + 1]!]
    }
  }

  toJSON(): [number, number][] {
    return [...this]
  }

  /** Index into #bounds of the first range whose end is ≥ sequence. */
  #firstEndingFrom(sequence: number): number {
    const bounds = this.#bounds
    let low = 0
    let high = bounds.length / 2
    // Most questions are about the newest end.
    if (high > 0 && bounds[2 * high - 1]! < sequence) return bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (bounds[2 * middle + 1]! < sequence) low = middle + 1
      else high = middle
    }
    return 2 * low
  }
}
