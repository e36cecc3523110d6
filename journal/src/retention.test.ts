import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openJournal } from './journal.ts'
import type { DroppedSegment, JournalOptions } from './journal-options.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import {
  appendNumbered,
  parseNumberedRecord,
  range,
  numbersIn,
} from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import type { ScratchDirectory } from './testing/scratch-directory.ts'
import { unboundedJournal } from './testing/unbounded-journal.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

let scratch: ScratchDirectory
beforeEach(() => {
  scratch = makeScratchDirectory('memory')
})
afterEach(() => scratch[Symbol.dispose]())

function options(more: Partial<JournalOptions> = {}): JournalOptions {
  return unboundedJournal(scratch.path, { segmentBytes: 4096, ...more })
}

function bytesOnDisk(): number {
  return readdirSync(scratch.path).reduce(
    (sum, name) => sum + statSync(join(scratch.path, name)).size,
    0,
  )
}

/** Collects what is dropped, as its owner would count it. */
function dropCounter(): {
  dropped: number[]
  reasons: string[]
  onDrop: (segment: DroppedSegment) => void
} {
  const dropped: number[] = []
  const reasons: string[] = []
  const onDrop = (segment: DroppedSegment) => {
    reasons.push(segment.reason)
    for (const { payload } of segment.records()) dropped.push(parseNumberedRecord(payload))
  }
  return { dropped, reasons, onDrop }
}

describe('maxBytes', () => {
  test('drops the oldest segments, counted record by record, and is never exceeded by more than one', async () => {
    const { dropped, reasons, onDrop } = dropCounter()
    const maxBytes = 40_960
    await using journal = await openJournal(options({ maxBytes, whenFull: 'drop-oldest', onDrop }))
    for (let first = 1; first <= 1000; first += 10) {
      await appendNumbered(journal, first, first + 9, (number) => (number * 37) % 700)
      expect(journal.status().bytes).toBeLessThanOrEqual(maxBytes)
      expect(bytesOnDisk()).toBeLessThanOrEqual(maxBytes + 4096)
    }
    expect([...dropped, ...(await numbersIn(journal))]).toEqual(range(1, 1000))
    expect(journal.status().droppedSegments).toBe(reasons.length)
    expect(new Set(reasons)).toEqual(new Set(['bytes']))
    expect(reasons.length).toBeGreaterThan(50)
  })

  test('refuses with a typed error where nothing may be dropped, and goes on after a release', async () => {
    await using journal = await openJournal(options({ maxBytes: 20_480 }))
    const appended: number[] = []
    let refusal: unknown
    for (let number = 1; refusal === undefined && number < 1000; number++) {
      await appendNumbered(journal, number, number).then(
        () => appended.push(number),
        (error: unknown) => (refusal = error),
      )
    }
    expect(refusal).toMatchObject({ code: 'JOURNAL_FULL', retryable: true })
    expect(await numbersIn(journal)).toEqual(appended)
    expect(bytesOnDisk()).toBeLessThanOrEqual(20_480 + 4096)
    await journal.release({ ...journal.status().durable, offset: 64 })
    await appendNumbered(journal, 5000, 5000)
    expect((await numbersIn(journal)).at(-1)).toBe(5000)
  })

  test('refuses also what a burst would put beyond the bound', async () => {
    await using journal = await openJournal(options({ maxBytes: 40_960 }))
    const burst = range(1, 1000).map((number) => appendNumbered(journal, number, number))
    const results = await Promise.allSettled(burst)
    const appended = range(1, 1000).filter((number) => results[number - 1]?.status === 'fulfilled')
    expect(await numbersIn(journal)).toEqual(appended)
    expect(appended.length).toBeGreaterThan(300)
    expect(bytesOnDisk()).toBeLessThanOrEqual(40_960 + 4096)
  })

  test('counts small segments as whole blocks, so that their number is bounded too', async () => {
    for (let start = 0; start < 30; start++) {
      await using journal = await openJournal(
        options({ maxBytes: 65_536, segmentBytes: 16_384, whenFull: 'drop-oldest' }),
      )
      await appendNumbered(journal, start, start, () => 10)
    }
    expect(readdirSync(scratch.path)).toHaveLength(16)
  })

  test('makes segments small enough that four of them fit', async () => {
    await using journal = await openJournal(options({ segmentBytes: 2 ** 24, maxBytes: 16_384 }))
    await expect(journal.append(() => new Uint8Array(4096))).rejects.toMatchObject({
      code: 'JOURNAL_TOO_LARGE',
    })
    await journal.append(() => new Uint8Array(4000))
  })

  test('counts a segment once though its file can’t be deleted at first', async () => {
    const { dropped, onDrop } = dropCounter()
    let isOn = false
    const files = faultyFiles({
      decide: ({ operation }) =>
        isOn && operation === 'unlink' ? { kind: 'error', code: 'EROFS' } : undefined,
    })
    await using journal = await openJournal(
      options({ maxBytes: 16_384, whenFull: 'drop-oldest', onDrop, files }),
    )
    await appendNumbered(journal, 1, 100)
    isOn = true
    await expect(appendNumbered(journal, 101, 160)).rejects.toMatchObject({
      code: 'JOURNAL_READ_ONLY',
    })
    isOn = false
    await appendNumbered(journal, 161, 200)
    const all = [...dropped, ...(await numbersIn(journal))]
    expect(new Set(all).size).toBe(all.length)
    expect(all.filter((number) => number <= 100)).toEqual(range(1, 100))
    expect(bytesOnDisk()).toBeLessThanOrEqual(16_384 + 4096)
  })
})

describe('maxAgeMs', () => {
  interface Clocks {
    wallMs: number
    monotonicMs: number
  }

  function aged(clocks: Clocks, more: Partial<JournalOptions> = {}): JournalOptions {
    return options({
      maxAgeMs: 16 * HOUR,
      whenFull: 'drop-oldest',
      nowMs: () => clocks.wallMs,
      monotonicMs: () => clocks.monotonicMs,
      ...more,
    })
  }

  function pass(clocks: Clocks, ms: number): void {
    clocks.wallMs += ms
    clocks.monotonicMs += ms
  }

  test('drops segments whose newest record is older, to a sixteenth', async () => {
    const clocks = { wallMs: 1e12, monotonicMs: 0 }
    const { dropped, reasons, onDrop } = dropCounter()
    await using journal = await openJournal(aged(clocks, { onDrop }))
    for (let hour = 0; hour < 60; hour++) {
      await appendNumbered(journal, hour, hour)
      const kept = await numbersIn(journal)
      expect([...dropped, ...kept]).toEqual(range(0, hour))
      const ages = kept.map((number) => hour - number)
      expect(Math.max(...ages)).toBeLessThanOrEqual(19)
      if (hour > 16) expect(Math.max(...ages)).toBeGreaterThanOrEqual(16)
      pass(clocks, HOUR)
    }
    expect(new Set(reasons)).toEqual(new Set(['age']))
  })

  test.each([
    { note: 'a year ahead', jumpMs: YEAR },
    { note: 'a year back', jumpMs: -YEAR },
    { note: 'an hour ahead', jumpMs: HOUR },
  ])('doesn’t care when the wall clock jumps $note', async ({ jumpMs }) => {
    const clocks = { wallMs: 1e12, monotonicMs: 0 }
    const { dropped, onDrop } = dropCounter()
    {
      await using journal = await openJournal(aged(clocks, { onDrop }))
      for (let number = 1; number <= 10; number++) {
        await appendNumbered(journal, number, number)
        pass(clocks, HOUR)
      }
      clocks.wallMs += jumpMs
      await appendNumbered(journal, 11, 11)
      expect(await numbersIn(journal)).toEqual(range(1, 11))
    }
    {
      await using journal = await openJournal(aged(clocks, { onDrop }))
      await appendNumbered(journal, 12, 12)
      expect(await numbersIn(journal)).toEqual(range(1, 12))
      clocks.wallMs += jumpMs
      for (let number = 13; number <= 40; number++) {
        pass(clocks, HOUR)
        await appendNumbered(journal, number, number)
      }
      expect([...dropped, ...(await numbersIn(journal))]).toEqual(range(1, 40))
      expect(dropped.at(-1)).toBeGreaterThanOrEqual(20)
    }
  })

  test('counts of the time between two runs no more than a sixteenth of it', async () => {
    const clocks = { wallMs: 1e12, monotonicMs: 0 }
    {
      await using journal = await openJournal(aged(clocks))
      await appendNumbered(journal, 1, 1)
    }
    for (let restart = 0; restart < 10; restart++) {
      pass(clocks, YEAR)
      await using journal = await openJournal(aged(clocks))
      await appendNumbered(journal, restart + 2, restart + 2)
      expect(await numbersIn(journal)).toEqual(range(1, restart + 2))
    }
  })
})

describe('the reserve of the file system', () => {
  function spaceOf(state: { totalBytes: number; availableBytes: number; calls: number }) {
    const base = faultyFiles({})
    return {
      ...base,
      statfs: async () => {
        state.calls++
        return state
      },
    }
  }

  test.each([
    {
      note: 'bytes',
      reserve: { fraction: 0.05, bytes: 512_000_000 },
      totalBytes: 1e9,
      needed: 512_000_000,
    },
    {
      note: 'fraction',
      reserve: { fraction: 0.05, bytes: 512_000_000 },
      totalBytes: 1e11,
      needed: 5e9,
    },
  ])('is the larger of both, here $note', async ({ reserve, totalBytes, needed }) => {
    const state = { totalBytes, availableBytes: needed + 6000, calls: 0 }
    let nowMs = 0
    await using journal = await openJournal(
      options({ reserve, files: spaceOf(state), monotonicMs: () => nowMs }),
    )
    await appendNumbered(journal, 1, 5)
    await expect(appendNumbered(journal, 6, 30)).rejects.toMatchObject({
      code: 'JOURNAL_NO_SPACE',
      retryable: true,
    })
    expect(journal.status().failure?.code).toBe('JOURNAL_NO_SPACE')
    expect(await numbersIn(journal)).toEqual(range(1, 5))
    state.availableBytes += 1e6
    nowMs += 5000
    await appendNumbered(journal, 31, 50)
    expect(journal.status().failure).toBeUndefined()
    expect(await numbersIn(journal)).toEqual([...range(1, 5), ...range(31, 50)])
  })

  test('is asked for every five seconds at most, and less what was written meanwhile', async () => {
    const state = { totalBytes: 1e9, availableBytes: 104_096, calls: 0 }
    let nowMs = 0
    await using journal = await openJournal(
      options({ files: spaceOf(state), monotonicMs: () => nowMs }),
    )
    let written = 0
    for (let number = 1; written < 200_000; number++) {
      const append = appendNumbered(journal, number, number, () => 1000)
      const isRefused = await append.then(
        () => false,
        () => true,
      )
      if (isRefused) break
      written += 1000
    }
    expect(written).toBeGreaterThan(90_000)
    expect(written).toBeLessThan(100_000)
    expect(state.calls).toBe(1)
    nowMs += 5000
    await appendNumbered(journal, 500, 500)
    expect(state.calls).toBe(2)
  })

  test('that is reached spares building records for nothing', async () => {
    const state = { totalBytes: 1e9, availableBytes: 0, calls: 0 }
    await using journal = await openJournal(
      options({ files: spaceOf(state), monotonicMs: () => 0 }),
    )
    let built = 0
    const build = () => new Uint8Array(++built)
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(journal.append(build)).rejects.toMatchObject({ code: 'JOURNAL_NO_SPACE' })
    expect(built).toBe(1)
    expect(readdirSync(scratch.path)).toEqual([])
  })

  test('doesn’t hinder where the file system won’t say how full it is', async () => {
    const files = faultyFiles({
      decide: ({ operation }) =>
        operation === 'statfs' ? { kind: 'error', code: 'ENOSYS' } : undefined,
    })
    await using journal = await openJournal(
      options({ files, reserve: { fraction: 0.05, bytes: 5e8 } }),
    )
    await appendNumbered(journal, 1, 1)
    expect(await numbersIn(journal)).toEqual([1])
  })
})
