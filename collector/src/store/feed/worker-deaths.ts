import { comparePositions } from '@wardround/journal'
import type { Position } from '@wardround/journal'
import { RecordMarker } from './record-marker.ts'

/** A record that the worker had in hand so often when it died is passed over. */
const MAX_DEATHS = 2
/** Records that are remembered; older ones lie behind what is covered long since. */
const MAX_REMEMBERED = 1_000

/** The part of a Logger that is used here. */
export interface ErrorLog {
  error(details: object, message: string): void
}

interface FatalRecord {
  readonly position: Position
  deaths: number
}

/** What is known of the deaths of the store's worker: how many, of what, and whether it has made up for the last. */
export class WorkerDeaths {
  readonly marker = new RecordMarker()
  readonly #log: ErrorLog
  readonly #fatal = new Map<string, FatalRecord>()
  #count = 0
  #skipped = 0
  #last: { readonly message: string; readonly durable: Position | undefined } | undefined

  constructor(log: ErrorLog) {
    this.#log = log
  }

  get count(): number {
    return this.#count
  }

  /** Records passed over since the start. */
  get skippedRecords(): number {
    return this.#skipped
  }

  /** Where the records start that the next worker passes over. */
  get skip(): readonly Position[] {
    return [...this.#fatal.values()]
      .filter(({ deaths }) => deaths >= MAX_DEATHS)
      .map(({ position }) => position)
  }

  /** Why the worker died, until it has read the journal again as far as it went then. */
  get reason(): string | undefined {
    return this.#last?.message
  }

  /** The worker died; the journal was durable up to `durable`. Logged when it is for another reason than the last time. */
  note(error: Error, durable: Position | undefined): void {
    this.#count++
    const { position } = this.marker
    if (error.message !== this.#last?.message) {
      this.#log.error({ err: error, record: position }, 'the store died; it is started again')
    }
    this.#last = { message: error.message, durable }
    if (position !== undefined) this.#blame(position)
    this.marker.clear()
  }

  /** The worker has read the journal up to here. */
  hasRead(position: Position | undefined): void {
    const durable = this.#last?.durable
    if (durable === undefined) this.#last = undefined
    else if (position !== undefined && comparePositions(position, durable) >= 0)
      this.#last = undefined
  }

  #blame(position: Position): void {
    const key = `${position.segment}:${position.offset}`
    const record = this.#fatal.get(key) ?? { position, deaths: 0 }
    this.#fatal.set(key, record)
    record.deaths++
    if (record.deaths === MAX_DEATHS) {
      this.#skipped++
      this.#log.error({ record: position }, 'a record that the store died of twice is passed over')
    }
    for (const oldest of this.#fatal.keys()) {
      if (this.#fatal.size <= MAX_REMEMBERED) return
      this.#fatal.delete(oldest)
    }
  }
}
