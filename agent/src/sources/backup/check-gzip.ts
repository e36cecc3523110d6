import { open } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { ReadRate, type RateTime } from '../read-rate.ts'
import { judgeTail, TAIL_BYTES, type Trailer } from './check-trailer.ts'
import { broken, type FileCheck } from './file-check.ts'

export interface GzipCheckOptions {
  readonly trailer: Trailer | undefined
  readonly bytesPerSecond: number
  readonly time: RateTime
  readonly signal: AbortSignal
}

/**
 * Reads a gzip to its end at a bounded rate, as `gzip -t` does: its checksum and length must be right, and the trailer must stand at the
 * end of what it holds. Nothing but the last few kilobytes is kept.
 * @throws what reading the file threw
 */
export async function checkGzip(path: string, options: GzipCheckOptions): Promise<FileCheck> {
  const gunzip = createGunzip()
  const tail = new Tail()
  gunzip.on('data', (piece: Buffer) => tail.add(piece))
  const ended = new Promise<Error | undefined>((resolve) => {
    gunzip.once('end', () => resolve(undefined)).once('error', resolve)
  })
  try {
    await feed(path, gunzip, options, ended)
    const error = await ended
    if (error !== undefined) return brokenGzip(error)
    const { trailer } = options
    const judged = trailer === undefined ? WHOLE : judgeTail(tail.bytes, trailer)
    return { ...judged, checksumOk: true }
  } finally {
    gunzip.destroy()
  }
}

const WHOLE: FileCheck = { isWhole: true, verified: true }

function brokenGzip(error: Error): FileCheck {
  return broken(
    `gzip 不完整或已损坏：${error.message}`,
    `the gzip is cut off or damaged: ${error.message}`,
    { checksumOk: false },
  )
}

/** Piece by piece; comes back early where the stream has failed. */
async function feed(
  path: string,
  gunzip: ReturnType<typeof createGunzip>,
  { bytesPerSecond, time, signal }: GzipCheckOptions,
  ended: Promise<Error | undefined>,
): Promise<void> {
  await using file = await open(path)
  const rate = new ReadRate(bytesPerSecond, time)
  const piece = Buffer.alloc(rate.pieceBytes)
  for (;;) {
    signal.throwIfAborted()
    await rate.take(piece.length)
    const { bytesRead } = await file.read(piece, 0, piece.length)
    if (bytesRead === 0) break
    const written = new Promise<void>((resolve) => {
      gunzip.write(Buffer.from(piece.subarray(0, bytesRead)), () => resolve())
    })
    await Promise.race([written, ended])
    if (gunzip.errored !== null) return
  }
  gunzip.end()
}

/** The last bytes that went by. */
class Tail {
  bytes: Buffer = Buffer.alloc(0)

  add(piece: Buffer): void {
    this.bytes = Buffer.from(
      piece.length >= TAIL_BYTES
        ? piece.subarray(-TAIL_BYTES)
        : Buffer.concat([this.bytes, piece]).subarray(-TAIL_BYTES),
    )
  }
}
