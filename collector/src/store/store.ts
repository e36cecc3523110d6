import type { Position } from '@wardround/journal'
import type { Query, QueryResult, SeriesListing } from './query.ts'

export interface StoreStatus {
  readonly name: string
  readonly ok: boolean
  /** Why it can't store, in words, when ok is false. */
  readonly reason: string | undefined
  /** Journal records before this are safe in the store. */
  readonly covered: Position | undefined
  readonly samplesStored: number
  readonly samplesDropped: Readonly<Record<string, number>>
  readonly seriesActive: number
  readonly bytesOnDisk: number
}

/** A store as the collector's main thread sees it: a consumer of the journal that answers queries. */
export interface Store extends AsyncDisposable {
  /** The journal is durable up to here: read on. */
  advance(durable: Position): void
  /** Called whenever records before a position have become safe in the store. */
  onCovered(listener: (covered: Position) => void): void
  query(query: Query): Promise<QueryResult>
  series(filter: { readonly measurement?: string; readonly host?: string }): Promise<SeriesListing>
  status(): Promise<StoreStatus>
}
