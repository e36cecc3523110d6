import type { Position } from './position.ts'

/** Identity of one segment while it is written: a fresh object per segment, so that it can be the key of a WeakMap. */
export interface SegmentKey {
  readonly segment: number
}

/** Where a record lies. */
export interface RecordSpan {
  /** Where this record starts. */
  readonly start: Position
  /** Where the next record starts: what a consumer stores as its cursor after handling this one. */
  readonly end: Position
}

/** A record as it is read back. The payload is a view of a buffer that is never written again: it may be kept (and then keeps up to 256 KiB alive). */
export interface JournalRecord extends RecordSpan {
  readonly payload: Uint8Array
}
