import type { FileHandle } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'

/** What a log is read through: a file, or what is in a gzipped one. */
export interface ReadHandle {
  stat(): Promise<FileFacts>
  read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>
  close(): Promise<void>
}

export interface FileFacts {
  readonly size: number
  readonly mtimeNs: bigint
  readonly links: number
}

/** More is never unpacked: what comes after it is not read. */
const MAX_BYTES = 1_073_741_824
const WINDOW_BYTES = 2 * 1_048_576
/** Before the place that was read last, so much stays at hand. */
const KEPT_BYTES = 1_048_576
const TRAILER_BYTES = 4
/** Of the text's beginning, so much stays at hand, too. */
const HEAD_BYTES = 64

/**
 * The text of a gzipped file, unpacked as it is read, in bounded memory. Going back farther than what is kept begins anew. A file that is damaged
 * or not complete ends where that shows.
 */
export class GunzippedFile implements ReadHandle {
  readonly #handle: FileHandle
  readonly #window = Buffer.allocUnsafeSlow(WINDOW_BYTES)
  /** Of the window's first byte, in the text. */
  #start = 0
  /** Bytes in the window. */
  #length = 0
  #chunks: AsyncIterator<Buffer> | undefined
  #isOver = false
  #promised: number | undefined
  #head = Buffer.alloc(0)

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** The size is what the file's end says, until the text's end was seen. */
  async stat(): Promise<FileFacts> {
    const { size, mtimeNs, nlink } = await this.#handle.stat({ bigint: true })
    this.#promised ??= await this.#readTrailer(Number(size))
    const seen = this.#start + this.#length
    return {
      size: this.#isOver ? seen : Math.max(seen, this.#promised),
      mtimeNs,
      links: Number(nlink),
    }
  }

  async read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }> {
    if (position + length <= this.#head.length)
      return { bytesRead: this.#head.copy(buffer, offset, position, position + length) }
    if (position < this.#start) await this.#rewind()
    const wanted = Math.min(length, WINDOW_BYTES - KEPT_BYTES)
    while (this.#start + this.#length < position + wanted && !this.#isOver)
      await this.#unpack(position)
    const from = position - this.#start
    const to = Math.min(this.#length, from + wanted)
    if (to <= from) return { bytesRead: 0 }
    return { bytesRead: this.#window.copy(buffer, offset, from, to) }
  }

  async close(): Promise<void> {
    await this.#stop()
    await this.#handle.close()
  }

  /** One more piece; what lies far before the place is forgotten. */
  async #unpack(position: number): Promise<void> {
    const chunk = await this.#next()
    if (chunk === undefined) return
    if (this.#length + chunk.length > WINDOW_BYTES) this.#forget(position, chunk.length)
    chunk.copy(this.#window, this.#length)
    this.#length += chunk.length
    if (this.#start === 0)
      this.#head = Buffer.from(this.#window.subarray(0, Math.min(HEAD_BYTES, this.#length)))
    if (this.#start + this.#length >= MAX_BYTES) this.#isOver = true
  }

  #forget(position: number, room: number): void {
    const needed = this.#length + room - WINDOW_BYTES
    const spare = Math.max(needed, Math.min(this.#length, position - KEPT_BYTES - this.#start))
    this.#window.copyWithin(0, spare, this.#length)
    this.#start += spare
    this.#length -= spare
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      this.#chunks ??= this.#begin()
      const { done, value } = await this.#chunks.next()
      if (done !== true) return value
    } catch {
      // damaged, or still being written: it ends here
    }
    this.#isOver = true
    return undefined
  }

  #begin(): AsyncIterator<Buffer> {
    const packed = this.#handle.createReadStream({ start: 0, autoClose: false })
    const text = createGunzip()
    packed.on('error', (error) => text.destroy(error))
    return packed.pipe(text)[Symbol.asyncIterator]()
  }

  async #rewind(): Promise<void> {
    await this.#stop()
    this.#start = 0
    this.#length = 0
    this.#isOver = false
  }

  async #stop(): Promise<void> {
    await this.#chunks?.return?.()
    this.#chunks = undefined
  }

  /** Length of the text modulo 2^32 (RFC 1952). */
  async #readTrailer(size: number): Promise<number> {
    const bytes = Buffer.alloc(TRAILER_BYTES)
    if (size < TRAILER_BYTES) return 0
    await this.#handle.read(bytes, 0, TRAILER_BYTES, size - TRAILER_BYTES)
    return bytes.readUInt32LE(0)
  }
}

/** A file as it is. */
export function plainFile(handle: FileHandle): ReadHandle {
  return {
    async stat() {
      const { size, mtimeNs, nlink } = await handle.stat({ bigint: true })
      return { size: Number(size), mtimeNs, links: Number(nlink) }
    },
    read: (buffer, offset, length, position) => handle.read(buffer, offset, length, position),
    close: () => handle.close(),
  }
}
