import type { Position } from '@wardround/journal'
import type { AnswerSeries, ProjectLimit, Query, QueryResult, TagFilter } from '@wardround/query'

export interface StoreStatus {
  readonly name: string
  readonly ok: boolean
  /** Why it can't store, in words, when ok is false. */
  readonly reason: string | undefined
  /** Journal records before this are safe in the store. */
  readonly covered: Position | undefined
  /** Journal records before this are answered by queries; undefined: none yet. */
  readonly readUpTo: Position | undefined
  readonly samplesStored: number
  readonly samplesDropped: Readonly<Record<string, number>>
  readonly seriesActive: number
  readonly bytesOnDisk: number
  /** Files that were set aside and parts that were left out because they are damaged, since the start. */
  readonly damaged: { readonly files: number; readonly parts: number }
  /** How often it died and was started again, since the start. */
  readonly restarts: number
  /** Journal records that were passed over because it died of them. */
  readonly skippedRecords: number
}

/** Which series are listed: of whose data, and of one measurement or host where named; all conditions must hold. */
export interface SeriesFilter {
  readonly projects: ProjectLimit
  readonly measurement?: string
  readonly host?: string
  readonly where?: readonly TagFilter[]
}

/** What series exist, for /api/v1/series. */
export interface SeriesListing {
  readonly measurements: readonly {
    readonly measurement: string
    readonly fields: readonly string[]
    readonly tags: Readonly<Record<string, readonly string[]>>
  }[]
}

export interface QueryOptions {
  /** Gives the query up. */
  readonly signal?: AbortSignal | undefined
  /** Each series is a group of its own, with all its tags; `groupBy` is not looked at. */
  readonly eachSeries?: boolean | undefined
}

/** A store as the collector's main thread sees it: a consumer of the journal that answers queries. */
export interface Store extends AsyncDisposable {
  /** The journal is durable up to here: read on. */
  advance(durable: Position): void
  /** Called whenever records before a position have become safe in the store. */
  onCovered(listener: (covered: Position) => void): void
  /** @throws QueryError when the query can't be answered as asked; the signal's reason when it is given up */
  query(query: Query, options?: QueryOptions): Promise<QueryResult>
  /** The same in columns, for those who compute with it. */
  answer(query: Query, options?: QueryOptions): Promise<AnswerSeries[]>
  series(filter: SeriesFilter): Promise<SeriesListing>
  status(): Promise<StoreStatus>
}
