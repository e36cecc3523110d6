import type { TimeRange } from '../conditions/time-range.ts'
import type { FillOption } from '../language/syntax.ts'
import type { Pace } from '../pace.ts'
import type { Span } from './data-source.ts'
import type { Interval } from './dimensions.ts'
import type { StoreReader } from './measurement-source.ts'
import type { TimeGrid } from './time-grid.ts'

/** What every SELECT of a request is run with. */
export interface SelectContext extends StoreReader {
  readonly nowMs: number
  readonly pace: Pace
  /** Counts values of the answer, and throws when there are too many. */
  readonly count: (values: number) => void
}

/** What a sub-query takes over from the query around it. */
export interface ParentQuery {
  readonly range: TimeRange
  readonly interval: Interval | undefined
  readonly tags: readonly string[]
}

/** Over which times and windows a SELECT computes. */
export interface Frame {
  readonly span: Span
  /** Nothing before is looked at, though a function looks back: the beginning of the query around it. */
  readonly cutMs: number
  /** False where the times have no beginning but that of the data. */
  readonly hasBeginning: boolean
  readonly grid: TimeGrid | undefined
  readonly isGridInherited: boolean
  readonly fill: FillOption
}
