import type { Position } from '@wardround/journal'
import type { Worker } from 'node:worker_threads'
import { toWorkerStartError } from '../../errors.ts'
import { openCaller, WorkerCallError } from '../../workers/worker-calls.ts'
import type { Caller } from '../../workers/worker-calls.ts'
import { startWorker } from '../../workers/worker.ts'
import { QueryError, toQueryResult } from '@wardround/query'
import type { Query, QueryResult } from '@wardround/query'
import type { SeriesFilter, SeriesListing, Store, StoreStatus } from '../store.ts'
import { DEFAULT_BOUNDS } from './query-plan.ts'
import type { QueryBounds } from './query-plan.ts'
import type { Retention } from './retention.ts'
import type { CoveredMessage, StoreCalls, StoreWorkerData } from './store-messages.ts'
import { WorkerDeaths } from './worker-deaths.ts'
import type { ErrorLog } from './worker-deaths.ts'

export interface OpenEmbeddedStoreOptions {
  /** Where the store keeps its files; made if it isn't there. */
  readonly directory: string
  /** The collector's journal, which the store reads by itself up to what `advance` names. */
  readonly journalDirectory: string
  readonly retention: Retention
  readonly bounds?: Partial<QueryBounds>
  readonly log: ErrorLog
  /** For tests of faults. */
  readonly startWorker?: (data: StoreWorkerData) => Worker
}

/** A worker that died is started again after so long; it goes on from what it had covered. */
const RESTART_MS = 1_000

/**
 * Starts the embedded store in a worker thread. It answers as soon as this resolves, also while it catches up with the journal.
 * @throws StartError when the worker ends before it has answered
 */
export async function openEmbeddedStore(options: OpenEmbeddedStoreOptions): Promise<Store> {
  const store = new WorkerStore(options)
  try {
    await store.start()
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw toWorkerStartError('STORE_NOT_OPENED', options.directory, error)
  }
}

/** The worker is told so often how far it may read: each look at the journal costs it more than some records do. */
const ADVANCE_EVERY_MS = 100

/** Nearly all that the store allocates is gone at once: a young generation of 48 MB, Node's default, would only fill memory. */
const LIMITS = { maxYoungGenerationSizeMb: 12 }

class WorkerStore implements Store {
  readonly #options: OpenEmbeddedStoreOptions
  readonly #deaths: WorkerDeaths
  readonly #listeners: ((covered: Position) => void)[] = []
  #worker: Worker
  #caller: Caller<StoreCalls>
  #durable: Position | undefined
  /** What the worker has heard of it, and when. */
  #toldDurable: Position | undefined
  #toldAtMs = -Infinity
  #telling: NodeJS.Timeout | undefined
  #queries = 0
  #hasStarted = false
  #isClosing = false
  #restart: NodeJS.Timeout | undefined

  constructor(options: OpenEmbeddedStoreOptions) {
    this.#options = options
    this.#deaths = new WorkerDeaths(options.log)
    this.#worker = this.#start()
    this.#caller = openCaller(this.#worker)
  }

  /** Resolves when the worker answers; one that dies before that is not started again. */
  async start(): Promise<void> {
    await this.status()
    this.#hasStarted = true
  }

  advance(durable: Position): void {
    this.#durable = durable
    const inMs = Math.max(0, this.#toldAtMs + ADVANCE_EVERY_MS - performance.now())
    this.#telling ??= setTimeout(() => this.#tellDurable(), inMs)
  }

  onCovered(listener: (covered: Position) => void): void {
    this.#listeners.push(listener)
  }

  async query(
    query: Query,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<QueryResult> {
    signal?.throwIfAborted()
    this.#tellDurable()
    const number = ++this.#queries
    const answer = this.#caller.call('query', number, query).catch(toOwnError)
    if (signal === undefined) return toQueryResult(await answer)
    const givenUp = Promise.withResolvers<never>()
    const abort = (): void => {
      this.#caller.call('abort', number).catch(() => {})
      givenUp.reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return toQueryResult(await Promise.race([answer, givenUp.promise]))
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  series(filter: SeriesFilter): Promise<SeriesListing> {
    this.#tellDurable()
    return this.#caller.call('series', filter)
  }

  async status(): Promise<StoreStatus> {
    const own = await this.#caller.call('status')
    const deaths = this.#deaths
    deaths.hasRead(own.readUpTo)
    const status = { ...own, restarts: deaths.count, skippedRecords: deaths.skippedRecords }
    if (deaths.reason === undefined) return status
    const reason = `It died and reads the journal again: ${deaths.reason}`
    return { ...status, ok: false, reason: own.reason ?? reason }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    clearTimeout(this.#restart)
    clearTimeout(this.#telling)
    try {
      await this.#caller.call('close')
    } catch {
      // The worker is gone: what it had committed is on disk, the rest in the journal.
    }
    await this.#worker.terminate()
  }

  /** Tells the worker what is durable now, where it has not heard of it. */
  #tellDurable(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const durable = this.#durable
    if (durable === undefined || durable === this.#toldDurable) return
    this.#toldDurable = durable
    this.#toldAtMs = performance.now()
    // Nobody waits for it: a worker that is gone hears it when it is back.
    this.#caller.call('advance', durable).catch(() => {})
  }

  #start(): Worker {
    const { directory, journalDirectory, retention, bounds } = this.#options
    const data: StoreWorkerData = {
      directory,
      journalDirectory,
      retention,
      bounds: { ...DEFAULT_BOUNDS, ...bounds },
      marker: this.#deaths.marker.buffer,
      skip: this.#deaths.skip,
    }
    const worker = this.#options.startWorker?.(data) ?? startWorker('store', data, LIMITS)
    worker.on('message', (message: unknown) => {
      if (isCovered(message)) for (const listener of this.#listeners) listener(message.covered)
    })
    worker.on('error', (error) => this.#onGone(worker, error))
    worker.on('exit', (code) =>
      this.#onGone(worker, new Error(`The store's worker ended with code ${code}`)),
    )
    return worker
  }

  #onGone(worker: Worker, reason: unknown): void {
    // A worker tells its error and then its exit: one death.
    if (worker !== this.#worker || this.#restart !== undefined) return
    const error = reason instanceof Error ? reason : new Error(String(reason))
    this.#caller.fail(error)
    if (this.#isClosing || !this.#hasStarted) return
    this.#deaths.note(error, this.#durable)
    this.#restart = setTimeout(() => {
      this.#restart = undefined
      this.#worker = this.#start()
      this.#caller = openCaller(this.#worker)
      this.#toldDurable = undefined
      this.#tellDurable()
    }, RESTART_MS)
  }
}

/** An error of the worker as the one that was thrown there, where callers know it. */
function toOwnError(error: unknown): never {
  if (error instanceof WorkerCallError && error.kind === 'QueryError') {
    throw new QueryError(error.text, { cause: error })
  }
  throw error
}

function isCovered(message: unknown): message is CoveredMessage {
  return typeof message === 'object' && message !== null && 'covered' in message
}
