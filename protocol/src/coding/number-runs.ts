import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { ProtocolError } from '../errors.ts'

/*
 * A list of series numbers as runs of consecutive ones: the count of numbers, then for each run its start as a
 * zig-zagged difference to the end of the run before, and its length. Numbers are given in the order in which
 * series are first seen, so the list of a whole host is mostly one run.
 */

/** Bytes that `count` numbers below 2^32 take at most. */
export function maxRunBytes(count: number): number {
  return 5 + count * 6
}

/** Calls `visit` for each longest run of consecutive numbers, in order. */
export function forEachRun(
  numbers: Uint32Array,
  visit: (first: number, length: number) => void,
): void {
  const count = numbers.length
  let start = 0
  while (start < count) {
    const first = numbers[start]!
    let end = start + 1
    while (end < count && numbers[end] === first + (end - start)) end++
    visit(first, end - start)
    start = end
  }
}

export function writeRuns(writer: ByteWriter, numbers: Uint32Array): void {
  writer.varint(numbers.length)
  let expected = 0
  forEachRun(numbers, (first, length) => {
    writer.signed(first - expected)
    writer.varint(length)
    expected = first + length
  })
}

/**
 * Reads at most `max` numbers, all below 2^32.
 * @throws ProtocolError
 */
export function readRuns(reader: ByteReader, max: number): Uint32Array<ArrayBuffer> {
  // A run takes two bytes however long it is; what bounds the memory is `max`.
  const count = reader.count('samples', max, 0)
  const numbers = new Uint32Array(count)
  let next = 0
  let filled = 0
  while (filled < count) {
    const first = next + reader.signed()
    const length = reader.varint()
    if (first < 0 || first + length > 2 ** 32 || length < 1 || length > count - filled) {
      throw new ProtocolError(
        'FRAME_MALFORMED',
        `A run of ${length} series from ${first} is impossible.`,
      )
    }
    for (let i = 0; i < length; i++) numbers[filled + i] = first + i
    filled += length
    next = first + length
  }
  return numbers
}
