import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { ReadRate } from '../read-rate.ts'
import type { FoundFile } from './list-place.ts'

/** What reading a file came to: its digest, or that it was not the file that was listed, or became another under our eyes. */
export type Hashed =
  | { readonly kind: 'hashed'; readonly sha256: string }
  | { readonly kind: 'changed' }

/**
 * SHA-256 of a file, read piece by piece at the given rate.
 * @param onRead told of every piece
 * @throws the operating system's error
 */
export async function hashFile(
  path: string,
  listed: FoundFile,
  rate: ReadRate,
  onRead: (bytes: number) => void,
): Promise<Hashed> {
  const file = await open(path, 'r')
  try {
    const isSame = async (): Promise<boolean> => {
      const { size, mtimeMs, ino } = await file.stat()
      return size === listed.size && mtimeMs === listed.mtimeMs && ino === listed.inode
    }
    if (!(await isSame())) return { kind: 'changed' }
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(rate.pieceBytes)
    for (let left = listed.size; left > 0;) {
      const wanted = Math.min(left, piece.length)
      await rate.take(wanted)
      const { bytesRead } = await file.read(piece, 0, wanted)
      if (bytesRead === 0) return { kind: 'changed' }
      onRead(bytesRead)
      hash.update(piece.subarray(0, bytesRead))
      left -= bytesRead
    }
    return (await isSame()) ? { kind: 'hashed', sha256: hash.digest('hex') } : { kind: 'changed' }
  } finally {
    await file.close()
  }
}
