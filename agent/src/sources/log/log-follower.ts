import { closeAll, findPlaces } from './find-place.ts'
import type { LogCandidate, LogFamily } from './log-family.ts'
import { hasBegun, LogFile, type LogPlace, type ReadBudget } from './log-file.ts'
import { LogRecords, type LogRecordsOptions, type LogTotals, type OnRecord } from './log-records.ts'
import { inTurn } from './log-turn.ts'
import { filesSince, lastOld, toOldFiles, type OldFiles } from './old-files.ts'
import { openAfter, type KnownFiles, type LastRead } from './open-after.ts'
import { openCopies } from './open-copies.ts'
import { OpenLog } from './open-log.ts'

export interface LogFollowerOptions extends Omit<LogRecordsOptions, 'label'> {
  readonly family: LogFamily
}

export interface ReadBounds {
  readonly maxBytes: number
  /** Whether the time for it is over; what is left is read by the next run. */
  readonly isOver?: (() => boolean) | undefined
  readonly signal: AbortSignal
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

/** Old files that are kept open at once; with more rotations between two runs, the rest waits for its turn. */
const MAX_OPEN_FILES = 16
/** More than are open at once: they end together. */
const KEPT_FINISHED = 20

/**
 * Follows a log by inode and offset, through any rotation: what was renamed is read to its end before the next file begins, what was
 * copied and emptied is sought in the copy. It reads when it is asked to, at most what the caller allows, and starts at the end of
 * what it finds at first. Lines that are not complete wait; so does the last record, until a run finds nothing more.
 */
export class LogFollower {
  readonly #family: LogFamily
  readonly #records: LogRecords
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
  /** What the caller counts of the records; saved with the place, so that both agree. */
  readonly counts = new Map<string, number>()

  constructor({ family, ...options }: LogFollowerOptions, saved?: SavedFollower) {
    this.#family = family
    this.#records = new LogRecords({ ...options, label: family.label })
    if (saved?.label !== family.label) return
    this.#wasAbsent = saved.files.length === 0 && saved.isAbsent !== false
    this.#old = saved.old
    this.#saved = saved.files.length === 0 ? undefined : saved
    this.#finished = [...saved.finished]
    Object.assign(this.totals, saved.totals)
    for (const [name, count] of Object.entries(saved.counts)) this.counts.set(name, count)
  }

  get label(): string {
    return this.#family.label
  }

  get totals(): LogTotals {
    return this.#records.totals
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
  read(onRecord: OnRecord, bounds: ReadBounds): Promise<void> {
    return inTurn(() => this.#read(onRecord, bounds))
  }

  async #read(onRecord: OnRecord, { maxBytes, isOver, signal }: ReadBounds): Promise<void> {
    if (signal.aborted) return
    await this.#findFiles(onRecord)
    const budget: ReadBudget = { bytes: maxBytes, isOver }
    for (const open of this.#open) {
      if ((await open.read(onRecord, budget, signal)) > 0) this.changes++
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

  async #findFiles(onRecord: OnRecord): Promise<void> {
    this.#gone = undefined
    if (this.#open.length === 0) return this.#begin()
    await this.#lookForTruncation(onRecord)
    const current = await this.#family.current()
    const last = this.#open.at(-1)?.file
    if (last === undefined || current?.identity === last.identity) return
    const candidates = await this.#family.list()
    if (candidates === undefined) return
    const isComplete = await this.#openSuccessors(candidates, last)
    if (isComplete && last === this.#open.at(-1)?.file) this.#gone = candidates
  }

  async #begin(): Promise<void> {
    if (this.#saved !== undefined) return this.#restore(this.#saved)
    const current = await this.#family.current()
    if (this.#wasAbsent) return this.#openNew(current)
    if (current === undefined) return this.#noteAbsence(await this.#family.list())
    const file = await LogFile.open(current)
    if (file === undefined) return
    await file.skipToEnd()
    await this.#add(file)
  }

  #noteAbsence(files: readonly LogCandidate[] | undefined): void {
    if (files === undefined) return
    this.#old = toOldFiles(files)
    this.#wasAbsent = true
  }

  /** What was written since there was none, though it was rotated by now. */
  async #openNew(current: LogCandidate | undefined): Promise<void> {
    if (current === undefined) return
    const files = (await this.#family.list()) ?? []
    await this.#openSuccessors(filesSince(this.#old, files, current), lastOld(this.#old))
  }

  async #restore({ files }: SavedFollower): Promise<void> {
    const begun = files.filter(hasBegun)
    const found = await findPlaces(this.#family, begun)
    const candidates = found && (await this.#family.list())
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
    return { family: this.#family, open: this.#open, finished: this.#finished }
  }

  async #add(file: LogFile): Promise<void> {
    for (const open of this.#open) open.succeed()
    this.#open.push(await OpenLog.from(file, this.#records))
    this.changes++
  }

  /** What was emptied begins anew; where it was copied before, the copies have the lines that were not read yet. */
  async #lookForTruncation(onRecord: OnRecord): Promise<void> {
    for (const open of this.#open) {
      if (!(await open.file.wasTruncated())) continue
      const copies = await openCopies(this.#known, open.file)
      if (copies === undefined) return // they are renamed just now: the next run finds them
      const opened = await open.beginAnew(copies, onRecord)
      this.#open.splice(this.#open.indexOf(open), 1, ...opened)
      this.changes++
      return
    }
  }

  async #finishOld(onRecord: OnRecord): Promise<void> {
    const isLogGone = this.#gone !== undefined
    const done = this.#open.filter((open) => open.isDone({ isLogGone }))
    for (const open of done) {
      const place = await open.finish(onRecord)
      this.#finished = [place, ...this.#finished].slice(0, KEPT_FINISHED)
      this.#open = this.#open.filter((other) => other !== open)
      this.changes++
      await open.file.close()
    }
    if (done.length > 0 && this.#open.length === 0) this.#noteAbsence(this.#gone)
  }
}

/** The place after which all that is not found again is new: of a file of which nothing was read nothing tells which one it is. */
function lastOf(files: readonly LogPlace[]): LastRead {
  const unread = files.findIndex((place) => !hasBegun(place))
  const last = unread < 0 ? files.at(-1) : files[Math.max(0, unread - 1)]
  return { name: last?.name ?? '', mtimeNs: BigInt(last?.mtimeNs ?? 0) }
}
