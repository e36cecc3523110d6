import type { Position } from '@wardround/journal'
import type { Worker } from 'node:worker_threads'
import type { JournalFeedData } from './journal-feed.ts'
import { type ErrorLog, WorkerDeaths } from './worker-deaths.ts'

/** What a worker says by itself: records before this are safe. */
export interface CoveredMessage {
  readonly covered: Position
}

/** What is asked of each worker that reads the journal, whatever else it serves. */
export interface FedCalls {
  /** The journal is durable up to here: read on. */
  advance(durable: Position): Promise<unknown>
  /** Nothing is called afterwards. */
  close(): Promise<unknown>
  /** Rejects all calls that are pending: the worker is gone. */
  fail(reason: Error): void
}

export interface FedWorkerParts {
  readonly log: ErrorLog
  /** Starts the worker with what it must know of the journal. */
  start(feed: Pick<JournalFeedData, 'marker' | 'skip'>): Worker
  /** Opens the calls of a worker that was started. */
  connect(worker: Worker): FedCalls
  onCovered(covered: Position): void
}

/** A worker that died is started again after so long; it goes on from what it had covered. */
const RESTART_MS = 1_000
/** The worker is told so often how far it may read: each look at the journal costs it more than some records do. */
const ADVANCE_EVERY_MS = 100

/** A worker thread that reads the journal, as the main thread sees it: told how far it may read, and started again when it died. */
export class FedWorker implements AsyncDisposable {
  readonly deaths: WorkerDeaths
  readonly #parts: FedWorkerParts
  #worker: Worker
  #calls: FedCalls
  #durable: Position | undefined
  /** What the worker has heard of it, and when. */
  #toldDurable: Position | undefined
  #toldAtMs = -Infinity
  #telling: NodeJS.Timeout | undefined
  #hasAnswered = false
  #isClosing = false
  #restart: NodeJS.Timeout | undefined

  constructor(parts: FedWorkerParts) {
    this.#parts = parts
    this.deaths = new WorkerDeaths(parts.log)
    this.#worker = this.#start()
    this.#calls = parts.connect(this.#worker)
  }

  /** It has answered: from now on it is started again when it dies. */
  hasAnswered(): void {
    this.#hasAnswered = true
  }

  advance(durable: Position): void {
    this.#durable = durable
    const inMs = Math.max(0, this.#toldAtMs + ADVANCE_EVERY_MS - performance.now())
    this.#telling ??= setTimeout(() => this.tellDurable(), inMs)
  }

  /** Tells the worker at once what is durable, where it has not heard of it. */
  tellDurable(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    const durable = this.#durable
    if (durable === undefined || durable === this.#toldDurable) return
    this.#toldDurable = durable
    this.#toldAtMs = performance.now()
    // Nobody waits for it: a worker that is gone hears it when it is back.
    this.#calls.advance(durable).catch(() => {})
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    clearTimeout(this.#restart)
    clearTimeout(this.#telling)
    try {
      await this.#calls.close()
    } catch {
      // The worker is gone: what it had covered is safe, the rest in the journal.
    }
    await this.#worker.terminate()
  }

  #start(): Worker {
    const parts = this.#parts
    const worker = parts.start({ marker: this.deaths.marker.buffer, skip: this.deaths.skip })
    worker.on('message', (message: unknown) => {
      if (isCovered(message)) parts.onCovered(message.covered)
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
    this.#calls.fail(error)
    if (this.#isClosing || !this.#hasAnswered) return
    this.deaths.note(error, this.#durable)
    this.#restart = setTimeout(() => {
      this.#restart = undefined
      this.#worker = this.#start()
      this.#calls = this.#parts.connect(this.#worker)
      this.#toldDurable = undefined
      this.tellDurable()
    }, RESTART_MS)
  }
}

function isCovered(message: unknown): message is CoveredMessage {
  return typeof message === 'object' && message !== null && 'covered' in message
}
