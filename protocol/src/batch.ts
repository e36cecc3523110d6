/** Names a batch for ever: one run of one agent's process, and its place in it. */
export interface BatchId {
  /** 64 random bits of the agent's process as 16 lower-case hex digits. */
  readonly epoch: string
  /** From 1, rising by 1. */
  readonly sequence: number
}

/** Samples of one subject at one time. `series` holds numbers of a SeriesTable; both arrays have one length. */
export interface SampleBlock {
  /** Host or device; '' = the sending agent's own host. */
  readonly subject: string
  /** Epoch milliseconds, UTC. */
  readonly timeMs: number
  readonly series: Uint32Array
  readonly values: Float64Array
}

/** Something that happened. Storing it twice under one key changes nothing. */
export interface EventItem {
  readonly subject: string
  readonly timeMs: number
  readonly key: string
  /** What kind of event, e.g. `log`, `trap`. */
  readonly kind: string
  readonly body: JsonValue
}

/** A text fact: inventory is kept with its history, a snapshot replaces the one before. */
export interface DocumentItem {
  readonly subject: string
  readonly timeMs: number
  /** e.g. `hardware`, `top_processes`. */
  readonly name: string
  readonly keep: 'history' | 'newest'
  readonly body: JsonValue
}

/** All that one interval gave, sent and stored as one unit. */
export interface Batch {
  readonly blocks: readonly SampleBlock[]
  readonly events: readonly EventItem[]
  readonly documents: readonly DocumentItem[]
}

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
