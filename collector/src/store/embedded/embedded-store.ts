import type { Position } from '@wardround/journal'
import type { SampleBlock, SeriesTable } from '@wardround/protocol'
import { finishAnswer } from '@wardround/query'
import type { AnswerSeries, Query } from '@wardround/query'
import type { QueryOptions, SeriesFilter, SeriesListing, StoreStatus } from '../store.ts'
import { createAnswer } from './answer.ts'
import { DayMerger } from './day-merger.ts'
import type { Registry } from './file-names.ts'
import { Head } from './head.ts'
import { HourMerger } from './hour-merger.ts'
import { sealGroup } from './part-sealer.ts'
import { DEFAULT_BOUNDS, QueryPlan } from './query-plan.ts'
import type { QueryBounds } from './query-plan.ts'
import type { Retention } from './retention.ts'
import { RetentionSweep } from './retention-sweep.ts'
import { listSeries } from './series-listing.ts'
import { SetTable } from './set-table.ts'
import { ShapeIndex } from './shape-index.ts'
import { StoreFileError } from './sqlite-file.ts'
import { bytesOnDisk, closeStoreFiles, openStoreFiles } from './store-files.ts'
import type { StoreFiles } from './store-files.ts'
import { SubjectReader } from './subject-reader.ts'
import { DAY_MS } from './time-spans.ts'

/** What the store itself knows of its status. */
export type EmbeddedStatus = Omit<StoreStatus, 'restarts' | 'skippedRecords' | 'readUpTo'>

export interface EmbeddedStoreOptions {
  readonly directory: string
  /** Numbers the series of the blocks that are written. */
  readonly series: SeriesTable
  readonly retention: Retention
  readonly bounds?: QueryBounds
  /** Epoch ms; closes hours and deletes files. */
  readonly nowMs?: () => number
  /** Shorter in tests alone. */
  readonly sweepEveryMs?: number
}

/** Sealed parts that wait for a commit: no more is taken in while a full disk keeps them waiting. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024
/** So many bytes are worth a sync. */
const COMMIT_BYTES = 4 * 1024 * 1024
/** At most so long passes between the sealing of a part and its commit. */
const COMMIT_EVERY_MS = 5_000
/** A commit that failed is tried again after so long. */
const RETRY_MS = 5_000
/** Samples so far ahead of the time of their receipt are a mistake of whoever wrote them. */
const MAX_AHEAD_MS = DAY_MS
const BEGINNING: Position = { segment: 0, offset: 0 }

/**
 * The embedded time-series store, synchronous: it lives in a worker thread. decisions/0002 has the layout. Whoever owns it calls `maintain` often;
 * nothing happens by itself.
 */
export class EmbeddedStore {
  readonly #registry: Registry
  readonly #files: StoreFiles
  readonly #head: Head
  readonly #index: ShapeIndex
  readonly #hours: HourMerger
  readonly #days: DayMerger
  readonly #sweep: RetentionSweep
  readonly #retention: Retention
  readonly #bounds: QueryBounds
  readonly #nowMs: () => number
  readonly #dropped: Record<string, number> = {}
  #stored = 0
  /** End of what was read of the journal. */
  #readUpTo: Position | undefined
  #covered: Position | undefined
  #committedAtMs = -Infinity
  #failure: StoreFileError | undefined
  #failedAtMs = -Infinity

  /** @throws StoreFileError */
  constructor(options: EmbeddedStoreOptions) {
    this.#nowMs = options.nowMs ?? Date.now
    this.#retention = options.retention
    this.#bounds = options.bounds ?? DEFAULT_BOUNDS
    this.#registry = { series: options.series, sets: new SetTable() }
    this.#index = new ShapeIndex(options.series)
    this.#files = openStoreFiles(options.directory, this.#registry, this.#nowMs())
    this.#head = new Head(this.#registry, (group) => {
      for (const part of sealGroup(group)) this.#files.recent.add(part, this.#nowMs())
    })
    this.#days = new DayMerger(this.#files, this.#registry)
    this.#hours = new HourMerger(this.#head, this.#files, this.#registry, {
      onMerged: (dayMs) => this.#days.reopen(dayMs),
      onTooOld: (samples) => this.#drop('older_than_raw', samples),
    })
    this.#sweep = new RetentionSweep(this.#files, this.#retention, options.sweepEveryMs)
    this.#covered = this.#files.recent.readCovered()
  }

  /** Journal records before this are in files. */
  get covered(): Position | undefined {
    return this.#covered
  }

  /** False while the disk takes nothing: what is read now would pile up in memory. */
  get hasRoom(): boolean {
    return this.#files.recent.waitingBytes < MAX_WAITING_BYTES
  }

  /** Takes the samples of a block whose journal record starts at `position`; `receivedAtMs` is that record's. */
  write(block: SampleBlock, position: Position, receivedAtMs: number): void {
    const { timeMs, series } = block
    const count = series.length
    if (timeMs > receivedAtMs + MAX_AHEAD_MS) return this.#drop('in_the_future', count)
    const tooOld =
      timeMs < receivedAtMs - this.#retention.rawMs || timeMs < this.#files.recent.rawDeletedUntilMs
    if (tooOld) return this.#drop('older_than_raw', count)
    if (count === 0) return
    const subject = this.#registry.series.subjectIdOf(series[0]!)
    const stored = this.#head.write(block, subject, position, this.#nowMs())
    this.#stored += stored
    if (stored < count) this.#drop('repeated', count - stored)
  }

  /** All blocks of the records before this have been written. */
  advance(position: Position): void {
    this.#readUpTo = position
  }

  /** The journal is another than the one that was read: nothing of it is covered, and a process that comes after this one knows it too. */
  rewind(): void {
    this.#readUpTo = BEGINNING
    this.#covered = BEGINNING
    this.flush()
  }

  /**
   * Does what is due: seals, commits, merges, rolls up, deletes; some 10 ms at a time (a commit waits for the disk). True if there may be more to do at once.
   * A file that can't be written is no error here: `status` says so, and it is tried again.
   */
  maintain(isLate: () => boolean): boolean {
    const nowMs = this.#nowMs()
    this.#head.sealOld(nowMs)
    if (!this.#attempt(nowMs, () => this.#commitIfDue(nowMs))) return false
    if (this.#hours.mergeDue(nowMs, isLate) > 0) return true
    if (this.#days.mergeDue(nowMs, isLate)) return true
    let swept = false
    this.#attempt(nowMs, () => (swept = this.#sweep.sweep(nowMs)))
    return swept
  }

  /** Seals all and commits it. False if it could not be written: the journal must keep it. */
  flush(): boolean {
    this.#head.sealAll()
    this.#failure = undefined
    return this.#attempt(this.#nowMs(), () => this.#commit())
  }

  /** Merges everything at once, due or not, days that are over included: for tests and benchmarks. */
  mergeAll(): void {
    this.#head.sealAll()
    while (this.#hours.mergeAny() > 0);
    this.#commit()
    while (this.#days.mergeDue(this.#nowMs(), () => false));
  }

  /** Answers in steps, so that its owner can do other things between them. @throws QueryError */
  *query(
    query: Query,
    { eachSeries = false }: Pick<QueryOptions, 'eachSeries'> = {},
  ): Generator<void, AnswerSeries[]> {
    const plan = new QueryPlan(query, {
      eachSeries,
      registry: this.#registry,
      index: this.#index,
      bounds: this.#bounds,
      rawSinceMs: this.#rawSinceMs,
    })
    const answer = createAnswer(plan)
    const sources = {
      head: this.#head,
      files: this.#files,
      openDays: this.#days.openDays,
    }
    const reader = new SubjectReader(plan, sources, answer)
    for (const subject of reader.subjects()) {
      if (plan.wantsSubject(subject)) reader.read(subject)
      yield
    }
    return finishAnswer(query, plan.windows, answer.finish())
  }

  series(filter: SeriesFilter): SeriesListing {
    return listSeries(this.#registry, this.#head, this.#files, filter)
  }

  status(): EmbeddedStatus {
    const { troubles, directory } = this.#files
    const reason = this.#failure?.message ?? [...troubles.reasons.values()][0]
    return {
      name: 'embedded',
      ok: this.#failure === undefined,
      reason,
      covered: this.#covered,
      samplesStored: this.#stored,
      samplesDropped: { ...this.#dropped },
      seriesActive: this.#head.seriesActive,
      bytesOnDisk: bytesOnDisk(directory),
      damaged: { files: troubles.damaged, parts: this.#files.cache.damaged },
    }
  }

  /** Seals and commits all and closes the files. */
  close(): void {
    this.flush()
    this.abandon()
  }

  /** Closes the files as they are; what was not committed is left to the journal. */
  abandon(): void {
    closeStoreFiles(this.#files)
  }

  /** Raw data are kept from here on. */
  get #rawSinceMs(): number {
    return Math.max(this.#nowMs() - this.#retention.rawMs, this.#files.recent.rawDeletedUntilMs)
  }

  #commitIfDue(nowMs: number): void {
    const { recent } = this.#files
    const isOld = Math.abs(nowMs - this.#committedAtMs) >= COMMIT_EVERY_MS
    if (recent.hasChanges && (isOld || recent.waitingBytes >= COMMIT_BYTES)) this.#commit()
    else if (!recent.hasChanges) this.#covered = this.#uncommitted() ?? this.#covered
  }

  #commit(): void {
    const covered = this.#uncommitted()
    this.#files.recent.commit(covered)
    this.#covered = covered ?? this.#covered
    this.#committedAtMs = this.#nowMs()
  }

  /** Where the oldest record begins of which something is in no file once the waiting parts are. */
  #uncommitted(): Position | undefined {
    return this.#head.oldest() ?? this.#readUpTo
  }

  /** False if it failed, now or a moment ago. */
  #attempt(nowMs: number, act: () => void): boolean {
    if (this.#failure !== undefined && Math.abs(nowMs - this.#failedAtMs) < RETRY_MS) return false
    try {
      act()
      this.#failure = undefined
      return true
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error
      this.#failure = error
      this.#failedAtMs = nowMs
      return false
    }
  }

  #drop(reason: string, samples: number): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + samples
  }
}
