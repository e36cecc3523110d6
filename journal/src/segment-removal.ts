import { join } from 'node:path'
import { errnoCode } from './errors.ts'
import type { FileLayer } from './file-layer.ts'
import { diskBytes } from './segment-catalogue.ts'
import type { SegmentEntry } from './segment-catalogue.ts'
import { formatSegmentFileName } from './segment-file-name.ts'

/**
 * Deletes segments one after the other, oldest first, each deletion made durable before the next: whatever a crash leaves is a run of segments without
 * gaps. A segment is out of every reader's list before its file goes; one that can't be deleted now waits here for the next attempt.
 */
export class SegmentRemoval {
  readonly #files: FileLayer
  readonly #directory: string
  #doomed: SegmentEntry[] = []
  #running: Promise<void> = Promise.resolve()

  constructor(files: FileLayer, directory: string) {
    this.#files = files
    this.#directory = directory
  }

  /** What the segments that are still to be deleted take of the disk. */
  get diskBytes(): number {
    return this.#doomed.reduce((sum, { bytes }) => sum + diskBytes(bytes), 0)
  }

  get isIdle(): boolean {
    return this.#doomed.length === 0
  }

  add(segments: readonly SegmentEntry[]): void {
    this.#doomed.push(...segments)
    this.#doomed.sort((a, b) => a.segment - b.segment)
  }

  /** Deletes all that was added. @throws the file layer's error; what is left is tried again by the next call. */
  async run(): Promise<void> {
    // A run that failed has told its own caller.
    const before = this.#running.catch(() => undefined)
    this.#running = before.then(() => this.#removeAll())
    await this.#running
  }

  async #removeAll(): Promise<void> {
    for (let next = this.#doomed[0]; next !== undefined; next = this.#doomed[0]) {
      await this.#remove(next)
      this.#doomed = this.#doomed.filter((segment) => segment !== next)
    }
  }

  async #remove(entry: SegmentEntry): Promise<void> {
    this.#files.reached?.('delete.before')
    try {
      await this.#files.unlink(join(this.#directory, formatSegmentFileName(entry)))
    } catch (error) {
      if (errnoCode(error) !== 'ENOENT') throw error
    }
    this.#files.reached?.('delete.unlinked')
    await this.#files.syncDirectory(this.#directory)
    this.#files.reached?.('delete.listed')
  }
}
