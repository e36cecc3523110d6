import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import { openJournal } from './journal.ts'
import { repairJournal } from './repair.ts'
import { formatSegmentFileName } from './segment-file-name.ts'
import { formatSegmentHeader } from './segment-header.ts'
import {
  layOut,
  makeSpecimen,
  readTrial,
  trialOptions,
  untouched,
} from './testing/damage-trials.ts'
import type { DamagedBytes, Specimen } from './testing/damage-trials.ts'
import { faultyFiles } from './testing/faulty-files.ts'
import { appendNumbered, range } from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import type { ScratchDirectory } from './testing/scratch-directory.ts'
import { verifyJournal } from './verify.ts'

const SEGMENT_BYTES = 16 * 1024
const RECORDS = 150

let scratch: ScratchDirectory
let specimen: Specimen
beforeEach(async () => {
  scratch = makeScratchDirectory('memory')
  specimen = await makeSpecimen(join(scratch.path, 'specimen'), SEGMENT_BYTES, RECORDS)
})
afterEach(() => scratch[Symbol.dispose]())

const trial = () => join(scratch.path, 'trial')
const file = (segment: number) => join(trial(), specimen.names.get(segment)!)

function damage(places: readonly DamagedBytes[]): void {
  layOut(trial(), specimen, (files) => {
    for (const { segment, start, end } of places) files.get(segment)!.fill(0xaa, start, end)
  })
}

/** Every file with the sum of its bytes. */
function contents(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${name} ${crc32c(readFileSync(join(directory, name)))}`)
    .toSorted()
}

describe('verifyJournal', () => {
  test('says of a sound journal that it is', async () => {
    layOut(trial(), specimen, () => {})
    const before = contents(trial())
    const report = await verifyJournal(trial())
    expect(report).toMatchObject({ isOk: true, records: RECORDS, lostRecords: 0, strayFiles: 0 })
    expect(report.segments.map(({ segment }) => segment)).toEqual([...specimen.files.keys()])
    expect(contents(trial())).toEqual(before)
  })

  test('says of a directory that does not exist that it holds nothing', async () => {
    expect(await verifyJournal(join(scratch.path, 'none'))).toMatchObject({
      isOk: true,
      segments: [],
      records: 0,
    })
  })

  test('reports every kind of damage by segment and place, and changes nothing', async () => {
    const places = [
      { segment: 1, start: 0, end: 10 },
      { segment: 2, start: 5000, end: 9000 },
    ]
    damage(places)
    const header = { segment: 3, firstNumber: 0, createdAtMs: 0, journalTimeMs: 0 }
    writeFileSync(file(3), formatSegmentHeader(header, 7))
    renameSync(file(4), join(trial(), formatSegmentFileName({ segment: 40, firstNumber: 1 })))
    writeFileSync(join(trial(), formatSegmentFileName({ segment: 50, firstNumber: 1 })), 'x')
    const garbage = formatSegmentFileName({ segment: 51, firstNumber: 1 })
    writeFileSync(join(trial(), garbage), 'x'.repeat(100))
    writeFileSync(join(trial(), 'README'), 'stray')
    const before = contents(trial())
    const report = await verifyJournal(trial())
    expect(contents(trial())).toEqual(before)
    const states = report.segments.map(({ segment, state }) => `${segment} ${state}`)
    expect(states).toEqual([
      '1 damaged',
      '2 damaged',
      '3 foreign',
      ...[...specimen.files.keys()]
        .filter((segment) => segment > 4)
        .map((segment) => `${segment} ok`),
      '40 misnamed',
      '50 unborn',
      '51 garbage',
    ])
    expect(report).toMatchObject({ isOk: false, strayFiles: 1 })
    expect(report.segments[0]).toMatchObject({ isHeaderDamaged: true, damaged: [] })
    const [range2] = report.segments[1]!.damaged
    const second = specimen.records.filter(({ segment }) => segment === 2)
    const hit = second.filter(({ start, end }) => start < 9000 && end > 5000)
    expect(range2).toEqual({ start: hit[0]!.start, end: hit.at(-1)!.end, records: hit.length })
    expect(report.segments[2]).toMatchObject({ version: 7, records: 0 })
  })

  test('shows what a write left that never became durable as torn, not as lost', async () => {
    layOut(trial(), specimen, (files) => {
      const newest = files.get(files.size)!
      files.set(files.size, newest.subarray(0, newest.length - 5))
    })
    const report = await verifyJournal(trial())
    expect(report).toMatchObject({ isOk: true, records: RECORDS - 1, lostRecords: 0 })
    expect(report.segments.at(-1)!.tornBytes).toBeGreaterThan(0)
  })

  test('goes on past a file that can’t be read', async () => {
    layOut(trial(), specimen, () => {})
    const files = faultyFiles({
      decide: ({ operation, path }) =>
        operation === 'openSync' && path === file(2)
          ? { kind: 'error', code: 'EACCES' }
          : undefined,
    })
    const report = await verifyJournal(trial(), { files })
    expect(report.segments[1]).toMatchObject({ segment: 2, state: 'unreadable' })
    expect(report.records).toBeGreaterThan(50)
  })
})

describe('repairJournal', () => {
  const PLACES: readonly { note: string; places: readonly DamagedBytes[] }[] = [
    { note: 'nothing', places: [] },
    { note: 'a header', places: [{ segment: 2, start: 3, end: 30 }] },
    { note: 'bytes in the middle', places: [{ segment: 2, start: 5000, end: 9000 }] },
    { note: 'the end of a segment', places: [{ segment: 1, start: 15_000, end: 1e9 }] },
    { note: 'all records of a segment', places: [{ segment: 3, start: 64, end: 1e9 }] },
    {
      note: 'many places',
      places: [1, 2, 3, 4].flatMap((segment) =>
        [100, 4000, 8000, 12_000].map((start) => ({ segment, start, end: start + 50 })),
      ),
    },
  ]

  test.each(PLACES)(
    'of $note loses no readable record and leaves a sound journal',
    async ({ places }) => {
      damage(places)
      const expected = untouched(specimen, places)
      const { before, after } = await repairJournal(trial())
      expect(before.lostRecords).toBe(RECORDS - expected.length)
      expect(before.isOk).toBe(places.length === 0)
      expect(after).toMatchObject({ isOk: true, records: expected.length, lostRecords: 0 })
      const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
      expect(numbers).toEqual(expected)
      expect(status.corruptRecords).toBe(0)
      const repaired = contents(trial())
      await repairJournal(trial())
      expect(contents(trial())).toEqual(repaired)
      if (before.damagedBytes > 0) expect(status.quarantinedBytes).toBeGreaterThan(0)
    },
  )

  test('of a missing and a cut segment says so in place, and the journal goes on', async () => {
    layOut(trial(), specimen, (files) => files.set(3, files.get(3)!.subarray(0, 7777)))
    unlinkSync(file(2))
    const gone = [
      { segment: 2, start: 0, end: 1e9 },
      { segment: 3, start: 7777, end: 1e9 },
    ]
    const expected = untouched(specimen, gone)
    const { before, after } = await repairJournal(trial())
    expect(before.lostRecords).toBe(RECORDS - expected.length)
    expect(after.isOk).toBe(true)
    {
      await using journal = await openJournal(trialOptions(trial(), SEGMENT_BYTES))
      await appendNumbered(journal, 1001, 1010)
    }
    const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual([...expected, ...range(1001, 1010)])
    expect(status.corruptRecords).toBe(0)
  })

  test('keeps positions: a cursor from before reads on at the same record', async () => {
    const places = [{ segment: 2, start: 5000, end: 9000 }]
    damage(places)
    await repairJournal(trial())
    await using journal = await openJournal(trialOptions(trial(), SEGMENT_BYTES))
    for (const record of specimen.records) {
      const from = { segment: record.segment, offset: record.start }
      const next = untouched(specimen, places).find((number) => number >= record.number)
      for await (const { payload } of journal.read(from)) {
        expect(new DataView(payload.buffer, payload.byteOffset).getFloat64(0)).toBe(next)
        break
      }
    }
  })

  test('moves foreign segments and garbage aside', async () => {
    layOut(trial(), specimen, () => {})
    const header = { segment: 90, firstNumber: 0, createdAtMs: 0, journalTimeMs: 0 }
    writeFileSync(join(trial(), formatSegmentFileName(header)), formatSegmentHeader(header, 7))
    const garbage = formatSegmentFileName({ segment: 91, firstNumber: 0 })
    writeFileSync(join(trial(), garbage), 'x'.repeat(100))
    const { after } = await repairJournal(trial())
    expect(after).toMatchObject({ isOk: true, records: RECORDS, quarantinedFiles: 2 })
  })

  test('rejects with a typed error where nothing can be written', async () => {
    damage([{ segment: 2, start: 5000, end: 9000 }])
    mkdirSync(join(trial(), 'quarantine'))
    const files = faultyFiles({
      decide: ({ operation }) =>
        operation === 'writeSync' ? { kind: 'error', code: 'EROFS' } : undefined,
    })
    await expect(repairJournal(trial(), { files })).rejects.toMatchObject({
      code: 'JOURNAL_READ_ONLY',
    })
  })
})
