import type { Position } from '@wardround/journal'
import type { AnswerSeries, Query } from '@wardround/query'
import type { SeriesFilter, SeriesListing } from '../store.ts'
import type { JournalFeedData } from '../feed/journal-feed.ts'
import type { EmbeddedStatus } from './embedded-store.ts'
import type { QueryBounds } from './query-plan.ts'
import type { Retention } from './retention.ts'

/** What the store's worker is started with. */
export interface StoreWorkerData extends JournalFeedData {
  readonly retention: Retention
  readonly bounds: QueryBounds
}

/** What the worker does when main calls. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- an interface is no CallTable: it has no index signature
export type StoreCalls = {
  /** The journal is durable up to here. */
  advance(durable: Position): void
  /** `number` names the query for `abort`. */
  query(number: number, query: Query, eachSeries: boolean): Promise<AnswerSeries[]>
  abort(number: number): void
  series(filter: SeriesFilter): SeriesListing
  status(): WorkerStatus
  /** Seals and commits all and closes the files; nothing is called afterwards. */
  close(): void
}

export interface WorkerStatus extends EmbeddedStatus {
  /** End of what was read of the journal; undefined: nothing yet. */
  readonly readUpTo: Position | undefined
}
