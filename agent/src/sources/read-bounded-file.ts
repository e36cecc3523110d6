import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { errorCodeOf } from '@wardround/program/error-code'
import { ProbeError } from '../probe.ts'

/**
 * A text file as a whole, and when it was written.
 * @throws ProbeError FLOOD where it has more bytes, NOT_PERMITTED, UNREADABLE (also what is no plain file)
 */
export async function readBoundedFile(
  path: string,
  mostBytes: number,
): Promise<{ readonly text: string; readonly mtimeMs: number }> {
  try {
    // a pipe would be waited for, for ever
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const stats = await file.stat()
    if (!stats.isFile()) throw notPlain(path)
    if (stats.size > mostBytes) throw tooLong(path, mostBytes)
    const bytes = await file.readFile()
    if (bytes.length > mostBytes) throw tooLong(path, mostBytes) // it grew meanwhile
    return { text: bytes.toString('utf8'), mtimeMs: stats.mtimeMs }
  } catch (error) {
    throw toProbeError(error, path)
  }
}

function notPlain(path: string): ProbeError {
  return new ProbeError('UNREADABLE', {
    zh: `${path} 不是普通文件`,
    en: `${path} is no plain file`,
  })
}

function tooLong(path: string, mostBytes: number): ProbeError {
  return new ProbeError('FLOOD', {
    zh: `${path} 超过 ${mostBytes} 字节`,
    en: `${path} has more than ${mostBytes} bytes`,
  })
}

function toProbeError(error: unknown, path: string): ProbeError {
  if (error instanceof ProbeError) return error
  const code = errorCodeOf(error) ?? String(error)
  const isDenied = code === 'EACCES' || code === 'EPERM'
  return new ProbeError(
    isDenied ? 'NOT_PERMITTED' : 'UNREADABLE',
    { zh: `${path} 无法读取（${code}）`, en: `${path} can't be read (${code})` },
    { cause: error },
  )
}
