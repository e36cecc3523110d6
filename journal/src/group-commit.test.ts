import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import type { JournalOptions } from './journal-options.ts'
import { systemFiles } from './file-layer.ts'
import type { FileLayer } from './file-layer.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import type { FileCall, FileFault } from './testing/faulty-files.ts'
import {
  appendNumbered,
  formatNumberedRecord,
  range,
  numbersIn,
} from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import type { ScratchDirectory } from './testing/scratch-directory.ts'
import { unboundedJournal } from './testing/unbounded-journal.ts'

let scratch: ScratchDirectory
beforeEach(() => {
  scratch = makeScratchDirectory('memory')
})
afterEach(() => scratch[Symbol.dispose]())

function options(more: Partial<JournalOptions> = {}): JournalOptions {
  return unboundedJournal(scratch.path, more)
}

/** What the next start finds, without any fault. */
async function numbersAfterRestart(): Promise<number[]> {
  await using journal = await openJournal(options())
  return await numbersIn(journal)
}

/** Counts calls, and holds each sync until the test lets it go. */
function gatedFiles(): { files: FileLayer; calls: string[]; letGo: () => Promise<void> } {
  const calls: string[] = []
  let waiting: (() => void)[] = []
  const counted = faultyFiles({ decide: ({ operation }) => void calls.push(operation) })
  const files: FileLayer = {
    ...counted,
    sync: async (file) => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      await counted.sync(file)
    },
  }
  const letGo = async () => {
    await until(() => waiting.length > 0)
    const released = waiting
    waiting = []
    for (const resolve of released) resolve()
  }
  return { files, calls, letGo }
}

function count<T>(items: readonly T[], item: T): number {
  return items.filter((candidate) => candidate === item).length
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

describe('group commit', () => {
  test('writes and syncs once for all that was appended in one turn', async () => {
    const calls: FileCall[] = []
    const files = faultyFiles({ decide: (call) => void calls.push(call) })
    await using journal = await openJournal(options({ files }))
    await appendNumbered(journal, 1, 1000)
    const operations = calls.map(({ operation }) => operation)
    expect(count(operations, 'write')).toBe(1)
    expect(count(operations, 'sync')).toBe(1)
    expect(await numbersIn(journal)).toEqual(range(1, 1000))
  })

  test('takes all that arrives while a sync is running with the next', async () => {
    const { files, calls, letGo } = gatedFiles()
    const journal = await openJournal(options({ files }))
    const first = appendNumbered(journal, 1, 1)
    await until(() => count(calls, 'write') === 1)
    const others = range(2, 100).map((number) => appendNumbered(journal, number, number))
    expect(journal.status().pendingRecords).toBe(100)
    await letGo()
    await first
    expect(journal.status().pendingRecords).toBe(99)
    expect(await numbersIn(journal)).toEqual([1])
    await until(() => count(calls, 'write') === 2)
    await letGo()
    await Promise.all(others)
    expect(count(calls, 'sync')).toBe(2)
    expect(await numbersIn(journal)).toEqual(range(1, 100))
    await journal[Symbol.asyncDispose]()
  })

  test('shows a record to readers only once it is durable', async () => {
    const { files, calls, letGo } = gatedFiles()
    const journal = await openJournal(options({ files }))
    const append = appendNumbered(journal, 1, 1)
    await until(() => count(calls, 'write') === 1)
    expect(await numbersIn(journal)).toEqual([])
    await letGo()
    await append
    expect(await numbersIn(journal)).toEqual([1])
    await journal[Symbol.asyncDispose]()
  })

  test('syncs the directory before the first record of a new file is durable', async () => {
    const calls: string[] = []
    const files = faultyFiles({ decide: ({ operation }) => void calls.push(operation) })
    await using journal = await openJournal(options({ files, segmentBytes: 1000 }))
    await appendNumbered(journal, 1, 30)
    const steps = calls.filter((call) => ['open', 'write', 'sync', 'syncDirectory'].includes(call))
    const { segments } = journal.status()
    const perSegment = ['open', 'write', 'sync', 'syncDirectory']
    expect(steps).toEqual(Array.from({ length: segments }, () => perSegment).flat())
  })

  test('keeps the distance between commits, but flush and close do not wait for it', async () => {
    let nowMs = 0
    const calls: string[] = []
    const files = faultyFiles({ decide: ({ operation }) => void calls.push(operation) })
    const journal = await openJournal(
      options({ files, syncEveryMs: 3_600_000, monotonicMs: () => nowMs }),
    )
    await appendNumbered(journal, 1, 1)
    const waiting = appendNumbered(journal, 2, 2)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(count(calls, 'sync')).toBe(1)
    await journal.flush()
    await waiting
    expect(count(calls, 'sync')).toBe(2)
    nowMs += 3_600_001
    await appendNumbered(journal, 3, 3)
    const last = appendNumbered(journal, 4, 4)
    await journal[Symbol.asyncDispose]()
    await last
    expect(await numbersAfterRestart()).toEqual([1, 2, 3, 4])
  })
})

/** Which call fails, and with what. */
interface Failure {
  readonly note: string
  readonly operation: string
  readonly code: string
  readonly expected: string
}

const FAILURES: readonly Failure[] = [
  { note: 'EIO on write', operation: 'write', code: 'EIO', expected: 'JOURNAL_IO' },
  { note: 'EIO on fdatasync', operation: 'sync', code: 'EIO', expected: 'JOURNAL_IO' },
  {
    note: 'EIO on fsync of the directory',
    operation: 'syncDirectory',
    code: 'EIO',
    expected: 'JOURNAL_IO',
  },
  { note: 'ENOSPC on write', operation: 'write', code: 'ENOSPC', expected: 'JOURNAL_NO_SPACE' },
  { note: 'ENOSPC on fdatasync', operation: 'sync', code: 'ENOSPC', expected: 'JOURNAL_NO_SPACE' },
  { note: 'ENOSPC on open', operation: 'create', code: 'ENOSPC', expected: 'JOURNAL_NO_SPACE' },
  { note: 'EDQUOT on write', operation: 'write', code: 'EDQUOT', expected: 'JOURNAL_NO_SPACE' },
  { note: 'EROFS on open', operation: 'create', code: 'EROFS', expected: 'JOURNAL_READ_ONLY' },
  { note: 'EROFS on write', operation: 'write', code: 'EROFS', expected: 'JOURNAL_READ_ONLY' },
  { note: 'EACCES on open', operation: 'create', code: 'EACCES', expected: 'JOURNAL_READ_ONLY' },
  { note: 'EMFILE on open', operation: 'create', code: 'EMFILE', expected: 'JOURNAL_IO' },
  { note: 'EEXIST on open', operation: 'create', code: 'EEXIST', expected: 'JOURNAL_IO' },
]

/** Only segment files fail, and the directory; closing and cutting work unless said. */
function failing(
  failure: { operation: string; code: string },
  isOn: () => boolean,
  alsoFails: readonly string[] = [],
): FileLayer {
  const decide = ({ operation, isCreation }: FileCall): FileFault | undefined => {
    const name = isCreation ? 'create' : operation
    const isMeant = name === failure.operation || alsoFails.includes(name)
    return isMeant && isOn() ? { kind: 'error', code: failure.code } : undefined
  }
  return faultyFiles({ decide })
}

describe.each(FAILURES)('$note', (failure) => {
  // Small segments, so that opening and the directory are in play each time.
  const small = { segmentBytes: 400 }

  test('once: the records are written to a new segment and nobody notices', async () => {
    let left = 0
    const files = failing(failure, () => left > 0 && left-- > 0)
    await using journal = await openJournal(options({ ...small, files }))
    await appendNumbered(journal, 1, 10)
    left = 1
    await appendNumbered(journal, 11, 20)
    expect(journal.status()).toMatchObject({ failedWrites: 1, failure: undefined })
    expect(await numbersIn(journal)).toEqual(range(1, 20))
    await appendNumbered(journal, 21, 30)
    expect(await numbersIn(journal)).toEqual(range(1, 30))
    expect(await numbersAfterRestart()).toEqual(range(1, 30))
  })

  test.each([{ alsoFails: [] }, { alsoFails: ['truncate', 'unlink', 'close'] }])(
    'for a while, with $alsoFails failing too: appends reject with a typed error, what was durable stays readable, and it resumes',
    async ({ alsoFails }) => {
      let isOn = false
      const files = failing(failure, () => isOn, alsoFails)
      await using journal = await openJournal(options({ ...small, files }))
      await appendNumbered(journal, 1, 10)
      isOn = true
      for (let attempt = 0; attempt < 3; attempt++) {
        const results = await Promise.allSettled(
          range(11, 15).map((number) => appendNumbered(journal, number, number)),
        )
        // A commit may get a part of its records through before a new segment is needed.
        const rejected = results.filter((result) => result.status === 'rejected')
        expect(rejected.length).toBeGreaterThan(0)
        for (const { reason } of rejected)
          expect(reason).toMatchObject({ code: failure.expected, retryable: true })
        expect(journal.status().failure?.code).toBe(failure.expected)
      }
      const durable = await numbersIn(journal)
      expect(durable.slice(0, 10)).toEqual(range(1, 10))
      isOn = false
      await appendNumbered(journal, 100, 120)
      expect(journal.status().failure).toBeUndefined()
      expect(await numbersIn(journal)).toEqual([...durable, ...range(100, 120)])
      expect(await numbersAfterRestart()).toEqual([...durable, ...range(100, 120)])
    },
  )
})

describe('a failed write', () => {
  test('builds its records again, with the new segment’s key', async () => {
    let left = 1
    const files = failing({ operation: 'sync', code: 'EIO' }, () => left-- > 0)
    await using journal = await openJournal(options({ files }))
    const seen: number[] = []
    const span = await journal.append(({ segment }) => {
      seen.push(segment)
      return formatNumberedRecord(segment, 10)
    })
    expect(seen).toEqual([1, 2])
    expect(span.start.segment).toBe(2)
    expect(await numbersIn(journal)).toEqual([2])
  })

  test('never syncs the file again whose sync failed', async () => {
    const synced: string[] = []
    let left = 1
    const files = faultyFiles({
      decide: ({ operation, path }) => {
        if (operation !== 'sync') return undefined
        synced.push(path)
        return synced.length > 1 && left-- > 0 ? { kind: 'error', code: 'EIO' } : undefined
      },
    })
    await using journal = await openJournal(options({ files }))
    await appendNumbered(journal, 1, 5)
    await appendNumbered(journal, 6, 10)
    await appendNumbered(journal, 11, 15)
    expect(synced.map((path) => path.at(-14))).toEqual(['1', '1', '2', '2'])
    expect(await numbersAfterRestart()).toEqual(range(1, 15))
  })

  test('that left its records in a file that can’t be cut shows them once only', async () => {
    let left = 0
    const files = failing({ operation: 'sync', code: 'EIO' }, () => left > 0 && left-- > 0, [])
    const uncut: FileLayer = {
      ...files,
      truncate: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })),
    }
    await using journal = await openJournal(options({ files: uncut }))
    await appendNumbered(journal, 1, 5)
    left = 1
    await appendNumbered(journal, 6, 10)
    expect(
      systemFiles.sizeSync(
        systemFiles.openSync(join(scratch.path, '0000000000000001-00000000.seg'), 'read'),
      ),
    ).toBeGreaterThan(1000)
    expect(await numbersIn(journal)).toEqual(range(1, 10))
    expect(await numbersAfterRestart()).toEqual(range(1, 10))
  })

  test('takes what was appended meanwhile along, in order', async () => {
    let isOn = true
    const files = failing({ operation: 'write', code: 'EIO' }, () => isOn)
    await using journal = await openJournal(options({ files }))
    const first = Promise.allSettled([appendNumbered(journal, 1, 3)])
    await until(() => journal.status().failedWrites === 1)
    const second = appendNumbered(journal, 4, 6)
    isOn = false
    await Promise.all([first, second])
    const numbers = await numbersIn(journal)
    expect(numbers.slice(-3)).toEqual([4, 5, 6])
  })

  test('by short writes goes on where the write stopped', async () => {
    const files = faultyFiles({
      decide: ({ operation }) => (operation === 'write' ? { kind: 'short', bytes: 7 } : undefined),
    })
    await using journal = await openJournal(options({ files }))
    await appendNumbered(journal, 1, 20)
    expect(await numbersIn(journal)).toEqual(range(1, 20))
    expect(journal.status().failedWrites).toBe(0)
  })

  test('that writes nothing at all counts as failed instead of being repeated for ever', async () => {
    let isOn = true
    const files = faultyFiles({
      decide: ({ operation }) =>
        isOn && operation === 'write' ? { kind: 'short', bytes: 0 } : undefined,
    })
    await using journal = await openJournal(options({ files }))
    await expect(appendNumbered(journal, 1, 1)).rejects.toMatchObject({ code: 'JOURNAL_IO' })
    isOn = false
    await appendNumbered(journal, 2, 2)
    expect(await numbersIn(journal)).toEqual([2])
  })
})

test('a directory that somebody removed is made again', async () => {
  const directory = join(scratch.path, 'journal')
  await using journal = await openJournal(options({ directory, segmentBytes: 400 }))
  await appendNumbered(journal, 1, 10)
  rmSync(directory, { recursive: true })
  await Promise.allSettled([appendNumbered(journal, 11, 20)])
  await appendNumbered(journal, 21, 30)
  expect((await numbersIn(journal)).slice(-10)).toEqual(range(21, 30))
  expect(journal.status().failure).toBeUndefined()
})

describe('a directory that can’t be read at open', () => {
  test.each(['EMFILE', 'EACCES', 'EIO'])('(%s) opens, says so, and is read later', async (code) => {
    {
      await using journal = await openJournal(options())
      await appendNumbered(journal, 1, 10)
    }
    let isOn = true
    const files = failing({ operation: 'listSync', code }, () => isOn)
    await using journal = await openJournal(options({ files }))
    expect(journal.status().failure).toBeDefined()
    await expect(appendNumbered(journal, 11, 11)).rejects.toMatchObject({ retryable: true })
    await expect(numbersIn(journal)).rejects.toMatchObject({ retryable: true })
    isOn = false
    await appendNumbered(journal, 11, 12)
    expect(journal.status().failure).toBeUndefined()
    expect(await numbersIn(journal)).toEqual(range(1, 12))
    expect(readdirSync(scratch.path)).toHaveLength(2)
  })
})
