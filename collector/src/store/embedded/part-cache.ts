import { Part } from './part.ts'
import { PartError } from './part-error.ts'

/** Parts of merged files that are kept opened, by what they take in memory: a board asks for many fields of the same hosts and hours. */
const MAX_BYTES = 24 * 1024 * 1024

/** Opens parts, and keeps the ones used last. A damaged part is left out and counted. */
export class PartCache {
  /** The one used last is the last. */
  readonly #parts = new Map<number, Part>()
  #bytes = 0
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
    const key = toKey(serial, id)
    const part = this.#parts.get(key)
    if (part !== undefined) {
      this.#parts.delete(key)
      this.#parts.set(key, part)
    }
    return part
  }

  add(serial: number, id: number, part: Part): void {
    this.#parts.set(toKey(serial, id), part)
    this.#bytes += part.memoryBytes
    for (const [key, oldest] of this.#parts) {
      if (this.#bytes <= MAX_BYTES) break
      this.#parts.delete(key)
      this.#bytes -= oldest.memoryBytes
    }
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
