import type { ByteReader } from '../coding/byte-reader.ts'
import { readRuns } from '../coding/number-runs.ts'

/** Numbers of all remembered lists together: 8 MB. */
const MAX_REMEMBERED = 2 * 1_048_576

interface KnownList {
  /** As it stands in the record. */
  readonly bytes: Uint8Array
  readonly numbers: Uint32Array
}

/**
 * The lists of numbers that a segment's blocks have had, by the list's first bytes: a host's blocks have the same list again and again, so it is
 * read and translated once, and every block has the same array.
 */
export class KnownRuns {
  #lists = new Map<number, KnownList>()
  #remembered = 0

  /**
   * Reads a list (number-runs.ts). `translate` is called for one that isn't known and returns whether it may be remembered.
   * @throws ProtocolError
   */
  read(reader: ByteReader, max: number, translate: (numbers: Uint32Array) => boolean): Uint32Array {
    const start = reader.position
    const key = keyAt(reader)
    const known = this.#lists.get(key)
    if (known !== undefined && known.numbers.length <= max && startsWith(reader, known.bytes)) {
      reader.position = start + known.bytes.length
      return known.numbers
    }
    const numbers = readRuns(reader, max)
    if (translate(numbers)) {
      this.#remember(key, { numbers, bytes: reader.bytes.slice(start, reader.position) })
    }
    return numbers
  }

  #remember(key: number, list: KnownList): void {
    this.#remembered += list.numbers.length - (this.#lists.get(key)?.numbers.length ?? 0)
    if (this.#remembered > MAX_REMEMBERED) {
      this.#lists = new Map()
      this.#remembered = list.numbers.length
    }
    this.#lists.set(key, list)
  }
}

/** The count and the first number as they stand there, in one number; two lists with one key only push each other out. */
function keyAt(reader: ByteReader): number {
  let key = 0
  let ends = 0
  for (let at = reader.position; ends < 2 && at < reader.bytes.length; at++) {
    const byte = reader.bytes[at]!
    key = (Math.imul(key, 0x01000193) ^ byte) >>> 0
    if (byte < 0x80) ends++
  }
  return key
}

function startsWith(reader: ByteReader, bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (reader.bytes[reader.position + i] !== bytes[i]) return false
  }
  return true
}
