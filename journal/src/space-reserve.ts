import { errnoCode, JournalError } from './errors.ts'
import type { FileLayer } from './file-layer.ts'

const CACHED_MS = 5_000
/** What a file takes beyond its bytes: the rest of its last block. */
const BLOCK_BYTES = 4096

/** Keeps the journal off the last part of its file system. What statfs said holds for up to five seconds, less what was written since. */
export class SpaceReserve {
  readonly #files: FileLayer
  readonly #directory: string
  readonly #reserve: { readonly fraction: number; readonly bytes: number }
  readonly #monotonicMs: () => number
  #spareBytes = 0
  #checkedAtMs = -Infinity

  constructor(
    files: FileLayer,
    directory: string,
    reserve: { readonly fraction: number; readonly bytes: number },
    monotonicMs: () => number,
  ) {
    this.#files = files
    this.#directory = directory
    this.#reserve = reserve
    this.#monotonicMs = monotonicMs
  }

  /** The refusal that still holds, if the last check gave one: spares building a record for nothing. */
  get refusal(): JournalError | undefined {
    return this.#isFresh() && this.#spareBytes <= 0 ? this.#noSpace() : undefined
  }

  /** @throws JournalError JOURNAL_NO_SPACE when writing `bytes` would touch the reserve. */
  async claim(bytes: number): Promise<void> {
    if (!this.#isFresh()) await this.#check()
    if (bytes + BLOCK_BYTES > this.#spareBytes) {
      this.#spareBytes = 0
      throw this.#noSpace()
    }
    this.#spareBytes -= bytes
  }

  /** Something was deleted: the next claim looks again. */
  invalidate(): void {
    this.#checkedAtMs = -Infinity
  }

  #isFresh(): boolean {
    return this.#monotonicMs() - this.#checkedAtMs < CACHED_MS
  }

  async #check(): Promise<void> {
    try {
      const { totalBytes, availableBytes } = await this.#files.statfs(this.#directory)
      const kept = Math.max(this.#reserve.fraction * totalBytes, this.#reserve.bytes)
      this.#spareBytes = availableBytes - kept
    } catch (error) {
      // A file system that doesn't say how full it is: writing will tell.
      if (errnoCode(error) === undefined) throw error
      this.#spareBytes = Infinity
    }
    // Only now: while statfs is asked, nothing is known that could refuse a record.
    this.#checkedAtMs = this.#monotonicMs()
  }

  #noSpace(): JournalError {
    const percent = Math.round(this.#reserve.fraction * 100)
    const megabytes = Math.round(this.#reserve.bytes / 1e6)
    return new JournalError(
      'JOURNAL_NO_SPACE',
      `journal: the file system of ${this.#directory} has no space left but the reserve (${percent} % or ${megabytes} MB); free space on it`,
    )
  }
}
