import { constants, type BigIntStats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { GunzippedFile, plainFile, type ReadHandle } from './gunzipped-file.ts'
import { isGzipped, type LogCandidate } from './log-family.ts'
import type { LineFilter } from './line-filter.ts'
import { LogMark } from './log-mark.ts'
import { toLogError } from './log-error.ts'

/** Of a line, so much is kept; the rest is passed over and counted. */
export const MAX_LINE_BYTES = 65_536

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
  /** What stood at the beginning and before the offset. */
  readonly mark: string
  /** The rest of the line at `offset` is to be passed over. */
  readonly skipping: boolean
  readonly mtimeNs: string
}

/** Whether anything before the place was read, which tells the file from others. */
export function hasBegun({ offset }: Pick<LogPlace, 'offset'>): boolean {
  return offset > 0
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
  #mark = LogMark.none
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
    if (isSame(await handle.stat({ bigint: true }), candidate))
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
    this.#mark = await LogMark.read(this.#handle, size)
    this.offset = size
    this.#skipping = size > 0 && !this.#mark.endsLine
  }

  /** Whether it has the text that stood before a place. */
  async holds(place: Pick<LogPlace, 'offset' | 'mark'>): Promise<boolean> {
    return (await this.#find(place)) !== undefined
  }

  /** Whether another file has the same text. */
  async isLike(other: LogFile): Promise<boolean> {
    const [own, its] = [await this.#handle.stat(), await other.#handle.stat()]
    return own.size === its.size && this.isBeginningOf(other)
  }

  /** Whether all that is in it stands in another file, too. */
  async isBeginningOf(other: LogFile): Promise<boolean> {
    const { size } = await this.#handle.stat()
    if (size === 0) return false
    return other.holds({ offset: size, mark: (await LogMark.read(this.#handle, size)).text })
  }

  /** Whether the place is one in this file; if so, goes there. */
  async resume(place: LogPlace): Promise<boolean> {
    const mark = await this.#find(place)
    if (mark === undefined) return false
    this.#mark = mark
    this.offset = place.offset
    this.#skipping = place.skipping
    return true
  }

  restart(): void {
    this.offset = 0
    this.#mark = LogMark.none
    this.#skipping = false
  }

  /**
   * Whether the file was emptied since, and maybe written again: told until restart() is called. Also learns its size; of one that was emptied,
   * size and time stay those of the text that was there. Neither tells that nothing happened: a clock's step has room for more than one change.
   */
  async wasTruncated(): Promise<boolean> {
    const { size, mtimeNs, links } = await this.#handle.stat()
    this.#links = links
    if (!this.isGzipped && !(size >= this.offset && (await this.#hasMark()))) return true
    this.#size = size
    this.#mtimeNs = mtimeNs
    return false
  }

  /** When it was written last, though it was emptied. */
  async lastWriteNs(): Promise<bigint> {
    return (await this.#handle.stat()).mtimeNs
  }

  /** Reads whole lines up to the end, or as far as the budget goes. Returns the number of bytes that it went on. */
  async read(taker: LineTaker, budget: ReadBudget, signal: AbortSignal): Promise<number> {
    const from = this.offset
    while (budget.bytes > 0 && !signal.aborted) {
      const bytes = await this.#readAt(this.offset)
      // Emptied before they were read, they are other bytes than those that belong here.
      if (bytes.length > 0 && !this.isGzipped && !(await this.#hasMark())) break
      const passed = this.#takeLines(bytes, taker)
      this.#goOn(bytes.subarray(0, passed))
      budget.bytes -= passed
      if (passed === 0 || budget.isOver?.() === true) break
    }
    return this.offset - from
  }

  /** Gives the half line at the end: nobody will write the rest of it. */
  async readHalfLine(taker: LineTaker): Promise<void> {
    const bytes = await this.#readAt(this.offset)
    const whole = this.#takeLines(bytes, taker)
    if (whole < bytes.length) this.#give(bytes, whole, bytes.length, taker)
    this.#skipping = false
    this.#goOn(bytes)
  }

  /** The place to go on from after a restart: `offset`, or an earlier one. */
  async placeAt(offset: number): Promise<LogPlace> {
    return {
      identity: this.identity,
      name: this.name,
      offset,
      mark: (offset === this.offset ? this.#mark : await LogMark.read(this.#handle, offset)).text,
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

  #goOn(bytes: Buffer): void {
    this.#mark = this.#mark.after(bytes)
    this.offset += bytes.length
  }

  async #find({ offset, mark }: Pick<LogPlace, 'offset' | 'mark'>): Promise<LogMark | undefined> {
    const { size } = await this.#handle.stat()
    return size < offset ? undefined : LogMark.find(this.#handle, offset, mark)
  }

  /** Whether what was read before this place still stands there. */
  async #hasMark(): Promise<boolean> {
    const found = await LogMark.read(this.#handle, this.offset)
    if (found.text === this.#mark.text) return true
    // A writer that does not append went on at its old place: before it there is a hole.
    if (found.isHole) this.#mark = found
    return found.isHole
  }
}

/** By inode and, as inodes are used again, by the size: what was gzipped stays as it is, a log grows. */
function isSame(found: BigIntStats, { identity, name, size, mtimeNs }: LogCandidate): boolean {
  if (!found.isFile() || `${found.dev}:${found.ino}` !== identity) return false
  if (isGzipped(name)) return found.mtimeNs === mtimeNs && Number(found.size) === size
  return Number(found.size) >= size
}

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
