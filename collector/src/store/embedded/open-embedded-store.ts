import type { Position } from '@wardround/journal'
import type { Worker } from 'node:worker_threads'
import { toWorkerStartError } from '../../errors.ts'
import { openCaller, WorkerCallError } from '../../workers/worker-calls.ts'
import type { Caller } from '../../workers/worker-calls.ts'
import { startWorker } from '../../workers/worker.ts'
import { QueryError, toQueryResult } from '@wardround/query'
import type { AnswerSeries, Query, QueryResult } from '@wardround/query'
import type { QueryOptions, SeriesFilter, SeriesListing, Store, StoreStatus } from '../store.ts'
import { type FedCalls, FedWorker } from '../feed/fed-worker.ts'
import type { ErrorLog } from '../feed/worker-deaths.ts'
import { DEFAULT_BOUNDS } from './query-plan.ts'
import type { QueryBounds } from './query-plan.ts'
import type { Retention } from './retention.ts'
import type { StoreCalls, StoreWorkerData } from './store-messages.ts'

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

/** Nearly all that the store allocates is gone at once: a young generation of 48 MB, Node's default, would only fill memory. */
const LIMITS = { maxYoungGenerationSizeMb: 12 }

class WorkerStore implements Store {
  readonly #worker: FedWorker
  readonly #listeners: ((covered: Position) => void)[] = []
  #caller!: Caller<StoreCalls>
  #queries = 0

  constructor(options: OpenEmbeddedStoreOptions) {
    this.#worker = new FedWorker({
      log: options.log,
      start: (feed) => start(options, feed),
      connect: (worker) => this.#connect(worker),
      onCovered: (covered) => {
        for (const listener of this.#listeners) listener(covered)
      },
    })
  }

  /** Resolves when the worker answers; one that dies before that is not started again. */
  async start(): Promise<void> {
    await this.status()
    this.#worker.hasAnswered()
  }

  advance(durable: Position): void {
    this.#worker.advance(durable)
  }

  onCovered(listener: (covered: Position) => void): void {
    this.#listeners.push(listener)
  }

  async query(query: Query, options?: QueryOptions): Promise<QueryResult> {
    return toQueryResult(await this.answer(query, options))
  }

  async answer(
    query: Query,
    { signal, eachSeries = false }: QueryOptions = {},
  ): Promise<AnswerSeries[]> {
    signal?.throwIfAborted()
    this.#worker.tellDurable()
    const number = ++this.#queries
    const answer = this.#caller.call('query', number, query, eachSeries).catch(toOwnError)
    if (signal === undefined) return await answer
    const givenUp = Promise.withResolvers<never>()
    const abort = (): void => {
      this.#caller.call('abort', number).catch(() => {})
      givenUp.reject(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([answer, givenUp.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  series(filter: SeriesFilter): Promise<SeriesListing> {
    this.#worker.tellDurable()
    return this.#caller.call('series', filter)
  }

  async status(): Promise<StoreStatus> {
    const own = await this.#caller.call('status')
    const { deaths } = this.#worker
    deaths.hasRead(own.readUpTo)
    const status = { ...own, restarts: deaths.count, skippedRecords: deaths.skippedRecords }
    if (deaths.reason === undefined) return status
    const reason = `It died and reads the journal again: ${deaths.reason}`
    return { ...status, ok: false, reason: own.reason ?? reason }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#worker[Symbol.asyncDispose]()
  }

  #connect(worker: Worker): FedCalls {
    const caller = openCaller<StoreCalls>(worker)
    this.#caller = caller
    return {
      advance: (durable) => caller.call('advance', durable),
      close: () => caller.call('close'),
      fail: (reason) => caller.fail(reason),
    }
  }
}

function start(
  {
    directory,
    journalDirectory,
    retention,
    bounds,
    startWorker: startOther,
  }: OpenEmbeddedStoreOptions,
  feed: Pick<StoreWorkerData, 'marker' | 'skip'>,
): Worker {
  const data: StoreWorkerData = {
    directory,
    journalDirectory,
    retention,
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    ...feed,
  }
  return startOther?.(data) ?? startWorker('store', data, LIMITS)
}

/** An error of the worker as the one that was thrown there, where callers know it. */
function toOwnError(error: unknown): never {
  if (error instanceof WorkerCallError && error.kind === 'QueryError') {
    throw new QueryError(error.text, { cause: error })
  }
  throw error
}
