import { open } from 'node:fs/promises'
import type { SiteExpression } from '../site-expression.ts'
import { broken, type FileCheck } from './file-check.ts'
import { noneWhereAbsent } from './find-files.ts'

/** A trailer stands within so much of the end: behind it dumps have a few lines at most. */
export const TAIL_BYTES = 4096

/** What a whole dump ends with. */
export interface Trailer {
  readonly text: string | undefined
  readonly pattern: SiteExpression | undefined
}

export async function checkTrailer(path: string, trailer: Trailer): Promise<FileCheck> {
  return judgeTail(await readTail(path), trailer)
}

/** @param tail the last bytes of what the dump holds, decompressed */
export function judgeTail(tail: Buffer, { text, pattern }: Trailer): FileCheck {
  const shown = tail.toString('utf8')
  const isThere = (text === undefined || shown.includes(text)) && (pattern?.test(shown) ?? true)
  return isThere
    ? { isWhole: true, verified: true }
    : broken(
        '没有结束标记：备份没有写完',
        'the trailer is not there: the backup was not written to its end',
      )
}

/** The last bytes of a file; none where it is gone. @throws ProbeError */
export async function readTail(path: string, most = TAIL_BYTES): Promise<Buffer> {
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(most, size))
    const { bytesRead } = await file.read(tail, 0, tail.length, size - tail.length)
    return tail.subarray(0, bytesRead)
  } catch (error) {
    return Buffer.from(noneWhereAbsent(error, path))
  }
}
