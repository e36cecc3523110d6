import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { GunzippedFile, plainFile, type ReadHandle } from './gunzipped-file.ts'
import { isGzipped, type LogCandidate } from './log-family.ts'
import type { LineFilter } from './line-filter.ts'
import { toLogError } from './log-error.ts'

/** Of a line, so much is kept; the rest is passed over and counted. */
export const MAX_LINE_BYTES = 65_536

/** Bytes before a place that tell whether the file is still the one in which the place was noted. */
const MARK_BYTES = 64
const CHUNK_BYTES = 4 * MAX_LINE_BYTES
const NEWLINE = 0x0a
const RETURN = 0x0d

/** A line without its end. */
export interface LogLine {
  /** Of its first byte in the file. */
  readonly offset: number
  /** Valid until the call returns. */
  readonly bytes: Buffer
  /** It was longer than MAX_LINE_BYTES. */
  readonly isCut: boolean
}

/** A place in a file, as it outlives a restart. */
export interface LogPlace {
  readonly identity: string
  readonly name: string
  readonly offset: number
  /** What stood before the offset. */
  readonly mark: string
  /** The rest of the line at `offset` is to be passed over. */
  readonly skipping: boolean
  readonly mtimeNs: string
}

/** How much a run may still read. */
export interface ReadBudget {
  bytes: number
  /** Whether its time is over. */
  readonly isOver?: (() => boolean) | undefined
}

/** What is done with the lines of a file. */
export interface LineTaker {
  /** Only such lines are taken; all of them where it is absent. */
  readonly filter?: LineFilter | undefined
  readonly take: (line: LogLine) => void
  /** A line that the filter does not want. */
  readonly pass: () => void
}

let chunk: Buffer | undefined

/** One open file of a log, read line by line from a place on; it goes on being the same file when it is renamed or removed. */
export class LogFile {
  readonly identity: string
  readonly name: string
  offset = 0
  #handle: ReadHandle
  #skipping = false
  #mark = ''
  #size = -1
  #mtimeNs: bigint
  #links = 1

  private constructor(handle: ReadHandle, candidate: LogCandidate) {
    this.#handle = handle
    this.identity = candidate.identity
    this.name = candidate.name
    this.#mtimeNs = candidate.mtimeNs
  }

  /** Undefined where another file stands under that name by now. @throws ProbeError */
  static async open(candidate: LogCandidate): Promise<LogFile | undefined> {
    const handle = await openForReading(candidate.path)
    if (handle === undefined) return undefined
    const found = await handle.stat({ bigint: true })
    if (found.isFile() && `${found.dev}:${found.ino}` === candidate.identity)
      return new LogFile(
        isGzipped(candidate.name) ? new GunzippedFile(handle) : plainFile(handle),
        candidate,
      )
    await handle.close()
    return undefined
  }

  /** Bytes that wait, a half line at the end included. */
  get lagBytes(): number {
    return Math.max(0, this.#size - this.offset)
  }

  get mtimeNs(): bigint {
    return this.#mtimeNs
  }

  /** What is in it stood in another file before. */
  get isGzipped(): boolean {
    return isGzipped(this.name)
  }

  /** Nobody can find it any more by a name. */
  get isRemoved(): boolean {
    return this.#links === 0
  }

  /** Goes to the end; where that is in a line, the rest of the line is not read. */
  async skipToEnd(): Promise<void> {
    const { size } = await this.#handle.stat()
    this.offset = size
    this.#mark = await this.#markAt(size)
    this.#skipping = size > 0 && !Buffer.from(this.#mark, 'base64').subarray(-1).equals(LINE_END)
  }

  /** Whether it has the text that stood before a place. */
  async holds({ offset, mark }: Pick<LogPlace, 'offset' | 'mark'>): Promise<boolean> {
    const { size } = await this.#handle.stat()
    return size >= offset && (await this.#markAt(offset)) === mark
  }

  /** Whether another file has the same size, time and beginning. */
  async isLike(other: LogFile): Promise<boolean> {
    if (this.#size !== other.#size || this.#mtimeNs !== other.#mtimeNs) return false
    const length = Math.min(MARK_BYTES, this.#size)
    return (await this.#markAt(length)) === (await other.#markAt(length))
  }

  /** Whether the place is one in this file; if so, goes there. */
  async resume(place: LogPlace): Promise<boolean> {
    if (!(await this.holds(place))) return false
    this.offset = place.offset
    this.#mark = place.mark
    this.#skipping = place.skipping
    return true
  }

  restart(): void {
    this.offset = 0
    this.#mark = ''
    this.#skipping = false
  }

  /** Whether the file was emptied since, and maybe written again. Also learns its size. */
  async wasTruncated(): Promise<boolean> {
    const { size, mtimeNs, links } = await this.#handle.stat()
    this.#links = links
    if (size === this.#size && mtimeNs === this.#mtimeNs) return false
    this.#size = size
    this.#mtimeNs = mtimeNs
    if (this.#size < this.offset) return true
    const mark = await this.#markAt(this.offset)
    if (mark === this.#mark) return false
    // A writer that does not append went on at its old place: before it there is a hole.
    return !Buffer.from(mark, 'base64').every((byte) => byte === 0)
  }

  /** Reads whole lines up to the end, or as far as the budget goes. Returns the number of bytes that it went on. */
  async read(taker: LineTaker, budget: ReadBudget, signal: AbortSignal): Promise<number> {
    const from = this.offset
    while (budget.bytes > 0 && !signal.aborted) {
      const bytes = await this.#readAt(this.offset)
      const passed = this.#takeLines(bytes, taker)
      this.offset += passed
      budget.bytes -= passed
      if (passed === 0 || budget.isOver?.() === true) break
    }
    if (this.offset !== from) this.#mark = await this.#markAt(this.offset)
    return this.offset - from
  }

  /** Gives the half line at the end: nobody will write the rest of it. */
  async readHalfLine(taker: LineTaker): Promise<void> {
    const bytes = await this.#readAt(this.offset)
    if (bytes.length > 0 && !this.#skipping) this.#give(bytes, 0, bytes.length, taker)
    this.offset += bytes.length
    this.#skipping = false
    this.#mark = await this.#markAt(this.offset)
  }

  /** The place to go on from after a restart: `offset`, or an earlier one. */
  async placeAt(offset: number): Promise<LogPlace> {
    return {
      identity: this.identity,
      name: this.name,
      offset,
      mark: offset === this.offset ? this.#mark : await this.#markAt(offset),
      skipping: offset === this.offset && this.#skipping,
      mtimeNs: String(this.#mtimeNs),
    }
  }

  async close(): Promise<void> {
    await this.#handle.close().catch(() => undefined) // it was only read
  }

  /** Takes what is whole; returns how many bytes are done with. */
  #takeLines(bytes: Buffer, taker: LineTaker): number {
    let at = 0
    while (at < bytes.length) {
      if (!this.#skipping && bytes[at] === 0) at = afterHole(bytes, at)
      const end = bytes.indexOf(NEWLINE, at)
      if (end < 0) return this.#passLongLine(bytes, at, taker)
      if (!this.#skipping) this.#give(bytes, at, end, taker)
      this.#skipping = false
      at = end + 1
    }
    return at
  }

  /** No end in sight: waits for it, or, where the line is too long to wait for, gives its beginning and passes over the rest. */
  #passLongLine(bytes: Buffer, at: number, taker: LineTaker): number {
    if (!this.#skipping) {
      if (bytes.length - at <= MAX_LINE_BYTES) return at
      this.#give(bytes, at, bytes.length, taker)
      this.#skipping = true
    }
    return bytes.length
  }

  #give(bytes: Buffer, from: number, to: number, { filter, take, pass }: LineTaker): void {
    const isCut = to - from > MAX_LINE_BYTES
    const end = isCut ? from + MAX_LINE_BYTES : to
    if (filter?.(bytes, from, end) === false && !isCut) return pass()
    const last = end > from && bytes[end - 1] === RETURN ? end - 1 : end
    take({ offset: this.offset + from, bytes: bytes.subarray(from, last), isCut })
  }

  async #readAt(offset: number): Promise<Buffer> {
    chunk ??= Buffer.allocUnsafeSlow(CHUNK_BYTES)
    const { bytesRead } = await this.#handle.read(chunk, 0, CHUNK_BYTES, offset)
    return chunk.subarray(0, bytesRead)
  }

  async #markAt(offset: number): Promise<string> {
    const length = Math.min(MARK_BYTES, offset)
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await this.#handle.read(bytes, 0, length, offset - length)
    return bytes.subarray(0, bytesRead).toString('base64')
  }
}

const LINE_END = Buffer.from('\n')

function afterHole(bytes: Buffer, from: number): number {
  let at = from
  while (bytes[at] === 0) at++
  return at
}

/** Without waiting for the other end, should it be a pipe. */
async function openForReading(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const failure = toLogError(error, path)
    if (failure === undefined) return undefined
    throw failure
  }
}
