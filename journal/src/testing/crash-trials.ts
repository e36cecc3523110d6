import { TrialTally } from './damage-trials.ts'
import type { TrialResult } from './damage-trials.ts'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import type { JournalOptions } from '../journal-options.ts'
import { faultyFiles } from './faulty-files.ts'
import type { FileCall, FileFault } from './faulty-files.ts'
import { MemoryDisk } from './memory-disk.ts'
import {
  appendNumbered,
  formatNumberedRecord,
  parseNumberedRecord,
  readNumbers,
} from './numbered-records.ts'
import { seededRandom } from './seeded-random.ts'

/** Number of the first record that is written after the crashes. */
const FIRST_AFTER_CRASH = 1_000_000
const DIRECTORY = '/journal'
const OPTIONS: Omit<JournalOptions, 'files'> = {
  directory: DIRECTORY,
  segmentBytes: 700,
  maxBytes: 40_960,
  maxAgeMs: Infinity,
  whenFull: 'drop-oldest',
}

/** What the owner of a journal knows it did; survives the crash. */
interface Ledger {
  /** Numbers whose append resolved. */
  readonly acked: Set<number>
  /** Numbers that may be gone: released or dropped. */
  readonly given: Set<number>
  /** Numbers that were appended at all. */
  readonly tried: Set<number>
}

/** One crash to try. */
interface CrashTrial {
  readonly note: string
  /** What the fault layer does to the owner. */
  readonly decide: Decide
  /** How the disk is left by the crash. */
  readonly crash: (disk: MemoryDisk) => MemoryDisk
  /** How it is left when the machine then loses power after the next start. */
  readonly crashAgain: (disk: MemoryDisk) => MemoryDisk
}

/** What a start found. */
interface Start {
  readonly numbers: readonly number[]
  readonly corruptRecords: number
}

/** Appends, releases, drops and reopens; the same calls in the same order each time, but for what the fault layer changes. */
async function runOwner(disk: MemoryDisk, ledger: Ledger, decide: Decide): Promise<void> {
  const files = faultyFiles({ base: disk.files(), decide })
  const onDrop: JournalOptions['onDrop'] = (segment) => {
    for (const { payload } of segment.records()) ledger.given.add(parseNumberedRecord(payload))
  }
  let next = 1
  for (let run = 0; run < 3; run++) {
    await using journal = await openJournal({ ...OPTIONS, files, onDrop })
    for (let group = 0; group < 4; group++) {
      await appendGroup(journal, ledger, next, next + 4)
      next += 5
    }
    await releaseSome(journal, ledger, next - 12)
    await appendGroup(journal, ledger, next, next + 9)
    next += 10
  }
}

type Decide = (call: FileCall) => FileFault | undefined

async function appendGroup(
  journal: Journal,
  ledger: Ledger,
  first: number,
  last: number,
): Promise<void> {
  const appends: Promise<unknown>[] = []
  for (let number = first; number <= last; number++) {
    ledger.tried.add(number)
    const append = journal.append(() => formatNumberedRecord(number, 20 + ((number * 37) % 200)))
    appends.push(append.then(() => ledger.acked.add(number)))
  }
  await Promise.allSettled(appends)
}

async function releaseSome(journal: Journal, ledger: Ledger, upTo: number): Promise<void> {
  for await (const { payload, end } of journal.read('oldest')) {
    const number = parseNumberedRecord(payload)
    if (number > upTo) return
    ledger.given.add(number)
    // A file system that fails keeps its segments; the next release tries again.
    await journal.release(end).catch(() => undefined)
  }
}

/** The owner runs until the fault layer stops it; then two starts on what the crashes left. */
async function runTrial(trial: CrashTrial, tally: TrialTally): Promise<void> {
  const { note, decide } = trial
  const disk = new MemoryDisk()
  const ledger: Ledger = { acked: new Set(), given: new Set(), tried: new Set() }
  const crashed = Promise.withResolvers<void>()
  const watched: Decide = (call) => {
    const fault = decide(call)
    // The call that the crash interrupts may still happen; then nothing does.
    if (fault?.kind === 'crash') setImmediate(() => crashed.resolve())
    return fault
  }
  const owner = runOwner(disk, ledger, watched).catch(() => undefined)
  await Promise.race([owner, crashed.promise])
  const acked = [...ledger.acked]
  const left = trial.crash(disk)
  const first = await start(left)
  checkStart(note, ledger, acked, first, tally)
  // What was read is told to others: it must outlive the next crash too.
  const again = `${note}, second start`
  const leftAgain = trial.crashAgain(left)
  const second = await start(leftAgain)
  checkStart(again, ledger, [...acked, ...first.numbers], second, tally)
  await goOn(leftAgain, second, again, tally)
}

function checkStart(
  note: string,
  ledger: Ledger,
  promised: readonly number[],
  found: Start,
  tally: TrialTally,
): void {
  const expected = [...new Set(promised)].filter((number) => !ledger.given.has(number))
  tally.count(note, expected, found.numbers, 0)
  if (found.numbers.some((number) => !ledger.tried.has(number)))
    tally.violate(`${note}: a record that nobody wrote`)
  // A record whose write the crash tore may look like a damaged one; an acknowledged one may not.
  const torn = [...ledger.tried].filter((number) => !ledger.acked.has(number)).length
  if (found.corruptRecords > torn)
    tally.violate(`${note}: ${found.corruptRecords} corrupt records, ${torn} torn`)
}

function openAgain(disk: MemoryDisk): Promise<Journal> {
  return openJournal({ ...OPTIONS, maxBytes: 1e9, whenFull: 'refuse', files: disk.files() })
}

/** Opens and reads; the process then ends without a word. */
async function start(disk: MemoryDisk): Promise<Start> {
  const journal = await openAgain(disk)
  const numbers = await readNumbers(journal.read('oldest'))
  return { numbers, corruptRecords: journal.status().corruptRecords }
}

/** Starts once more, appends two records and reads all again. */
async function goOn(
  disk: MemoryDisk,
  { numbers }: Start,
  note: string,
  tally: TrialTally,
): Promise<void> {
  const journal = await openAgain(disk)
  await appendNumbered(journal, FIRST_AFTER_CRASH, FIRST_AFTER_CRASH + 1)
  const found = await readNumbers(journal.read('oldest'))
  if (found.join() !== [...numbers, FIRST_AFTER_CRASH, FIRST_AFTER_CRASH + 1].join())
    tally.violate(`${note}: new records are not read behind the old`)
}

/** Counts the file layer's calls of a run without fault. */
async function countCalls(): Promise<number> {
  let calls = 0
  const ledger: Ledger = { acked: new Set(), given: new Set(), tried: new Set() }
  await runOwner(new MemoryDisk(), ledger, ({ index }) => {
    calls = index + 1
    return undefined
  })
  return calls
}

/**
 * R11 and the journal's part of R4: a crash before, within and after each single call that the journal makes of its file layer: of the process (what it wrote stays), and of the
 * machine (`imagesPerCall` disks each, of what was not synced a random part stays). Every start succeeds, gives all that was acknowledged once and in order, and goes on.
 */
export async function runCrashTrials(options: {
  readonly imagesPerCall: number
  readonly seed: number
}): Promise<TrialResult> {
  const tally = new TrialTally()
  const calls = await countCalls()
  const random = seededRandom(options.seed)
  for (let index = 0; index < calls; index++) {
    for (const writtenBytes of [undefined, 100, Infinity]) {
      const fault: FileFault =
        writtenBytes === undefined ? { kind: 'crash' } : { kind: 'crash', writtenBytes }
      const decide: Decide = (call) => (call.index === index ? fault : undefined)
      const where = `call ${index}, ${writtenBytes ?? 'no'} bytes written, seed ${options.seed}`
      const losePower = (disk: MemoryDisk) => disk.afterPowerLoss(random)
      const kill = (disk: MemoryDisk) => disk.afterKill()
      const trial = { decide, crashAgain: losePower }
      await runTrial({ ...trial, note: `killed at ${where}`, crash: kill }, tally)
      for (let image = 0; image < options.imagesPerCall; image++) {
        const note = `power lost at ${where}, image ${image}`
        await runTrial({ ...trial, note, crash: losePower }, tally)
      }
    }
  }
  return tally.result()
}
