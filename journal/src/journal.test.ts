import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import type { JournalOptions } from './journal-options.ts'
import type { SegmentKey } from './journal-record.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import type { FileCall } from './testing/faulty-files.ts'
import {
  appendNumbered,
  formatNumberedRecord,
  range,
  readNumbers,
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
  return unboundedJournal(join(scratch.path, 'journal'), { segmentBytes: 4096, ...more })
}

describe('append and read', () => {
  test('gives records back in order, over segments and over a restart', async () => {
    {
      await using journal = await openJournal(options())
      const spans = await appendNumbered(journal, 1, 200, (number) => number * 3)
      expect(await numbersIn(journal)).toEqual(range(1, 200))
      expect(journal.status().segments).toBeGreaterThan(10)
      for (const [at, { start }] of spans.entries()) {
        const before = spans[at - 1]?.end
        if (before?.segment === start.segment) expect(start).toEqual(before)
      }
    }
    await using again = await openJournal(options())
    expect(await numbersIn(again)).toEqual(range(1, 200))
    await appendNumbered(again, 201, 210)
    expect(await numbersIn(again)).toEqual(range(1, 210))
    expect(again.status()).toMatchObject({ corruptRecords: 0, quarantinedBytes: 0 })
  })

  test('reads on from the end of any record', async () => {
    await using journal = await openJournal(options())
    const spans = await appendNumbered(journal, 1, 100)
    for (const [at, { start, end }] of spans.entries()) {
      expect(await readNumbers(journal.read(end))).toEqual(range(at + 2, 100))
      expect(await readNumbers(journal.read(start))).toEqual(range(at + 1, 100))
    }
  })

  test('takes an empty payload, one of a whole segment, and one that is larger than a read', async () => {
    await using journal = await openJournal(options({ segmentBytes: 1_000_000 }))
    const payloads = [0, 1, 300_000, 1_000_000 - 64 - 16].map((bytes) =>
      new Uint8Array(bytes).fill(bytes & 255),
    )
    for (const payload of payloads) await journal.append(() => payload)
    const read: Uint8Array[] = []
    for await (const { payload } of journal.read('oldest')) read.push(payload)
    expect(
      read.map((payload) => Buffer.compare(payload, payloads[read.indexOf(payload)]!)),
    ).toEqual([0, 0, 0, 0])
  })

  test('reads only what was durable when the reading of a segment began', async () => {
    await using journal = await openJournal(options())
    await appendNumbered(journal, 1, 3)
    const reading = journal.read('oldest')[Symbol.asyncIterator]()
    await reading.next()
    await appendNumbered(journal, 4, 5)
    const rest: unknown[] = []
    for (let next = await reading.next(); next.done !== true; next = await reading.next())
      rest.push(next.value)
    expect(rest).toHaveLength(2)
  })

  test('takes nothing for lost that was written while it read', async () => {
    await using journal = await openJournal(options())
    await appendNumbered(journal, 1, 50)
    const reading = journal.read('oldest')[Symbol.asyncIterator]()
    await reading.next()
    await appendNumbered(journal, 51, 200)
    let count = 1
    while ((await reading.next()).done !== true) count++
    expect(count).toBe(50)
    expect(journal.status()).toMatchObject({ corruptRecords: 0, corruptBytes: 0 })
  })

  test('clamps positions outside of it', async () => {
    await using journal = await openJournal(options())
    const spans = await appendNumbered(journal, 1, 100)
    await journal.release(spans[60]!.start)
    const { oldest, durable } = journal.status()
    expect(journal.clamp({ segment: 0, offset: 0 })).toEqual(oldest)
    expect(journal.clamp({ segment: 99, offset: 0 })).toEqual(durable)
    expect(journal.clamp(spans[70]!.start)).toEqual(spans[70]!.start)
    for (const garbage of [Number.NaN, -1, 0.5, Infinity]) {
      expect(journal.clamp({ segment: garbage, offset: garbage })).toEqual(oldest)
      await journal.release({ segment: garbage, offset: garbage })
    }
    expect(journal.status().oldest).toEqual(oldest)
    expect(await readNumbers(journal.read({ segment: 99, offset: 0 }))).toEqual([])
    expect(await readNumbers(journal.read({ segment: 0, offset: 77 }))).toContain(61)
  })

  test('tells how many bytes lie behind a position, over segments', async () => {
    await using journal = await openJournal(options())
    expect(journal.bytesFrom(undefined)).toBe(0)
    const spans = await appendNumbered(journal, 1, 100)
    const { durable, segments } = journal.status()
    expect(segments).toBeGreaterThan(1)
    const first = spans[0]!.start
    const last = spans.at(-1)!
    expect(journal.bytesFrom(undefined)).toBe(journal.bytesFrom(first) + first.offset)
    expect(journal.bytesFrom(first)).toBeGreaterThan(durable.offset)
    expect(journal.bytesFrom(last.start)).toBe(last.end.offset - last.start.offset)
    expect(journal.bytesFrom(durable)).toBe(0)
    expect(journal.bytesFrom({ segment: 99, offset: 0 })).toBe(0)
  })

  test('numbers new segments above a position that outlived its journal', async () => {
    await using journal = await openJournal(options({ afterSegment: 41 }))
    const [span] = await appendNumbered(journal, 1, 1)
    expect(span?.start.segment).toBe(42)
  })

  test('refuses appends after it was closed', async () => {
    const journal = await openJournal(options())
    await appendNumbered(journal, 1, 1)
    await journal[Symbol.asyncDispose]()
    await journal[Symbol.asyncDispose]()
    await expect(appendNumbered(journal, 2, 2)).rejects.toMatchObject({
      code: 'JOURNAL_CLOSED',
      retryable: false,
    })
  })
})

describe('build', () => {
  test('is called once per segment that the record is tried in, with one key per segment', async () => {
    await using journal = await openJournal(options())
    const keys = new Set<SegmentKey>()
    const calls: number[] = []
    await Promise.all(
      range(1, 50).map((number) =>
        journal.append((key) => {
          keys.add(key)
          calls.push(number)
          return formatNumberedRecord(number, 500)
        }),
      ),
    )
    const { segments } = journal.status()
    expect(segments).toBeGreaterThan(5)
    expect(keys.size).toBe(segments)
    // The first record of each further segment was tried in the one before.
    expect(calls).toHaveLength(50 + segments - 1)
  })

  test('that throws rejects its own append only, and its segment gets no further record', async () => {
    await using journal = await openJournal(options())
    const keys: SegmentKey[] = []
    const build = (key: SegmentKey) => {
      keys.push(key)
      return formatNumberedRecord(keys.length, 50)
    }
    const results = await Promise.allSettled([
      journal.append(build),
      journal.append((key) => {
        keys.push(key)
        throw new Error('encoder failed')
      }),
      journal.append(build),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(keys[0]).toBe(keys[1])
    expect(keys[2]).not.toBe(keys[1])
    expect(await numbersIn(journal)).toEqual([1, 3])
  })

  test('of a record larger than a segment is refused, and the next record goes on', async () => {
    await using journal = await openJournal(options())
    await appendNumbered(journal, 1, 1)
    await expect(journal.append(() => new Uint8Array(5000))).rejects.toMatchObject({
      code: 'JOURNAL_TOO_LARGE',
      retryable: false,
    })
    await appendNumbered(journal, 2, 2)
    expect(await numbersIn(journal)).toEqual([1, 2])
  })

  test('follows the segment head, which is the first record of each segment', async () => {
    const heads: number[] = []
    const segmentHead = ({ segment }: SegmentKey) => {
      heads.push(segment)
      return formatNumberedRecord(-segment, 40)
    }
    await using journal = await openJournal(options({ segmentHead }))
    await appendNumbered(journal, 1, 90)
    const { segments } = journal.status()
    expect(heads).toEqual(range(1, segments))
    const numbers = await numbersIn(journal)
    expect(numbers.filter((number) => number < 0).map((number) => -number)).toEqual(heads)
    expect(numbers.filter((number) => number > 0)).toEqual(range(1, 90))
    for (const segment of heads)
      expect((await readNumbers(journal.readSegment(segment)))[0]).toBe(-segment)
  })
})

describe('release', () => {
  test('deletes the segments that end at or before a position, and keeps the open one', async () => {
    await using journal = await openJournal(options())
    const spans = await appendNumbered(journal, 1, 100)
    const last = spans.at(-1)!
    const firstOfThird = spans.findIndex(({ start }) => start.segment === 3)
    await journal.release(spans[firstOfThird]!.start)
    expect(journal.status().oldest).toEqual({ segment: 3, offset: 64 })
    expect(await numbersIn(journal)).toEqual(range(firstOfThird + 1, 100))
    await journal.release(last.end)
    expect(readdirSync(options().directory)).toHaveLength(1)
    expect(journal.status().oldest).toEqual({ segment: last.start.segment, offset: 64 })
  })

  test('keeps the newest segment also after a restart, so that numbers never begin again', async () => {
    let last = 0
    for (let run = 0; run < 3; run++) {
      await using journal = await openJournal(options())
      await journal.release(journal.status().durable)
      const [span] = await appendNumbered(journal, 1, 1)
      expect(span!.start.segment).toBeGreaterThan(last)
      last = span!.start.segment
      await journal.release(span!.end)
    }
    expect(readdirSync(options().directory)).toHaveLength(1)
  })

  test('of a position that the journal has not reached deletes nothing', async () => {
    await using journal = await openJournal(options())
    await appendNumbered(journal, 1, 100)
    await journal.release({ segment: 1000, offset: 0 })
    expect(await numbersIn(journal)).toEqual(range(1, 100))
  })

  test('of everything leaves no file when the journal is to be deleted once drained', async () => {
    await using journal = await openJournal(options({ whenDrained: 'delete' }))
    for (const first of [1, 101]) {
      const spans = await appendNumbered(journal, first, first + 99)
      await journal.release(spans.at(-1)!.end)
      expect(readdirSync(options().directory)).toEqual([])
      expect(journal.status()).toMatchObject({ bytes: 0, segments: 0 })
      expect(await numbersIn(journal)).toEqual([])
    }
    await appendNumbered(journal, 201, 201)
    expect(await numbersIn(journal)).toEqual([201])
  })

  test('passes over segments that go while they are read', async () => {
    await using journal = await openJournal(options())
    const spans = await appendNumbered(journal, 1, 200)
    const seen: number[] = []
    for await (const record of journal.read('oldest')) {
      seen.push(...(await readNumbers([record])))
      if (seen.length === 1) await journal.release(spans[100]!.start)
    }
    expect(seen[0]).toBe(1)
    expect(seen.slice(seen.indexOf(101))).toEqual(range(101, 200))
  })
})

describe('an idle journal', () => {
  test('makes no directory and no file before its first append', async () => {
    await using journal = await openJournal(options())
    await journal.flush()
    await journal.release({ segment: 1, offset: 0 })
    expect(await numbersIn(journal)).toEqual([])
    expect(existsSync(options().directory)).toBe(false)
  })

  test('writes nothing when it is opened, read and closed again', async () => {
    {
      await using journal = await openJournal(options())
      await appendNumbered(journal, 1, 100)
    }
    const calls: FileCall[] = []
    const files = faultyFiles({ decide: (call) => void calls.push(call) })
    {
      await using journal = await openJournal(options({ files }))
      expect(await numbersIn(journal)).toEqual(range(1, 100))
    }
    const writes = calls.filter(({ operation }) =>
      /write|truncate|unlink|make|rename/i.test(operation),
    )
    expect(writes).toEqual([])
  })

  test('makes its files for its user alone', async () => {
    await using journal = await openJournal(options())
    await appendNumbered(journal, 1, 1)
    const { directory } = options()
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(directory))
      expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600)
  })
})
