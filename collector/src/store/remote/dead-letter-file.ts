import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file of now; the one before is kept beside it as `….1`. */
const MAX_BYTES = 32 * 1024 * 1024

/** A line that a store refused for good, with the store's own words. */
export interface DeadLetter {
  readonly line: string
  readonly words: string
}

/**
 * Lines that a store refused, one JSON object a line: `at` (ISO 8601), `words`, `line`. Bounded: two files of 32 MiB; the embedded store has every sample of them
 * as well.
 */
export class DeadLetterFile {
  readonly #file: string
  readonly #nowMs: () => number
  #bytes: number | undefined

  constructor(file: string, nowMs: () => number = Date.now) {
    this.#file = file
    this.#nowMs = nowMs
  }

  /** @throws the system's error when the file can't be written */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return
    const at = new Date(this.#nowMs()).toISOString()
    const text = letters.map((letter) => `${JSON.stringify({ at, ...letter })}\n`).join('')
    this.#bytes ??= await this.#size()
    if (this.#bytes > 0 && this.#bytes + text.length > MAX_BYTES) {
      await rename(this.#file, `${this.#file}.1`)
      this.#bytes = 0
    }
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 })
    await appendFile(this.#file, text, { mode: 0o600 })
    this.#bytes += Buffer.byteLength(text)
  }

  async #size(): Promise<number> {
    try {
      return (await stat(this.#file)).size
    } catch {
      return 0 // not there yet
    }
  }
}
