import type { Position } from '@wardround/journal'
import { type Caller, openCaller } from '../../workers/worker-calls.ts'
import { startWorker } from '../../workers/worker.ts'
import { FedWorker } from '../feed/fed-worker.ts'
import type { ErrorLog } from '../feed/worker-deaths.ts'
import type { GivenUp } from './batch-reader.ts'
import type { RemoteStoreSettings } from './read-stores.ts'
import type { RemoteCalls, RemoteWorkerData, RemoteWorkerStatus } from './remote-messages.ts'

/** Texts of lines are gone at once. */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 }

export interface OpenRemoteStoreOptions {
  readonly settings: RemoteStoreSettings
  /** Where it keeps what the store refused; made when there is something. */
  readonly directory: string
  readonly journalDirectory: string
  /** Everything before it is in the store. */
  readonly from: Position | undefined
  readonly log: ErrorLog
  onCovered(covered: Position): void
}

/** A store outside, as the main thread sees it: a worker thread that reads the journal and writes it there. */
export class RemoteStore implements AsyncDisposable {
  readonly settings: RemoteStoreSettings
  readonly #worker: FedWorker
  #caller!: Caller<RemoteCalls>
  #covered: Position | undefined

  constructor(options: OpenRemoteStoreOptions) {
    const { settings, directory, journalDirectory, log } = options
    this.settings = settings
    this.#covered = options.from
    this.#worker = new FedWorker({
      log,
      start: (feed) => {
        const data: RemoteWorkerData = {
          directory,
          journalDirectory,
          target: settings.target,
          from: this.#covered,
          ...feed,
        }
        return startWorker('remote', data, LIMITS)
      },
      connect: (worker) => {
        const caller = openCaller<RemoteCalls>(worker)
        this.#caller = caller
        return {
          advance: (durable) => caller.call('advance', durable),
          close: () => caller.call('close'),
          fail: (reason) => caller.fail(reason),
        }
      },
      onCovered: (covered) => {
        this.#covered = covered
        options.onCovered(covered)
      },
    })
    this.#worker.hasAnswered()
  }

  /** Everything before it is stored or set aside. */
  get covered(): Position | undefined {
    return this.#covered
  }

  /** How often its worker died since the start. */
  get restarts(): number {
    return this.#worker.deaths.count
  }

  advance(durable: Position): void {
    this.#worker.advance(durable)
  }

  /** Rejects while the worker is gone. */
  status(): Promise<RemoteWorkerStatus> {
    return this.#caller.call('status')
  }

  /** What would be given up that lies before `until` or was received before `receivedMs`; undefined where that is nothing. */
  weigh(until: Position, receivedMs: number): Promise<GivenUp | undefined> {
    return this.#caller.call('weigh', until, receivedMs)
  }

  /** Gives up what lies before `end`. */
  passOver(end: Position): Promise<void> {
    return this.#caller.call('passOver', end)
  }

  /** Lines that don't come from the journal. Resolves when all are stored or set aside. */
  write(lines: string): Promise<void> {
    return this.#caller.call('write', lines)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#worker[Symbol.asyncDispose]()
  }
}
