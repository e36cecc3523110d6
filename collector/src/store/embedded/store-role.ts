import { comparePositions, JournalError } from '@wardround/journal'
import type { Position } from '@wardround/journal'
import { SeriesTable } from '@wardround/protocol'
import { QueryError } from '@wardround/query'
import type { AnswerSeries, Query } from '@wardround/query'
import type { SeriesFilter, SeriesListing } from '../store.ts'
import { EmbeddedStore } from './embedded-store.ts'
import type { EmbeddedStatus } from './embedded-store.ts'
import { JournalFeed } from '../feed/journal-feed.ts'
import { StoreFileError } from './sqlite-file.ts'
import type { StoreWorkerData, WorkerStatus } from './store-messages.ts'

/** Longest stretch of work before messages are looked at. */
const SLICE_MS = 15
/** The same for merging while nobody asks: what is merged in one stretch is one commit. */
const QUIET_SLICE_MS = 40
/** How often to look for what is due at most: it means a look at every host. */
const MAINTAIN_EVERY_MS = 250
/** … and at least, when no message comes. */
const IDLE_MS = 1_000
/** A store that could not be opened, or a journal that could not be read, is tried again after so long. */
const RETRY_MS = 5_000

interface RunningQuery {
  readonly steps: Generator<void, AnswerSeries[]>
  resolve(answer: AnswerSeries[]): void
  reject(error: unknown): void
}

/** The life of the store in its worker: reads the journal, answers, maintains; each for a slice of time in turn. */
export class StoreRole {
  readonly #data: StoreWorkerData
  readonly #onCovered: (covered: Position) => void
  readonly #series = new SeriesTable()
  readonly #feed: JournalFeed
  readonly #queries = new Map<number, RunningQuery>()
  #store: EmbeddedStore | undefined
  #openFailure: StoreFileError | undefined
  #journalFailure: JournalError | undefined
  #retryAtMs = -Infinity
  #maintainAtMs = -Infinity
  #cursor: Position | 'oldest' = 'oldest'
  #durable: Position | undefined
  /** The journal's end when this began: what was covered earlier lies before it. */
  #firstDurable: Position | undefined
  #rewound: string | undefined
  #told: Position | undefined
  #next: NodeJS.Immediate | undefined
  #later: NodeJS.Timeout | undefined
  #isChecked = false
  #isClosed = false

  constructor(data: StoreWorkerData, onCovered: (covered: Position) => void) {
    this.#data = data
    this.#onCovered = onCovered
    this.#feed = new JournalFeed(data, this.#series)
    this.#open()
    this.#wake()
  }

  advance(durable: Position): void {
    this.#durable = durable
    this.#firstDurable ??= durable
    this.#checkCursor()
    this.#wake()
  }

  /** Sees what was durable when it was asked, unless that is more than a slice of work: then as far as the store has come. */
  query(number: number, query: Query, eachSeries: boolean): Promise<AnswerSeries[]> {
    const store = this.#requireStore()
    this.#ingest(store)
    return new Promise((resolve, reject) => {
      const running = { steps: store.query(query, { eachSeries }), resolve, reject }
      this.#queries.set(number, running)
      this.#stepQuery(number, running)
      this.#wake()
    })
  }

  abort(number: number): void {
    this.#queries.get(number)?.reject(new QueryError(GIVEN_UP))
    this.#queries.delete(number)
  }

  series(filter: SeriesFilter): SeriesListing {
    const store = this.#requireStore()
    this.#ingest(store)
    return store.series(filter)
  }

  status(): WorkerStatus {
    const status = { ...(this.#store?.status() ?? CLOSED_STATUS), readUpTo: this.#readUpTo }
    const failure = this.#openFailure ?? this.#journalFailure
    const { unreadable } = this.#feed
    const samplesDropped =
      unreadable === 0
        ? status.samplesDropped
        : { ...status.samplesDropped, unreadable_records: unreadable }
    return failure === undefined
      ? { ...status, samplesDropped, reason: status.reason ?? this.#rewound }
      : { ...status, samplesDropped, ok: false, reason: failure.message }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#sleep()
    for (const number of this.#queries.keys()) this.abort(number)
    this.#store?.close()
    this.#tellCovered()
    this.#feed[Symbol.dispose]()
  }

  get #readUpTo(): Position | undefined {
    return this.#cursor === 'oldest' ? undefined : this.#cursor
  }

  #requireStore(): EmbeddedStore {
    if (this.#store !== undefined) return this.#store
    throw this.#openFailure ?? new Error('The store is closed.')
  }

  #open(): void {
    try {
      const { directory, retention, bounds } = this.#data
      this.#store = new EmbeddedStore({ directory, retention, bounds, series: this.#series })
      this.#openFailure = undefined
      this.#cursor = this.#store.covered ?? 'oldest'
      this.#checkCursor()
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error
      this.#openFailure = error
      this.#retryAtMs = performance.now() + RETRY_MS
    }
  }

  /** A cursor ahead of the journal outlived the one that it belongs to: it must hide nothing of this one. */
  #checkCursor(): void {
    if (this.#isChecked || this.#store === undefined || this.#firstDurable === undefined) return
    this.#isChecked = true
    if (this.#cursor === 'oldest') return
    if (comparePositions(this.#cursor, this.#firstDurable) <= 0) return
    const { segment, offset } = this.#cursor
    this.#rewound = `The store had covered the journal up to ${segment}:${offset}, where this one has not been: it read all of it.`
    this.#cursor = 'oldest'
    this.#store.rewind()
  }

  #wake(): void {
    if (this.#isClosed) return
    this.#sleep()
    this.#next = setImmediate(() => this.#turn())
  }

  #sleep(): void {
    clearImmediate(this.#next)
    clearTimeout(this.#later)
  }

  #turn(): void {
    if (this.#store === undefined) {
      if (this.#openFailure?.retryable === true && performance.now() >= this.#retryAtMs)
        this.#open()
    } else if (this.#work(this.#store)) {
      this.#wake()
      return
    }
    this.#later = setTimeout(() => this.#turn(), IDLE_MS)
  }

  /** True if there is more to do at once. */
  #work(store: EmbeddedStore): boolean {
    const hasMore = this.#ingest(store)
    for (const [number, query] of this.#queries) this.#stepQuery(number, query)
    return this.#maintain(store) || hasMore || this.#queries.size > 0
  }

  /** True if there is more to do at once. */
  #maintain(store: EmbeddedStore): boolean {
    const nowMs = performance.now()
    if (nowMs < this.#maintainAtMs) return false
    const sliceMs = this.#queries.size > 0 ? SLICE_MS : QUIET_SLICE_MS
    const isDue = store.maintain(() => performance.now() >= nowMs + sliceMs)
    this.#tellCovered()
    this.#maintainAtMs = isDue ? nowMs : nowMs + MAINTAIN_EVERY_MS
    return isDue
  }

  #ingest(store: EmbeddedStore): boolean {
    const durable = this.#durable
    if (durable === undefined || !store.hasRoom || this.#isAt(durable)) return false
    if (this.#journalFailure !== undefined && performance.now() < this.#retryAtMs) return false
    try {
      const endMs = performance.now() + SLICE_MS
      while (performance.now() < endMs && store.hasRoom) {
        if (!this.#ingestChunk(store, durable)) return false
      }
      this.#journalFailure = undefined
      return store.hasRoom
    } catch (error) {
      if (!(error instanceof JournalError)) throw error
      this.#journalFailure = error
      this.#retryAtMs = performance.now() + RETRY_MS
      return false
    }
  }

  #isAt(durable: Position): boolean {
    return this.#cursor !== 'oldest' && comparePositions(this.#cursor, durable) >= 0
  }

  /** False if the journal has no more records. */
  #ingestChunk(store: EmbeddedStore, durable: Position): boolean {
    let found = false
    for (const { start, end, record } of this.#feed.read(this.#cursor, durable)) {
      found = true
      if (record?.type === 'batch') {
        for (const block of record.batch.blocks) store.write(block, start, record.receivedAtMs)
      }
      this.#cursor = end
      store.advance(end)
    }
    if (!found && !this.#isAt(durable)) {
      // What is left before the durable end is damaged or was released.
      this.#cursor = durable
      store.advance(durable)
    }
    return found
  }

  #stepQuery(number: number, query: RunningQuery): void {
    const endMs = performance.now() + SLICE_MS
    try {
      do {
        const step = query.steps.next()
        if (step.done !== true) continue
        this.#queries.delete(number)
        query.resolve(step.value)
        return
      } while (performance.now() < endMs)
    } catch (error) {
      this.#queries.delete(number)
      query.reject(error)
    }
  }

  #tellCovered(): void {
    const covered = this.#store?.covered
    // What was covered says nothing about this journal before it was compared with its end.
    if (covered === undefined || !this.#isChecked) return
    if (this.#told !== undefined && comparePositions(covered, this.#told) === 0) return
    this.#told = covered
    this.#onCovered(covered)
  }
}

const GIVEN_UP = { zh: '提问者已放弃该查询', en: 'The query was given up by who asked' }

const CLOSED_STATUS: EmbeddedStatus = {
  name: 'embedded',
  ok: false,
  reason: 'The store is not open',
  covered: undefined,
  samplesStored: 0,
  samplesDropped: {},
  seriesActive: 0,
  bytesOnDisk: 0,
  damaged: { files: 0, parts: 0 },
}
