import { readdirSync, readFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import type { JournalOptions } from './journal-options.ts'
import { appendNumbered, range, readNumbers } from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import { unboundedJournal } from './testing/unbounded-journal.ts'

/** Written by the program of format version 1: may be added to, never edited. */
const GOLDEN = fileURLToPath(new URL('../fixtures/v1', import.meta.url))

function options(directory: string): JournalOptions {
  return unboundedJournal(directory, {
    segmentBytes: 1000,
    nowMs: () => Date.UTC(2026, 10, 22),
    monotonicMs: () => 0,
  })
}

test('the golden segments are read as they were written', async () => {
  using scratch = makeScratchDirectory()
  cpSync(GOLDEN, scratch.path, { recursive: true })
  await using journal = await openJournal(options(scratch.path))
  expect(await readNumbers(journal.read('oldest'))).toEqual(range(1, 12))
  expect(journal.status()).toMatchObject({ corruptRecords: 0, quarantinedBytes: 0 })
})

test('the same records give the golden segments again, byte for byte', async () => {
  using scratch = makeScratchDirectory()
  {
    await using journal = await openJournal(options(scratch.path))
    await appendNumbered(journal, 1, 12, (number) => number * 20)
  }
  const names = readdirSync(GOLDEN).toSorted()
  expect(readdirSync(scratch.path).toSorted()).toEqual(names)
  for (const name of names) {
    const golden = readFileSync(join(GOLDEN, name))
    expect(Buffer.compare(readFileSync(join(scratch.path, name)), golden), name).toBe(0)
  }
})
