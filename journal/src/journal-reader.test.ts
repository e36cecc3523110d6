import { unlinkSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import type { JournalOptions } from './journal-options.ts'
import { openJournalReader } from './journal-reader.ts'
import type { JournalReader } from './journal-reader.ts'
import type { JournalRecord } from './journal-record.ts'
import type { Position } from './position.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import {
  appendNumbered,
  parseNumberedRecord,
  range,
  readNumbers,
} from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import type { ScratchDirectory } from './testing/scratch-directory.ts'
import { unboundedJournal } from './testing/unbounded-journal.ts'

let scratch: ScratchDirectory
let journal: Journal
let reader: JournalReader
beforeEach(async () => {
  scratch = makeScratchDirectory('memory')
  journal = await openJournal(options())
  reader = openJournalReader(scratch.path)
})
afterEach(async () => {
  reader[Symbol.dispose]()
  await journal[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

function options(more: Partial<JournalOptions> = {}): JournalOptions {
  return unboundedJournal(scratch.path, { segmentBytes: 4096, ...more })
}

function numbersOf(records: readonly JournalRecord[]): number[] {
  return records.map(({ payload }) => parseNumberedRecord(payload))
}

/** Reads in steps from a position to what is durable now. */
function readOn(from: Position | 'oldest', maxBytes = 1000): JournalRecord[] {
  const all: JournalRecord[] = []
  for (let cursor = from; ;) {
    const records = reader.readSync(cursor, journal.status().durable, maxBytes)
    if (records.length === 0) return all
    all.push(...records)
    cursor = records.at(-1)!.end
  }
}

describe('readSync', () => {
  test('gives nothing where no journal is, and goes on when one comes', async () => {
    expect(reader.readSync('oldest', { segment: 9, offset: 9 }, 1000)).toEqual([])
    await appendNumbered(journal, 1, 3)
    expect(numbersOf(readOn('oldest'))).toEqual([1, 2, 3])
  })

  test('follows the journal as it is written, in steps of about maxBytes', async () => {
    let cursor: Position | 'oldest' = 'oldest'
    const seen: number[] = []
    for (let first = 1; first < 500; first += 7) {
      await appendNumbered(journal, first, first + 6, (number) => (number * 37) % 700)
      const records = readOn(cursor)
      seen.push(...numbersOf(records))
      cursor = records.at(-1)!.end
      expect(seen).toEqual(range(1, first + 6))
      expect(readOn(cursor)).toEqual([])
    }
    expect(reader.damage).toEqual({ records: 0, bytes: 0 })
  })

  test('returns when maxBytes are reached, and at least one record', async () => {
    await appendNumbered(journal, 1, 100)
    const { durable } = journal.status()
    expect(reader.readSync('oldest', durable, 1)).toHaveLength(1)
    expect(reader.readSync('oldest', durable, 1000)).toHaveLength(10)
    expect(reader.readSync('oldest', durable, 1e9)).toHaveLength(100)
  })

  test('never looks beyond upTo', async () => {
    const spans = await appendNumbered(journal, 1, 100)
    for (const [at, { end }] of spans.entries())
      expect(numbersOf(reader.readSync('oldest', end, 1e9))).toEqual(range(1, at + 1))
  })

  test('starts at any record, and at the next one from a place between two', async () => {
    const spans = await appendNumbered(journal, 1, 100)
    for (const [at, { start }] of spans.entries()) {
      expect(numbersOf(readOn(start, 1e9))[0]).toBe(at + 1)
      const inside = { ...start, offset: start.offset + 1 }
      expect(numbersOf(readOn(inside, 1e9))[0]).toBe(at === 99 ? undefined : at + 2)
    }
  })

  test('reads only what is new when it goes on', async () => {
    let bytes = 0
    const files = faultyFiles({})
    using counted = openJournalReader(scratch.path, {
      files: {
        ...files,
        readSync: (file, target, position) => {
          bytes += target.length
          return files.readSync(file, target, position)
        },
      },
    })
    await using large = await openJournal(
      options({ directory: scratch.path, segmentBytes: 2 ** 20 }),
    )
    await appendNumbered(large, 1, 5000)
    const before = counted.readSync('oldest', large.status().durable, 1e9)
    expect(before).toHaveLength(5000)
    bytes = 0
    let cursor = before.at(-1)!.end
    for (let number = 5001; number <= 5100; number++) {
      await appendNumbered(large, number, number)
      const records = counted.readSync(cursor, large.status().durable, 1e9)
      expect(numbersOf(records)).toEqual([number])
      cursor = records[0]!.end
    }
    expect(bytes).toBeLessThan(30_000)
  })

  test('passes over a segment that was deleted, also one that it is reading', async () => {
    const spans = await appendNumbered(journal, 1, 300)
    const first = reader.readSync('oldest', journal.status().durable, 500)
    await journal.release(spans[200]!.start)
    const rest = numbersOf(readOn(first.at(-1)!.end))
    expect(rest.slice(rest.indexOf(201))).toEqual(range(201, 300))
    expect(rest.every((number, at) => at === 0 || number > rest[at - 1]!)).toBe(true)
  })

  test('counts damage once and reads around it', async () => {
    const spans = await appendNumbered(journal, 1, 100)
    const { start } = spans[50]!
    const { openSync, writeSync, closeSync } = await import('node:fs')
    const name = readdirSync(scratch.path).find((file) => file.startsWith(hex(start.segment)))!
    const file = openSync(join(scratch.path, name), 'r+')
    writeSync(file, Uint8Array.of(1, 2, 3), 0, 3, start.offset + 20)
    closeSync(file)
    for (let pass = 0; pass < 2; pass++)
      expect(numbersOf(readOn('oldest'))).toEqual(range(1, 100).filter((number) => number !== 51))
    expect(reader.damage).toEqual({ records: 1, bytes: 116 })
  })

  test('counts the records of a segment that is missing', async () => {
    await appendNumbered(journal, 1, 200)
    const third = readdirSync(scratch.path).toSorted()[2]!
    const lost = [...reader.segmentRecords(3, journal.status().durable)].length
    unlinkSync(join(scratch.path, third))
    expect(readOn('oldest')).toHaveLength(200 - lost)
    expect(reader.damage.records).toBe(lost)
  })

  test('does not show what a failed sync left in a file that could not be cut', async () => {
    let isOn = false
    const files = faultyFiles({
      decide: ({ operation }) =>
        isOn && (operation === 'truncate' || operation === 'sync')
          ? { kind: 'error', code: 'EIO' }
          : undefined,
    })
    await using faulty = await openJournal(options({ files }))
    await appendNumbered(faulty, 1, 5)
    isOn = true
    await expect(appendNumbered(faulty, 6, 10)).rejects.toMatchObject({ code: 'JOURNAL_IO' })
    isOn = false
    await appendNumbered(faulty, 11, 15)
    const found = reader.readSync('oldest', faulty.status().durable, 1e9)
    expect(numbersOf(found)).toEqual([...range(1, 5), ...range(11, 15)])
  })
})

describe('segmentRecords', () => {
  test('gives one segment whole, as often as it is iterated', async () => {
    await appendNumbered(journal, 1, 200)
    const { durable } = journal.status()
    const all: number[] = []
    for (const segment of reader.segmentsSync()) {
      const records = reader.segmentRecords(segment, durable)
      const numbers = await readNumbers(records)
      expect(await readNumbers(records)).toEqual(numbers)
      expect(numbers.length).toBeGreaterThan(0)
      all.push(...numbers)
    }
    expect(all).toEqual(range(1, 200))
  })

  test('can be used in the middle of reading on', async () => {
    await appendNumbered(journal, 1, 100)
    const { durable } = journal.status()
    const first = reader.readSync('oldest', durable, 2000)
    const { end } = first.at(-1)!
    expect(await readNumbers(reader.segmentRecords(end.segment, end))).toEqual(
      numbersOf(first.filter(({ start }) => start.segment === end.segment)),
    )
    expect(numbersOf(readOn(end))).toEqual(range(first.length + 1, 100))
  })

  test('gives nothing of a segment that is gone', () => {
    expect([...reader.segmentRecords(77, { segment: 99, offset: 0 })]).toEqual([])
  })
})

test('reads in another thread what this one writes', async () => {
  const worker = new Worker(new URL('testing/reading-worker.ts', import.meta.url), {
    workerData: { directory: scratch.path },
  })
  let received = 0
  const done = new Promise<number[]>((resolve, reject) => {
    const numbers: number[] = []
    worker.on('error', reject)
    worker.on('message', (more: number[]) => {
      numbers.push(...more)
      received = numbers.length
      if (numbers.length === 2000) resolve(numbers)
    })
  })
  for (let first = 1; first <= 2000; first += 50) {
    await appendNumbered(journal, first, first + 49)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(journal.status().durable)
    if (first % 500 === 1 && received > 0) await journal.release({ segment: 1, offset: 4096 })
  }
  expect(await done).toEqual(range(1, 2000))
  await worker.terminate()
})

function hex(segment: number): string {
  return segment.toString(16).padStart(16, '0')
}
