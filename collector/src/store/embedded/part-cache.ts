import { Part } from './part.ts'
import { PartError } from './part-error.ts'

/** Parts of merged files that are kept opened, by what they take in memory: a board asks for many fields of the same hosts and hours. */
const MAX_BYTES = 24 * 1024 * 1024

/**
 * Opens parts, and keeps the ones used last, in two generations: what is used is put among the younger, and when those have half of the memory they become
 * the older, which are forgotten. A damaged part is left out and counted.
 */
export class PartCache {
  #younger = new Map<number, Part>()
  #older = new Map<number, Part>()
  #youngerBytes = 0
  #damaged = 0
  #serials = 0

  /** Damaged parts met so far; one that is read twice counts twice. */
  get damaged(): number {
    return this.#damaged
  }

  /** A number for the parts of one file in its present state: after a change the file takes a new one, and the old parts are forgotten with time. */
  newSerial(): number {
    return ++this.#serials
  }

  find(serial: number, id: number): Part | undefined {
    const young = this.#younger.get(toKey(serial, id))
    if (young !== undefined) return young
    const old = this.#older.get(toKey(serial, id))
    if (old !== undefined) this.add(serial, id, old)
    return old
  }

  add(serial: number, id: number, part: Part): void {
    if (this.#youngerBytes + part.memoryBytes > MAX_BYTES / 2) {
      this.#older = this.#younger
      this.#younger = new Map()
      this.#youngerBytes = 0
    }
    this.#younger.set(toKey(serial, id), part)
    this.#youngerBytes += part.memoryBytes
  }

  /** The part of these bytes; undefined if they are damaged. */
  open(set: number, data: Uint8Array): Part | undefined {
    try {
      return new Part(set, data)
    } catch (error) {
      if (!(error instanceof PartError)) throw error
      this.#damaged++
      return undefined
    }
  }
}

function toKey(serial: number, id: number): number {
  return serial * 2 ** 32 + id
}
