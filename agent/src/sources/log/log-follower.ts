import { closeAll, findPlaces } from './find-place.ts'
import type { LogCandidate, LogFamily } from './log-family.ts'
import type { LineFilter } from './line-filter.ts'
import {
  hasBegun,
  LogFile,
  type LineTaker,
  type LogLine,
  type LogPlace,
  type ReadBudget,
} from './log-file.ts'
import { LogText, type LogEncoding } from './log-text.ts'
import { inTurn } from './log-turn.ts'
import { openAfter, type KnownFiles, type LastRead, type OpenPlace } from './open-after.ts'
import { openCopies } from './open-copies.ts'
import { keyOf } from './record-key.ts'
import { eachLine, RecordGrouper, type Continues, type LogRecord } from './record-grouper.ts'

export interface LogFollowerOptions {
  readonly family: LogFamily
  readonly encoding: LogEncoding
  readonly continues: Continues
  /** Finds the lines that are worth reading, where each line stands for itself; all are read where it is absent. */
  readonly filter?: LineFilter | undefined
}

export interface ReadBounds {
  readonly maxBytes: number
  /** Whether the time for it is over; what is left is read by the next run. */
  readonly isOver?: (() => boolean) | undefined
  readonly signal: AbortSignal
}

/** A record that was read, with the key of its event. */
export interface ReadRecord extends LogRecord {
  /** Names it for ever. */
  key(): string
}

/** What outlives a restart. */
export interface SavedFollower {
  readonly label: string
  readonly files: readonly LogPlace[]
  /** Without files: whether there was none, rather than one that could not be read. */
  readonly isAbsent?: boolean
  /** What was there of it then, all of it old. */
  readonly old?: OldFiles | undefined
  readonly finished: readonly LogPlace[]
  readonly totals: LogTotals
  readonly counts: Readonly<Record<string, number>>
}

/** Since the log was first followed. */
export interface LogTotals {
  lines: number
  bytes: number
  /** Lines that were longer than MAX_LINE_BYTES. */
  cutLines: number
  /** Files of which an unread part could not be found again. */
  lostFiles: number
}

/** Files that were there before the log itself was. */
interface OldFiles {
  readonly name: string
  readonly mtimeNs: string
  readonly identities: readonly string[]
}

interface OpenLog extends OpenPlace {
  readonly grouper: RecordGrouper
  /** Runs in which it gave nothing. */
  idleRuns: number
  /** As the run before left it. */
  lagBytes: number
  isSucceeded: boolean
  /** Where whole records end, as the last reading found it. */
  place: LogPlace
}

/** Old files that are kept open at once; with more rotations between two runs, the rest waits for its turn. */
const MAX_OPEN_FILES = 16
/** More than are open at once: they end together. */
const KEPT_FINISHED = 20
const KEPT_OLD = 100
/** An open file that was removed holds its space: it is let go when it was silent for so many runs. */
const RUNS_AFTER_REMOVAL = 4

/**
 * Follows a log by inode and offset, through any rotation: what was renamed is read to its end before the next file begins, what was
 * copied and emptied is sought in the copy. It reads when it is asked to, at most what the caller allows, and starts at the end of
 * what it finds at first. Lines that are not complete wait; so does the last record, until a run finds nothing more.
 */
export class LogFollower {
  readonly #with: LogFollowerOptions
  readonly #text: LogText
  #open: OpenLog[] = []
  #finished: LogPlace[] = []
  #saved: SavedFollower | undefined
  /** It was looked for, and not there: what appears is new from its first line. */
  #wasAbsent = false
  #old: OldFiles | undefined
  /** The log is not there, and nothing came after what is open: all its files, as the last look found them. */
  #gone: readonly LogCandidate[] | undefined
  /** Grows with each change of what save() gives. */
  changes = 0
  readonly totals: LogTotals = { lines: 0, bytes: 0, cutLines: 0, lostFiles: 0 }
  /** What the caller counts of the records; saved with the place, so that both agree. */
  readonly counts = new Map<string, number>()

  constructor(options: LogFollowerOptions, saved?: SavedFollower) {
    this.#with = options
    this.#text = new LogText(options.encoding)
    if (saved?.label !== options.family.label) return
    this.#wasAbsent = saved.files.length === 0 && saved.isAbsent !== false
    this.#old = saved.old
    this.#saved = saved.files.length === 0 ? undefined : saved
    this.#finished = [...saved.finished]
    Object.assign(this.totals, saved.totals)
    for (const [name, count] of Object.entries(saved.counts)) this.counts.set(name, count)
  }

  get label(): string {
    return this.#with.family.label
  }

  /** Bytes that were not read yet, of files that are open. */
  get lagBytes(): number {
    return this.#open.reduce((sum, { file }) => sum + file.lagBytes, 0)
  }

  /** Whether there is a file to follow. */
  get isThere(): boolean {
    return this.#open.length > 0
  }

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by)
  }

  /** Gives what was written since; what it throws or leaves over comes with the next run. @throws ProbeError */
  read(onRecord: (record: ReadRecord) => void, bounds: ReadBounds): Promise<void> {
    return inTurn(() => this.#read(onRecord, bounds))
  }

  async #read(
    onRecord: (record: ReadRecord) => void,
    { maxBytes, isOver, signal }: ReadBounds,
  ): Promise<void> {
    if (signal.aborted) return
    await this.#findFiles(onRecord)
    const budget: ReadBudget = { bytes: maxBytes, isOver }
    for (const open of this.#open) {
      await this.#readOne(open, onRecord, budget, signal)
      if (budget.bytes <= 0 || isOver?.() === true || signal.aborted) return
    }
    await this.#finishOld(onRecord)
  }

  /** What to go on from: whole records and their counts, never one without the other. */
  save(): Promise<SavedFollower> {
    return inTurn(async () => this.#save())
  }

  #save(): SavedFollower {
    const files = this.#open.map(({ place }) => place)
    return {
      label: this.label,
      files: this.#open.length === 0 && this.#saved !== undefined ? this.#saved.files : files,
      isAbsent: this.#wasAbsent,
      old: this.#wasAbsent ? this.#old : undefined,
      finished: this.#finished,
      totals: { ...this.totals },
      counts: Object.fromEntries(this.counts),
    }
  }

  async close(): Promise<void> {
    for (const { file } of this.#open.splice(0)) await file.close()
  }

  async #findFiles(onRecord: (record: ReadRecord) => void): Promise<void> {
    this.#gone = undefined
    if (this.#open.length === 0) return this.#begin()
    await this.#lookForTruncation(onRecord)
    const { family } = this.#with
    const current = await family.current()
    const last = this.#open.at(-1)?.file
    if (last === undefined || current?.identity === last.identity) return
    const candidates = await family.list()
    if (candidates === undefined) return
    const isComplete = await this.#openSuccessors(candidates, last)
    if (isComplete && last === this.#open.at(-1)?.file) this.#gone = candidates
  }

  async #begin(): Promise<void> {
    const { family } = this.#with
    if (this.#saved !== undefined) return this.#restore(this.#saved)
    const current = await family.current()
    if (this.#wasAbsent) return this.#openNew(current)
    if (current === undefined) return this.#noteAbsence(await family.list())
    const file = await LogFile.open(current)
    if (file === undefined) return
    await file.skipToEnd()
    await this.#add(file)
  }

  #noteAbsence(files: readonly LogCandidate[] | undefined): void {
    if (files === undefined) return
    const identities = files.map(({ identity }) => identity).slice(-KEPT_OLD)
    const last = files.at(-1)
    this.#old = last && { name: last.name, mtimeNs: String(last.mtimeNs), identities }
    this.#wasAbsent = true
  }

  /** What was written since there was none, though it was rotated by now. */
  async #openNew(current: LogCandidate | undefined): Promise<void> {
    if (current === undefined) return
    const { name = '', mtimeNs = '0', identities = [] } = this.#old ?? {}
    const files = (await this.#with.family.list()) ?? []
    // The log itself was not there, whatever had its inode then.
    const fresh = files.filter(
      ({ identity, name: its }) => its === current.name || !identities.includes(identity),
    )
    await this.#openSuccessors(fresh, { name, mtimeNs: BigInt(mtimeNs) })
  }

  async #restore({ files }: SavedFollower): Promise<void> {
    const begun = files.filter(hasBegun)
    const found = await findPlaces(this.#with.family, begun)
    const candidates = found && (await this.#with.family.list())
    if (candidates === undefined) return closeAll(found ?? [])
    for (const file of found ?? []) await this.#add(file)
    const count = this.#open.length
    await this.#openSuccessors(candidates, lastOf(files))
    if (this.#open.length === 0) return // not there now; it is looked for again
    this.#order(candidates)
    this.#saved = undefined
    this.totals.lostFiles += begun.length - count
  }

  /** As the family has them: what nothing was read of may lie between others. */
  #order(candidates: readonly LogCandidate[]): void {
    const identities = candidates.map(({ identity }) => identity)
    const place = ({ file }: OpenLog) => identities.indexOf(file.identity)
    this.#open = this.#open.toSorted((a, b) => place(a) - place(b))
    const newest = this.#open.at(-1)
    for (const open of this.#open) open.isSucceeded = open !== newest
  }

  /** Whether all of them are open now. */
  async #openSuccessors(candidates: readonly LogCandidate[], last: LastRead): Promise<boolean> {
    const most = MAX_OPEN_FILES - this.#open.length
    const { files, isComplete } = await openAfter(this.#known, candidates, last, most)
    for (const file of files) await this.#add(file)
    return isComplete
  }

  get #known(): KnownFiles {
    return { family: this.#with.family, open: this.#open, finished: this.#finished }
  }

  async #add(file: LogFile): Promise<void> {
    for (const open of this.#open) Object.assign(open, { isSucceeded: true, idleRuns: 0 })
    const grouper = new RecordGrouper(this.#with.continues)
    this.#open.push(await toOpenLog(file, grouper, false))
    this.changes++
  }

  /** What was emptied begins anew; where it was copied before, the copies have the lines that were not read yet. */
  async #lookForTruncation(onRecord: (record: ReadRecord) => void): Promise<void> {
    for (const open of this.#open) {
      if (!(await open.file.wasTruncated())) continue
      const copies = await openCopies(this.#known, open.file)
      if (copies === undefined) return // they are renamed just now: the next run finds them
      return this.#beginAnew(open, copies, onRecord)
    }
  }

  async #beginAnew(
    open: OpenLog,
    copies: readonly LogFile[],
    onRecord: (record: ReadRecord) => void,
  ): Promise<void> {
    const { file, grouper, isSucceeded } = open
    file.restart()
    await file.wasTruncated() // learns its size
    if (copies.length === 0) this.#give(grouper.take(), onRecord)
    const entries: OpenLog[] = []
    for (const next of [...copies, file]) {
      const its = new RecordGrouper(this.#with.continues)
      entries.push(await toOpenLog(next, its, next !== file || isSucceeded))
    }
    // The record that was open goes on in the first copy.
    if (copies.length > 0) Object.assign(entries[0] ?? {}, { grouper, place: open.place })
    this.#open.splice(this.#open.indexOf(open), 1, ...entries)
    this.changes++
  }

  async #readOne(
    open: OpenLog,
    onRecord: (record: ReadRecord) => void,
    budget: ReadBudget,
    signal: AbortSignal,
  ): Promise<void> {
    const { file, grouper } = open
    if (await file.wasTruncated()) return // in this very moment: the next run sees to it
    const bytes = await file.read(this.#taker(open, onRecord), budget, signal)
    this.totals.bytes += bytes
    if (bytes > 0) this.changes++
    open.idleRuns = bytes > 0 ? 0 : open.idleRuns + 1
    const isQuiet = bytes === 0 && file.lagBytes === open.lagBytes && !signal.aborted
    open.lagBytes = file.lagBytes
    if (isQuiet) this.#give(grouper.take(), onRecord)
    const offset = grouper.openOffset ?? file.offset
    if (bytes > 0 || offset !== open.place.offset) open.place = await file.placeAt(offset)
  }

  async #finishOld(onRecord: (record: ReadRecord) => void): Promise<void> {
    const done = this.#open.filter(
      ({ file, idleRuns, isSucceeded }) =>
        (isSucceeded && idleRuns > 1) ||
        (this.#gone !== undefined && file.isRemoved && idleRuns > RUNS_AFTER_REMOVAL),
    )
    for (const open of done) {
      const { file, grouper } = open
      await file.readHalfLine(this.#taker(open, onRecord))
      this.#give(grouper.take(), onRecord)
      this.#finished = [await file.placeAt(file.offset), ...this.#finished].slice(0, KEPT_FINISHED)
      this.#open = this.#open.filter((other) => other !== open)
      this.changes++
      await file.close()
    }
    if (done.length > 0 && this.#open.length === 0) this.#noteAbsence(this.#gone)
  }

  #taker(open: OpenLog, onRecord: (record: ReadRecord) => void): LineTaker {
    const { continues, filter } = this.#with
    return {
      filter: continues === eachLine ? filter : undefined,
      take: (line) => this.#take(open, line, onRecord),
      pass: () => void this.totals.lines++,
    }
  }

  #take({ grouper }: OpenLog, line: LogLine, onRecord: (record: ReadRecord) => void): void {
    this.totals.lines++
    if (line.isCut) this.totals.cutLines++
    const text = this.#text.decode(line.bytes, line.isCut)
    this.#give(grouper.push({ offset: line.offset, text }), onRecord)
  }

  #give(record: LogRecord | undefined, onRecord: (record: ReadRecord) => void): void {
    if (record === undefined) return
    onRecord({ ...record, key: () => keyOf(this.label, record) })
  }
}

async function toOpenLog(
  file: LogFile,
  grouper: RecordGrouper,
  isSucceeded: boolean,
): Promise<OpenLog> {
  const place = await file.placeAt(file.offset)
  return { file, grouper, idleRuns: 0, lagBytes: 0, isSucceeded, place }
}

/** The place after which all that is not found again is new: of a file of which nothing was read nothing tells which one it is. */
function lastOf(files: readonly LogPlace[]): LastRead {
  const unread = files.findIndex((place) => !hasBegun(place))
  const last = unread < 0 ? files.at(-1) : files[Math.max(0, unread - 1)]
  return { name: last?.name ?? '', mtimeNs: BigInt(last?.mtimeNs ?? 0) }
}
