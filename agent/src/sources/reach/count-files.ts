import type { CommandRunner } from '../commands.ts'

export interface FileCountCheck {
  readonly directory: string
  readonly pattern: string
  readonly recursive: boolean
}

export interface FileCount {
  readonly count: number
  readonly sizeBytes: number
  /** Seconds since 1970, with fractions; undefined without files. */
  readonly oldest: number | undefined
  readonly newest: number | undefined
  /** What find(1) could not look at. */
  readonly said: string
  readonly isThere: boolean
}

const FIND = '/usr/bin/find'
const LEVELS = 8
const DEADLINE_MS = 30_000
/** Some 30 bytes a file: half a million of them. */
const MOST_BYTES = 16 * 1024 * 1024

/**
 * Counts files with find(1), a program of its own: a network file system that hangs holds that process up and not the agent.
 * @throws ProbeError DEADLINE, FLOOD, NOT_ANSWERING; NoDataError where there is no find
 */
export async function countFiles(
  commands: CommandRunner,
  { directory, pattern, recursive }: FileCountCheck,
  signal: AbortSignal,
): Promise<FileCount> {
  const depth = String(recursive ? LEVELS : 1)
  // `/.` has it looked at even where it is a link, and only where it is a directory; `top` says that it was there
  const where = [`${directory}/.`, '-maxdepth', depth, '-xdev', '-ignore_readdir_race']
  const top = ['-name', '.', '-printf', String.raw`top\n`]
  const files = ['-type', 'f', '-name', pattern, '-printf', String.raw`%s %T@\n`]
  const { exitCode, stdout, stderr } = await commands.run(
    FIND,
    [...where, ...top, '-o', ...files],
    {
      deadlineMs: DEADLINE_MS,
      maxBytes: MOST_BYTES,
      signal,
    },
  )
  const found = parseFind(stdout)
  const isThere = stdout.startsWith('top\n') && (exitCode === 0 || found.count > 0)
  return { ...found, said: stderr.split('\n', 1)[0]?.slice(0, 300) ?? '', isThere }
}

/** Lines of `SIZE SECONDS.FRACTION`; what is no such line is passed over. */
export function parseFind(
  output: string,
): Pick<FileCount, 'count' | 'sizeBytes' | 'oldest' | 'newest'> {
  let count = 0
  let sizeBytes = 0
  let oldest = Infinity
  let newest = -Infinity
  for (const [, size, time] of output.matchAll(/^(\d{1,16}) (-?\d{1,12}(?:\.\d{1,10})?)$/gm)) {
    count++
    sizeBytes += Number(size)
    oldest = Math.min(oldest, Number(time))
    newest = Math.max(newest, Number(time))
  }
  const some = count > 0
  return { count, sizeBytes, oldest: some ? oldest : undefined, newest: some ? newest : undefined }
}
