import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeScratchDirectory } from './testing/scratch-directory.ts'

const CHILD = fileURLToPath(new URL('testing/full-disk-child.ts', import.meta.url))
const ON_TMPFS = 'mount -t tmpfs -o size=8m none "$1" && shift && exec "$@"'

/** Why a file system of a stated size can't be had here; undefined when it can. */
function whyNoTmpfs(): string | undefined {
  using scratch = makeScratchDirectory()
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', ON_TMPFS, 'sh', scratch.path, 'true'], {
      stdio: 'pipe',
    })
    return undefined
  } catch (error) {
    return `not on this machine: no tmpfs in a mount namespace of our own: ${String(error).split('\n')[0]}`
  }
}

interface Seen {
  readonly firstRefusal: string
  readonly availableAtRefusal: number
  readonly ackedBeforeFiller: number
  readonly refusals: (string | null)[]
  readonly isAllReadableWhenFull: boolean
  readonly resumeRefusals: (string | null)[]
  readonly resumed: number[]
  readonly readableAtEnd: number[]
  readonly readableAfterRestart: number[]
  readonly corruptRecords: number
}

async function runOnTmpfs(reserveBytes: number): Promise<Seen> {
  using scratch = makeScratchDirectory()
  const node = [process.execPath, CHILD, scratch.path, String(reserveBytes)]
  const inputs = ['-rm', 'sh', '-c', ON_TMPFS, 'sh', scratch.path, ...node]
  const { stdout } = await promisify(execFile)('unshare', inputs)
  return JSON.parse(stdout)
}

const reason = whyNoTmpfs()

test.for([{ reserveBytes: 1_000_000 }, { reserveBytes: 0 }])(
  'on a file system of 8 MB with a reserve of $reserveBytes bytes it refuses when that is full, keeps all readable and resumes',
  async ({ reserveBytes }, { skip }) => {
    if (reason !== undefined) skip(reason)
    const seen = await runOnTmpfs(reserveBytes)
    expect(seen.firstRefusal).toBe('JOURNAL_NO_SPACE')
    expect(seen.availableAtRefusal).toBeGreaterThanOrEqual(reserveBytes)
    expect(seen.availableAtRefusal).toBeLessThan(reserveBytes + 100_000)
    expect(seen.ackedBeforeFiller).toBeGreaterThan(1000)
    expect(new Set(seen.refusals)).toEqual(new Set(['JOURNAL_NO_SPACE']))
    expect(seen.isAllReadableWhenFull).toBe(true)
    expect(new Set(seen.resumeRefusals)).toEqual(new Set([null]))
    expect(seen.readableAtEnd.slice(-50)).toEqual(seen.resumed)
    expect(seen.readableAfterRestart).toEqual(seen.readableAtEnd)
    expect(seen.corruptRecords).toBe(0)
  },
)
