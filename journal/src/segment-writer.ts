import { join } from 'node:path'
import type { Chunk, PlannedSegment } from './append-queue.ts'
import { errnoCode } from './errors.ts'
import { closeFile, writeAll } from './file-io.ts'
import type { FileLayer } from './file-layer.ts'
import { formatSegmentFileName } from './segment-file-name.ts'

/** Writes chunks to segment files, one open at a time. Once a write or sync has failed the file is only ever cut and closed. */
export class SegmentWriter {
  readonly #files: FileLayer
  readonly #directory: string
  #segment: PlannedSegment | undefined
  #file: number | undefined

  constructor(files: FileLayer, directory: string) {
    this.#files = files
    this.#directory = directory
  }

  /** Number of the segment that may still grow. */
  get openSegment(): number | undefined {
    return this.#segment?.key.segment
  }

  /** Resolves when the chunk is on stable storage; a new segment's name is then as well. */
  async write(chunk: Chunk): Promise<void> {
    const { segment } = chunk
    if (segment !== this.#segment) await this.seal()
    const isNew = this.#file === undefined
    const file = (this.#file ??= await this.#create(segment))
    await writeAll(this.#files, file, chunk.bytes.subarray(0, chunk.length), chunk.offset)
    this.#files.reached?.('segment.written')
    await this.#files.sync(file)
    this.#files.reached?.('segment.synced')
    if (isNew) {
      await this.#files.syncDirectory(this.#directory)
      this.#files.reached?.('segment.listed')
    }
    segment.durableBytes = chunk.offset + chunk.length
  }

  /** The open segment is complete. */
  async seal(): Promise<void> {
    const file = this.#file
    this.#file = this.#segment = undefined
    if (file !== undefined) await closeFile(this.#files, file)
  }

  /**
   * After a failure: closes the open segment for good. What of it is not durable is cut off; if that fails as well, readers pass over it by the
   * number of the next segment's first record. It is never synced again: after a failed sync the kernel calls pages clean that are not on the disk.
   */
  async abandon(): Promise<void> {
    const file = this.#file
    const segment = this.#segment
    this.#file = this.#segment = undefined
    if (file === undefined || segment === undefined) return
    try {
      if (segment.durableBytes > 0) await this.#files.truncate(file, segment.durableBytes)
      else await this.#files.unlink(this.#path(segment))
    } catch (error) {
      // The disk refuses: what is left over is passed over by readers.
      if (errnoCode(error) === undefined) throw error
    }
    await closeFile(this.#files, file)
  }

  async #create(segment: PlannedSegment): Promise<number> {
    this.#segment = segment
    const file = await this.#files.open(this.#path(segment), 'create')
    this.#files.reached?.('segment.created')
    return file
  }

  #path({ key, firstNumber }: PlannedSegment): string {
    const name = formatSegmentFileName({ segment: key.segment, firstNumber })
    return join(this.#directory, name)
  }
}
