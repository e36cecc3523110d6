import type { ReadHandle } from './gunzipped-file.ts'

/** Bytes at the file's beginning and before the place, each. */
const MARK_BYTES = 64
const LINE_END = 0x0a

/**
 * What stands at the beginning of a file and before a place in it: tells whether a file is still the one in which the place was noted. Both, as
 * lines of one length often end alike and begin with their time.
 */
export class LogMark {
  static readonly none = new LogMark(Buffer.alloc(0), Buffer.alloc(0))
  /** As it is saved. */
  readonly text: string
  readonly #head: Buffer
  readonly #tail: Buffer

  private constructor(head: Buffer, tail: Buffer) {
    this.#head = head
    this.#tail = tail
    this.text = Buffer.concat([head, tail]).toString('base64')
  }

  /** Shorter than the place demands where the file is. */
  static async read(handle: ReadHandle, offset: number): Promise<LogMark> {
    const length = Math.min(MARK_BYTES, offset)
    const head = await readAt(handle, 0, length)
    return new LogMark(head, await readAt(handle, offset - length, length))
  }

  /** Whether the file has what a text says; the place is not looked at where the beginning tells. */
  static async find(
    handle: ReadHandle,
    offset: number,
    text: string,
  ): Promise<LogMark | undefined> {
    const length = Math.min(MARK_BYTES, offset)
    const wanted = Buffer.from(text, 'base64')
    const head = await readAt(handle, 0, length)
    if (!head.equals(wanted.subarray(0, length))) return undefined
    const mark = new LogMark(head, await readAt(handle, offset - length, length))
    return mark.text === text ? mark : undefined
  }

  get endsLine(): boolean {
    return this.#tail.at(-1) === LINE_END
  }

  /** Nothing but zeros, as a hole is read. */
  get isHole(): boolean {
    return this.#tail.length > 0 && [this.#head, this.#tail].every((part) => part.every(isZero))
  }

  /** Of the place after the bytes that follow: as they were read, since the file may be another one by now. */
  after(bytes: Buffer): LogMark {
    return new LogMark(
      Buffer.concat([this.#head, bytes.subarray(0, MARK_BYTES - this.#head.length)]),
      lastOf(this.#tail, bytes),
    )
  }
}

function lastOf(before: Buffer, bytes: Buffer): Buffer {
  const added = bytes.subarray(-MARK_BYTES)
  const kept = Math.min(before.length, MARK_BYTES - added.length)
  return Buffer.concat([before.subarray(before.length - kept), added])
}

async function readAt(handle: ReadHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, offset)
  return bytes.subarray(0, bytesRead)
}

function isZero(byte: number): boolean {
  return byte === 0
}
