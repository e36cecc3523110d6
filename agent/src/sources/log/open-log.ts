import type { LogFile, LogPlace, ReadBudget } from './log-file.ts'
import type { LogRecords, OnRecord } from './log-records.ts'
import type { OpenPlace } from './open-after.ts'
import type { RecordGrouper } from './record-grouper.ts'

/** An open file that was removed holds its space: it is let go when it was silent for so many runs. */
const RUNS_AFTER_REMOVAL = 4

/** One file of a log while it is read: how far its whole records go, and how long it has been silent. */
export class OpenLog implements OpenPlace {
  readonly file: LogFile
  /** Where whole records end, as the last reading found it. */
  place: LogPlace
  /** A later file is open. */
  isSucceeded: boolean
  readonly #records: LogRecords
  readonly #grouper: RecordGrouper
  /** Runs in which it gave nothing. */
  #idleRuns = 0
  /** As the run before left it. */
  #lagBytes = 0

  private constructor(
    file: LogFile,
    place: LogPlace,
    isSucceeded: boolean,
    records: LogRecords,
    grouper = records.newGrouper(),
  ) {
    this.file = file
    this.place = place
    this.isSucceeded = isSucceeded
    this.#records = records
    this.#grouper = grouper
  }

  /** From where the file stands; nothing comes after it yet. */
  static async from(file: LogFile, records: LogRecords): Promise<OpenLog> {
    return new OpenLog(file, await file.placeAt(file.offset), false, records)
  }

  /** A later file is open now: what comes in this one from here on is late. */
  succeed(): void {
    this.isSucceeded = true
    this.#idleRuns = 0
  }

  /** Gives the records whose end is there; the last one when a run finds nothing more. Returns how many bytes were read. */
  async read(onRecord: OnRecord, budget: ReadBudget, signal: AbortSignal): Promise<number> {
    const { file } = this
    const grouper = this.#grouper
    if (await file.wasTruncated()) return 0 // in this very moment: the next run sees to it
    const bytes = await file.read(this.#records.taker(grouper, onRecord), budget, signal)
    this.#records.totals.bytes += bytes
    this.#idleRuns = bytes > 0 ? 0 : this.#idleRuns + 1
    const isQuiet = bytes === 0 && file.lagBytes === this.#lagBytes && !signal.aborted
    this.#lagBytes = file.lagBytes
    if (isQuiet) this.#endRecord(onRecord)
    const offset = grouper.openOffset ?? file.offset
    if (bytes > 0 || offset !== this.place.offset) this.place = await file.placeAt(offset)
    return bytes
  }

  /** The file was emptied: what is read instead of it, oldest first. Its open record goes on in the first copy, if there is one. */
  async beginAnew(copies: readonly LogFile[], onRecord: OnRecord): Promise<OpenLog[]> {
    const { file } = this
    const records = this.#records
    file.restart()
    await file.wasTruncated() // learns its size
    const [first, ...later] = copies
    if (first === undefined) this.#endRecord(onRecord)
    const opened: OpenLog[] = []
    if (first !== undefined)
      opened.push(new OpenLog(first, this.place, true, records, this.#grouper))
    for (const copy of later)
      opened.push(new OpenLog(copy, await copy.placeAt(copy.offset), true, records))
    opened.push(new OpenLog(file, await file.placeAt(file.offset), this.isSucceeded, records))
    return opened
  }

  /** Whether it can be let go: a later file is open, or, where its log is gone, nobody can find it by a name; and it was silent. */
  isDone({ isLogGone }: { readonly isLogGone: boolean }): boolean {
    return (
      (this.isSucceeded && this.#idleRuns > 1) ||
      (isLogGone && this.file.isRemoved && this.#idleRuns > RUNS_AFTER_REMOVAL)
    )
  }

  /** Gives what has no end yet: nobody will write the rest of it. Returns the place where the file ended. */
  async finish(onRecord: OnRecord): Promise<LogPlace> {
    const { file } = this
    await file.readHalfLine(this.#records.taker(this.#grouper, onRecord))
    this.#endRecord(onRecord)
    return file.placeAt(file.offset)
  }

  #endRecord(onRecord: OnRecord): void {
    this.#records.give(this.#grouper.take(), onRecord)
  }
}
