import type { Batch, BatchId } from '../batch.ts'
import type { SeriesDefinition } from '../shape.ts'

/** First byte of a binary frame. */
export const FRAME_TYPE = { define: 1, batch: 2 } as const

/** New series of a connection. */
export interface DefineFrame {
  readonly type: 'define'
  /** Numbers rise by 1 from the first free one of the connection. */
  readonly definitions: readonly NumberedDefinition[]
}

export interface NumberedDefinition {
  /** Names the series on this connection from now on. */
  readonly number: number
  readonly definition: SeriesDefinition
}

/** A batch; the series in its blocks are numbers of the connection. */
export interface BatchFrame {
  readonly type: 'batch'
  readonly id: BatchId
  /** How old the batch's newest block was when it was sent, by the sender's monotonic clock, in whole ms. */
  readonly ageMs: number
  /**
   * `series` of a block may be the same array in many frames (a connection repeats its lists): never write to it; it may serve
   * as the key of a WeakMap. `values` is fresh. Where there are problems, what they name is left out.
   */
  readonly batch: Batch
  /** Why the batch can't be accepted though its frame is well formed; empty for a good one. */
  readonly problems: readonly BatchProblem[]
}

export interface BatchProblem {
  readonly code: BatchProblemCode
  readonly detail: string
}

export type BatchProblemCode =
  /** A series number that was never defined on this connection. */
  | 'UNKNOWN_SERIES'
  /** NaN or an infinity. */
  | 'NOT_A_NUMBER'
  /** The series of one block belong to different subjects. */
  | 'MIXED_SUBJECTS'
  /** A time above MAX_TIME_MS. */
  | 'TIME_OUT_OF_RANGE'
  /** A body is not JSON, or nested deeper than MAX_JSON_DEPTH. */
  | 'BODY_INVALID'
