/**
 * A durable FIFO of opaque records in segment files; one writer. CONTRACT: the public face of the package.
 *
 * On disk: a directory of files `<first record number, 16 hex digits>.seg`; each starts with a header (magic, format
 * version) and holds frames `length u32 LE, CRC32C u32 LE, payload`. A torn tail is cut at open; a corrupt record is
 * skipped, counted and its bytes are kept in `quarantine/` (at most 8 MB). A segment of an unknown format version is
 * moved to quarantine, never deleted. There is no checkpoint file: consumers keep their own positions, the owner calls release().
 */

/** A place between records: comparable by (segment, offset). `segment` is the number in the file's name. */
export interface Position {
  readonly segment: number
  readonly offset: number
}

/** Identity of the open segment: a fresh object per segment, usable as a WeakMap key. */
export interface SegmentKey {
  readonly segment: number
}

export interface JournalRecord {
  readonly payload: Uint8Array
  /** Where this record starts. */
  readonly start: Position
  /** Where the next record starts: what a consumer stores as its cursor after handling this one. */
  readonly end: Position
}

export type JournalErrorCode =
  | 'JOURNAL_FULL' // whenFull: 'refuse' and the bound is reached
  | 'JOURNAL_NO_SPACE' // ENOSPC, EDQUOT, or the reserve of the file system is reached
  | 'JOURNAL_READ_ONLY' // EROFS, EACCES, EPERM
  | 'JOURNAL_IO' // EIO, EMFILE and others
  | 'JOURNAL_TOO_LARGE' // one record larger than a segment
  | 'JOURNAL_CLOSED'

export interface JournalOptions {
  readonly directory: string
  /** A new segment is started when the open one would grow past this. Default 16 MiB. */
  readonly segmentBytes?: number
  /** Bound of all segments together. */
  readonly maxBytes: number
  /** Segments whose newest record is older are dropped (by the injected clock; Infinity: never). */
  readonly maxAgeMs: number
  /** What to do at maxBytes: drop the oldest segment (agent) or refuse the append (collector). */
  readonly whenFull: 'drop-oldest' | 'refuse'
  /** Never use the last of the file system: the larger of the two. Default {fraction: 0.05, bytes: 512 MB}. */
  readonly reserve?: { readonly fraction: number; readonly bytes: number }
  /** At least this long between fdatasyncs (0: as fast as the disk answers; group commit in any case). */
  readonly syncEveryMs?: number
  /** Called before a segment is dropped for bytes or age, with its records still readable, so that the owner can count them. */
  readonly onDrop?: (segment: {
    readonly segment: number
    readonly bytes: number
    records(): Iterable<JournalRecord>
  }) => void
  readonly files?: unknown // FileLayer: see file-layer.ts
  readonly nowMs?: () => number
}

export interface JournalStatus {
  readonly bytes: number
  readonly segments: number
  readonly oldest: Position
  /** End of what is on stable storage. */
  readonly durable: Position
  readonly corruptRecords: number
  readonly corruptBytes: number
  readonly quarantinedBytes: number
  readonly droppedSegments: number
  /** The error that stops writing now, if any; cleared by the next success. */
  readonly failure: { readonly code: JournalErrorCode; readonly message: string } | undefined
}

export interface JournalContract extends AsyncDisposable {
  /**
   * Appends one record; resolves with its positions once it is on stable storage (fdatasync of the segment; of the directory for a new file).
   * `build` is called synchronously, exactly once, with the segment that the record goes to, so the owner can write
   * definitions once per segment. After a failed write or fsync the segment is closed and never trusted again: records of it whose
   * fsync never succeeded are rewritten from memory to a new segment (build is NOT called again if possible; else `rebuild`), or the promise rejects.
   * @throws JournalError (code, retryable)
   */
  append(build: (segment: SegmentKey) => Uint8Array): Promise<JournalRecord>
  /** Durable records from a position on (or the oldest), in order, up to what is durable now; a position outside is clamped. Damaged records are skipped. */
  read(from: Position | 'oldest'): AsyncIterable<JournalRecord>
  /** Everything before this position is no longer needed: whole segments before it are deleted. */
  release(before: Position): Promise<void>
  status(): JournalStatus
  /** Resolves when all that was appended is durable (or has failed). */
  flush(): Promise<void>
}
