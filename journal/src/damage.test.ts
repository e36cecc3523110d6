import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { crc32c } from './crc32c.ts'
import { openJournal } from './journal.ts'
import { QUARANTINE_BYTES } from './quarantine.ts'
import { formatSegmentFileName } from './segment-file-name.ts'
import { formatSegmentHeader } from './segment-header.ts'
import {
  layOut,
  makeSpecimen,
  readTrial,
  runBitFlipTrials,
  runTruncationTrials,
  trialOptions,
  untouched,
} from './testing/damage-trials.ts'
import type { DamagedBytes, Specimen } from './testing/damage-trials.ts'
import { appendNumbered, range, readNumbers } from './testing/numbered-records.ts'
import { makeScratchDirectory } from './testing/scratch-directory.ts'
import type { ScratchDirectory } from './testing/scratch-directory.ts'
import { seededRandom } from './testing/seeded-random.ts'

const SEGMENT_BYTES = 16 * 1024
const RECORDS = 150

let scratch: ScratchDirectory
beforeEach(() => {
  scratch = makeScratchDirectory('memory')
})
afterEach(() => scratch[Symbol.dispose]())

async function specimenOf(records = RECORDS): Promise<Specimen> {
  return await makeSpecimen(join(scratch.path, 'specimen'), SEGMENT_BYTES, records)
}

const trial = () => join(scratch.path, 'trial')

/** Lays the specimen out with these bytes replaced. */
function damage(specimen: Specimen, places: readonly DamagedBytes[], byte: () => number): void {
  layOut(trial(), specimen, (files) => {
    for (const { segment, start, end } of places) {
      const bytes = files.get(segment)!
      for (let at = start; at < end; at++) bytes[at] = byte()
    }
  })
}

describe('a damaged journal opens and gives every record that was not hit', () => {
  test('after a cut at every byte of the newest segment', async () => {
    const result = await runTruncationTrials(scratch.path, 64 * 1024)
    expect(result).toMatchObject({ lost: 0, duplicated: 0, violations: [] })
    expect(result.trials).toBeGreaterThan(64_000)
  })

  test('after one flipped bit', async () => {
    const result = await runBitFlipTrials(scratch.path, { trials: 500, seed: 20_261_122 })
    expect(result).toMatchObject({ trials: 500, lost: 0, duplicated: 0, violations: [] })
  })

  test.each([
    { note: 'zeros', byte: () => () => 0 },
    { note: 'ones', byte: () => () => 255 },
    { note: 'random bytes', byte: () => randomBytes(7) },
  ])('after blocks of 4 KB were replaced by $note', async ({ byte }) => {
    const specimen = await specimenOf()
    for (const [segment, bytes] of specimen.files) {
      if (segment === specimen.files.size) continue
      for (let start = 0; start + 4096 <= bytes.length; start += 4096) {
        const places = [{ segment, start, end: start + 4096 }]
        damage(specimen, places, byte())
        const expected = untouched(specimen, places)
        const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
        expect(numbers).toEqual(expected)
        expect(status.corruptRecords).toBe(RECORDS - expected.length)
      }
    }
  })

  test('after several blocks were replaced at once', async () => {
    const specimen = await specimenOf()
    const random = seededRandom(5)
    for (let run = 0; run < 30; run++) {
      const places = [...specimen.files]
        .filter(([segment]) => segment < specimen.files.size)
        .map(([segment, bytes]) => {
          const start = Math.floor(random() * bytes.length)
          return { segment, start, end: Math.min(bytes.length, start + 1500) }
        })
      damage(specimen, places, randomBytes(run))
      const expected = untouched(specimen, places)
      const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
      expect(numbers).toEqual(expected)
      expect(status.corruptRecords).toBe(RECORDS - expected.length)
    }
  })

  test('after blocks were written to another place of the same segment', async () => {
    const specimen = await specimenOf()
    const source = specimen.files.get(2)!.slice(8192, 12_288)
    const places = [{ segment: 2, start: 0, end: 4096 }]
    layOut(trial(), specimen, (files) => files.get(2)!.set(source, 0))
    const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual(untouched(specimen, places))
    expect(status.corruptRecords).toBe(RECORDS - numbers.length)
  })

  test('after the newest segment got a tail of zeros', async () => {
    const specimen = await specimenOf()
    const newest = specimen.files.size
    const bytes = specimen.files.get(newest)!
    for (const start of [bytes.length, bytes.length - 1000, 64]) {
      layOut(trial(), specimen, (files) => {
        const longer = new Uint8Array(bytes.length + 5000)
        longer.set(bytes.subarray(0, start))
        files.set(newest, longer)
      })
      const { numbers } = await readTrial(trial(), SEGMENT_BYTES)
      expect(numbers).toEqual(untouched(specimen, [{ segment: newest, start, end: bytes.length }]))
    }
  })

  test('with a segment in the middle missing, empty, cut or full of garbage: its records are counted', async () => {
    const specimen = await specimenOf()
    const bytes = specimen.files.get(2)!
    const replacements: readonly (Uint8Array | undefined)[] = [
      undefined,
      new Uint8Array(0),
      bytes.slice(0, 30),
      bytes.slice(0, 64),
      bytes.slice(0, 5000),
      new Uint8Array(bytes.length),
      bytes.map(randomBytes(3)),
      bytes.map((byte, at) => (at < 64 ? 0 : byte)),
    ]
    for (const [at, replacement] of replacements.entries()) {
      layOut(trial(), specimen, (files) => {
        if (replacement === undefined) files.delete(2)
        else files.set(2, replacement)
      })
      const end = replacement === undefined || at >= 5 ? 0 : replacement.length
      const expected =
        at === 7 ? range(1, RECORDS) : untouched(specimen, [{ segment: 2, start: end, end: 1e9 }])
      const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
      expect(numbers).toEqual(expected)
      expect(status.corruptRecords).toBe(RECORDS - expected.length)
    }
  })

  test('with segments swapped, given a wrong number or doubled', async () => {
    const specimen = await specimenOf()
    const path = (name: string) => join(trial(), name)
    const file = (segment: number) => path(specimen.names.get(segment)!)
    const changes: readonly (() => void)[] = [
      () => {
        renameSync(file(1), path('x'))
        renameSync(file(3), file(1))
        renameSync(path('x'), file(3))
      },
      () => renameSync(file(2), path(formatSegmentFileName({ segment: 77, firstNumber: 5 }))),
      () => renameSync(file(2), `${file(2)}.moving`),
      () =>
        writeFileSync(
          path(formatSegmentFileName({ segment: 99, firstNumber: 0 })),
          readFileSync(file(2)),
        ),
    ]
    for (const change of changes) {
      layOut(trial(), specimen, () => {})
      change()
      for (let start = 0; start < 2; start++) {
        const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
        expect(numbers).toEqual(range(1, RECORDS))
        expect(status.corruptRecords).toBe(0)
      }
    }
  })

  test('with segments of an unknown format version, which are moved aside whole', async () => {
    const specimen = await specimenOf()
    const header = formatSegmentHeader(
      { segment: 2, firstNumber: 9, createdAtMs: 1, journalTimeMs: 1 },
      2,
    )
    const foreign = specimen.files.get(2)!.slice()
    foreign.set(header)
    layOut(trial(), specimen, (files) => files.set(2, foreign))
    const { numbers } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual(untouched(specimen, [{ segment: 2, start: 0, end: 1e9 }]))
    const kept = readFileSync(join(trial(), 'quarantine', '0000000000000002.v2.seg'))
    expect(Buffer.compare(kept, foreign)).toBe(0)
  })

  test('between 10,000 stray files and directories', async () => {
    const specimen = await specimenOf()
    layOut(trial(), specimen, () => {})
    for (let at = 0; at < 5000; at++) {
      writeFileSync(join(trial(), `stray-${at}`), 'x')
      const name = formatSegmentFileName({ segment: 0x1000 + at, firstNumber: at })
      writeFileSync(join(trial(), name), at % 2 === 0 ? '' : 'junk')
    }
    mkdirSync(join(trial(), formatSegmentFileName({ segment: 0x9000, firstNumber: 0 })))
    const { numbers, openMs } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual(range(1, RECORDS))
    expect(openMs).toBeLessThan(60_000)
    expect(readdirSync(trial()).filter((name) => name.startsWith('stray-'))).toHaveLength(5000)
  })
})

describe('after damage', () => {
  test('a journal goes on and new records are numbered past everything lost', async () => {
    const specimen = await specimenOf()
    const newest = specimen.files.size
    const bytes = specimen.files.get(newest)!
    const places = [
      { segment: newest, start: bytes.length - 700, end: bytes.length },
      { segment: 1, start: 3000, end: 9000 },
    ]
    damage(specimen, places, randomBytes(11))
    const before = untouched(specimen, places)
    const options = trialOptions(trial(), SEGMENT_BYTES)
    {
      await using journal = await openJournal(options)
      await appendNumbered(journal, 1001, 1100)
      expect(await readNumbers(journal.read('oldest'))).toEqual([...before, ...range(1001, 1100)])
    }
    const { numbers } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual([...before, ...range(1001, 1100)])
  })

  test('each damaged place is counted and kept once, however often it is read', async () => {
    const specimen = await specimenOf()
    const places = [{ segment: 2, start: 3000, end: 3010 }]
    damage(specimen, places, () => 0)
    await using journal = await openJournal(trialOptions(trial(), SEGMENT_BYTES))
    for (let pass = 0; pass < 3; pass++) await readNumbers(journal.read('oldest'))
    const { corruptRecords, corruptBytes } = journal.status()
    expect(corruptRecords).toBe(RECORDS - untouched(specimen, places).length)
    const kept = readdirSync(join(trial(), 'quarantine'))
    expect(kept).toHaveLength(1)
    const bytes = readFileSync(join(trial(), 'quarantine', kept[0]!))
    expect(bytes).toHaveLength(corruptBytes)
    const start = Number.parseInt(kept[0]!.slice(17, 33), 16)
    const damaged = readFileSync(join(trial(), specimen.names.get(2)!))
    expect(crc32c(bytes)).toBe(crc32c(damaged.subarray(start, start + bytes.length)))
  })

  test('quarantine never takes more than its bound', async () => {
    mkdirSync(trial())
    const garbage = new Uint8Array(3_000_000).map(randomBytes(1))
    for (let segment = 1; segment <= 4; segment++)
      writeFileSync(join(trial(), formatSegmentFileName({ segment, firstNumber: 0 })), garbage)
    const { numbers, status } = await readTrial(trial(), SEGMENT_BYTES)
    expect(numbers).toEqual([])
    expect(status).toMatchObject({ corruptBytes: 12_000_000, segments: 0 })
    const kept = readdirSync(join(trial(), 'quarantine'), { withFileTypes: true })
    const total = kept.reduce(
      (sum, { name }) => sum + readFileSync(join(trial(), 'quarantine', name)).length,
      0,
    )
    expect(total).toBeLessThanOrEqual(QUARANTINE_BYTES)
    expect(total).toBeGreaterThan(QUARANTINE_BYTES - 8192)
  })
})

function randomBytes(seed: number): () => number {
  const random = seededRandom(seed)
  return () => Math.floor(random() * 256)
}
