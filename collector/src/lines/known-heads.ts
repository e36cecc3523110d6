import { standsAt } from './bytes.ts'
import { WINDOWS_EVENTS } from './windows-event.ts'

/** No series has this number: not defined yet. */
export const UNDEFINED_SERIES = -1

/** One host as one token writes about it. */
export interface WrittenHost {
  readonly name: string
  /** Lists of series that its blocks have had: the same array for the same list, as everything behind remembers lists by it. */
  readonly lists: Uint32Array<ArrayBuffer>[]
  /** Samples of its newest block: the next one is as long. */
  expected: number
}

/** Measurement and tags of lines, as bytes, with the fields that came with them. */
export class KnownHead {
  /** With the space that ends it. */
  readonly bytes: Uint8Array
  readonly host: WrittenHost
  readonly measurement: string
  /** Without `host`. */
  readonly tags: Readonly<Record<string, string>>
  /** Names of fields as they stand in lines, with the equals sign; in the order in which they first came. */
  readonly keys: Uint8Array[] = []
  readonly fields: string[] = []
  /** Of each field, its number in the collector's table. */
  readonly series: number[] = []
  /** Places by the hash of their key's bytes. */
  readonly #byHash = new Map<number, number[]>()
  /** What came after it the last time: what a host sends, it sends in the same order again. */
  next: KnownHead | undefined
  /** Since the newest sweep. */
  isUsed = true
  /** Whether its lines are events, and no samples. */
  readonly isEvents: boolean
  /** Whether it is among the known ones: from its first series on. */
  isKnown = false

  constructor(
    bytes: Uint8Array,
    host: WrittenHost,
    measurement: string,
    tags: Readonly<Record<string, string>>,
  ) {
    this.bytes = bytes
    this.host = host
    this.measurement = measurement
    this.tags = tags
    this.isEvents = measurement === WINDOWS_EVENTS
  }

  /** The field whose name stands at a place, if it is `expected` or one of those behind it; else −1. */
  fieldNear(bytes: Uint8Array, at: number, expected: number): number {
    const { keys } = this
    const to = Math.min(keys.length, expected + LOOKED_AT)
    for (let index = expected; index < to; index++)
      if (standsAt(bytes, at, keys[index]!)) return index
    return -1
  }

  /** The field whose name, with its equals sign, is between two places; −1: none that is known. */
  findField(bytes: Uint8Array, from: number, to: number): number {
    const places = this.#byHash.get(hashOf(bytes, from, to)) ?? []
    for (const place of places) {
      const key = this.keys[place]!
      if (key.length === to - from && standsAt(bytes, from, key)) return place
    }
    return -1
  }

  /** Returns its place. */
  addField(key: Uint8Array, field: string): number {
    const place = this.keys.push(key) - 1
    this.fields.push(field)
    this.series.push(UNDEFINED_SERIES)
    const hash = hashOf(key, 0, key.length)
    this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), place])
    return place
  }
}

/** Some clients send fields in one order, some left out now and then; Telegraf in any. */
const LOOKED_AT = 2

/** Heads by their bytes. */
export class KnownHeads {
  readonly #byHash = new Map<number, KnownHead[]>()
  /** The head that stands between two places. */
  find(bytes: Uint8Array, from: number, to: number): KnownHead | undefined {
    return this.#byHash
      .get(hashOf(bytes, from, to))
      ?.find((head) => head.bytes.length === to - from && standsAt(bytes, from, head.bytes))
  }

  add(head: KnownHead): void {
    head.isKnown = true
    const hash = hashOf(head.bytes, 0, head.bytes.length)
    const others = this.#byHash.get(hash)
    if (others === undefined) this.#byHash.set(hash, [head])
    else others.push(head)
  }

  /** Forgets what has not come since the sweep before; gives what has. */
  *sweep(): Generator<KnownHead> {
    for (const [hash, heads] of this.#byHash) {
      const used = heads.filter(({ isUsed }) => isUsed)
      if (used.length === 0) this.#byHash.delete(hash)
      else if (used.length < heads.length) this.#byHash.set(hash, used)
      for (const head of used) {
        head.isUsed = false
        // what it leads to may be forgotten meanwhile
        head.next = undefined
        yield head
      }
    }
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  return hash
}
