import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemFiles } from '../file-layer.ts'
import type { FileLayer } from '../file-layer.ts'
import { openJournal } from '../journal.ts'
import type { JournalOptions } from '../journal-options.ts'
import type { JournalStatus } from '../journal-status.ts'
import { parseSegmentFileName } from '../segment-file-name.ts'
import { SEGMENT_HEADER_BYTES } from '../segment-header.ts'
import { appendNumbered, readNumbers } from './numbered-records.ts'
import { seededRandom } from './seeded-random.ts'
import { unboundedJournal } from './unbounded-journal.ts'

/** What a run of trials found; `violations` says in words what the pass condition forbids, at most twenty of them. */
export interface TrialResult {
  readonly trials: number
  /** Records that the condition demands, over all trials. */
  readonly expected: number
  readonly lost: number
  readonly duplicated: number
  readonly violations: readonly string[]
  readonly measured: Readonly<Record<string, number>>
}

/** One record of a specimen: its number and the bytes of its frame. */
interface WrittenRecord {
  readonly number: number
  readonly segment: number
  readonly start: number
  readonly end: number
}

/** A written journal, kept in memory, that trials damage again and again. */
export interface Specimen {
  /** By segment number. */
  readonly files: ReadonlyMap<number, Uint8Array>
  readonly names: ReadonlyMap<number, string>
  readonly records: readonly WrittenRecord[]
}

/** Bytes of a segment file that a trial damaged. */
export interface DamagedBytes {
  readonly segment: number
  readonly start: number
  readonly end: number
}

/** The real files without syncs, which in these trials would only take time. */
const unsyncedFiles: FileLayer = {
  ...systemFiles,
  sync: async () => {},
  syncSync: () => {},
  syncDirectory: async () => {},
  syncDirectorySync: () => {},
}

export function trialOptions(directory: string, segmentBytes: number): JournalOptions {
  return unboundedJournal(directory, { segmentBytes, files: unsyncedFiles })
}

/** Writes a journal of numbered records of mixed sizes and keeps its files. */
export async function makeSpecimen(
  directory: string,
  segmentBytes: number,
  records: number,
): Promise<Specimen> {
  const size = (number: number) => 20 + ((number * 7919) % 900)
  const written: WrittenRecord[] = []
  {
    await using journal = await openJournal(trialOptions(directory, segmentBytes))
    const spans = await appendNumbered(journal, 1, records, size)
    for (const [at, { start, end }] of spans.entries())
      written.push({ number: at + 1, ...start, start: start.offset, end: end.offset })
  }
  const files = new Map<number, Uint8Array>()
  const names = new Map<number, string>()
  for (const name of readdirSync(directory)) {
    const segment = parseSegmentFileName(name)!.segment
    names.set(segment, name)
    files.set(segment, new Uint8Array(readFileSync(join(directory, name))))
  }
  return { files, names, records: written }
}

/** Puts the specimen's files into an empty directory, as `change` left them. */
export function layOut(
  directory: string,
  specimen: Specimen,
  change: (files: Map<number, Uint8Array>) => void,
): void {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  const files = new Map([...specimen.files].map(([segment, bytes]) => [segment, bytes.slice()]))
  change(files)
  for (const [segment, bytes] of files)
    writeFileSync(join(directory, specimen.names.get(segment)!), bytes)
}

/** The numbers of the records that no damage touched: a header's damage costs none. */
export function untouched(specimen: Specimen, damage: readonly DamagedBytes[]): number[] {
  const isHit = (record: WrittenRecord) =>
    damage.some(
      ({ segment, start, end }) =>
        segment === record.segment && start < record.end && end > record.start,
    )
  return specimen.records.filter((record) => !isHit(record)).map(({ number }) => number)
}

/** Opens a journal, reads it whole and gives what it found. */
export async function readTrial(
  directory: string,
  segmentBytes: number,
): Promise<{ numbers: number[]; status: JournalStatus; openMs: number }> {
  const startedMs = performance.now()
  await using journal = await openJournal(trialOptions(directory, segmentBytes))
  const openMs = performance.now() - startedMs
  const numbers = await readNumbers(journal.read('oldest'))
  return { numbers, status: journal.status(), openMs }
}

/** Counts over trials what was lost, what came twice and what else went wrong. */
export class TrialTally {
  #trials = 0
  #expected = 0
  #lost = 0
  #duplicated = 0
  #longestMs = 0
  readonly #violations: string[] = []

  /** `note` names the trial in a violation. */
  count(note: string, expected: readonly number[], found: readonly number[], openMs: number): void {
    this.#trials++
    this.#expected += expected.length
    this.#longestMs = Math.max(this.#longestMs, openMs)
    const set = new Set(found)
    const lost = expected.filter((number) => !set.has(number))
    this.#lost += lost.length
    this.#duplicated += found.length - set.size
    if (lost.length > 0) this.violate(`${note}: lost ${lost.slice(0, 10).join(', ')}`)
    if (found.some((number) => Number.isNaN(number))) this.violate(`${note}: a changed record`)
    const isInOrder = found.every((number, at) => at === 0 || number > found[at - 1]!)
    if (!isInOrder) this.violate(`${note}: out of order or twice`)
  }

  violate(what: string): void {
    if (this.#violations.length < 20) this.#violations.push(what)
  }

  result(): TrialResult {
    return {
      trials: this.#trials,
      expected: this.#expected,
      lost: this.#lost,
      duplicated: this.#duplicated,
      violations: this.#violations,
      measured: { longestOpenMs: Math.round(this.#longestMs) },
    }
  }
}

/** Between these, a cut journal is also read whole; each start alone says where the last record ends. */
const READ_EVERY = 32

/** R10a: the newest segment cut at every byte; each start finds every record that ends before the cut, and no other. */
export async function runTruncationTrials(
  directory: string,
  segmentBytes: number,
): Promise<TrialResult> {
  const records = Math.ceil((1.8 * segmentBytes) / 486)
  const specimen = await makeSpecimen(join(directory, 'specimen'), segmentBytes, records)
  const newest = 1
  const bytes = specimen.files.get(newest)!
  const tally = new TrialTally()
  const trial = join(directory, 'trial')
  layOut(trial, specimen, (files) => {
    for (const segment of files.keys()) if (segment > newest) files.delete(segment)
  })
  const path = join(trial, specimen.names.get(newest)!)
  for (let cut = bytes.length; cut >= 0; cut--) {
    const expected = specimen.records.filter(({ segment, end }) => segment === newest && end <= cut)
    writeFileSync(path, bytes.subarray(0, cut))
    await using journal = await openJournal(trialOptions(trial, segmentBytes))
    const { durable, corruptRecords } = journal.status()
    const numbers = cut % READ_EVERY === 0 ? await readNumbers(journal.read('oldest')) : undefined
    const all = expected.map(({ number }) => number)
    tally.count(`cut at ${cut}`, all, numbers ?? all, 0)
    if ((expected.at(-1)?.end ?? 0) !== durable.offset)
      tally.violate(`cut at ${cut}: durable up to ${durable.offset}`)
    if (corruptRecords > 0) tally.violate(`cut at ${cut}: a torn record counted as corrupt`)
  }
  return tally.result()
}

/** R10b: one bit flipped at random places; exactly the record that it hits is lost and counted, and its bytes are kept. */
export async function runBitFlipTrials(
  directory: string,
  options: { readonly trials: number; readonly seed: number },
): Promise<TrialResult> {
  const segmentBytes = 16 * 1024
  const specimen = await makeSpecimen(join(directory, 'specimen'), segmentBytes, 150)
  const random = seededRandom(options.seed)
  const tally = new TrialTally()
  const segments = [...specimen.files.keys()]
  for (let at = 0; at < options.trials; at++) {
    const segment = segments[Math.floor(random() * segments.length)]!
    const bytes = specimen.files.get(segment)!
    const offset = Math.floor(random() * bytes.length)
    const bit = Math.floor(random() * 8)
    const note = `seed ${options.seed}, trial ${at}: bit ${bit} of byte ${offset} in segment ${segment}`
    const trial = join(directory, 'trial')
    layOut(trial, specimen, (files) => {
      files.get(segment)![offset]! ^= 1 << bit
    })
    const expected = untouched(specimen, [{ segment, start: offset, end: offset + 1 }])
    const { numbers, status, openMs } = await readTrial(trial, segmentBytes)
    tally.count(note, expected, numbers, openMs)
    const hit = specimen.records.length - expected.length
    if (status.corruptRecords !== hit)
      tally.violate(`${note}: corruptRecords ${status.corruptRecords} instead of ${hit}`)
    if (hit > 0 && offset >= SEGMENT_HEADER_BYTES && status.quarantinedBytes === 0)
      tally.violate(`${note}: nothing kept in quarantine`)
  }
  return tally.result()
}
