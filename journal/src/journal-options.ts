import { resolve } from 'node:path'
import { systemFiles } from './file-layer.ts'
import type { FileLayer } from './file-layer.ts'
import { MAX_SEGMENT_BYTES } from './frame.ts'
import type { JournalRecord, SegmentKey } from './journal-record.ts'

/** A segment that is about to be lost to a bound, its records still readable. */
export interface DroppedSegment {
  readonly segment: number
  /** The bound that it is lost to: `maxBytes` or `maxAgeMs`. */
  readonly reason: 'bytes' | 'age'
  readonly bytes: number
  records(): Iterable<JournalRecord>
}

export interface JournalOptions {
  /** Made at the first append if it doesn't exist. One process writes; others may read. */
  readonly directory: string
  /** A new segment is started when the open one would grow past this. Default 16 MiB; never more than a quarter of a `maxBytes` that is a number. */
  readonly segmentBytes?: number
  /** Bound of what all segments take of the disk (whole blocks of 4 KiB). A function where several journals share one bound: asked at each commit. */
  readonly maxBytes: number | (() => number)
  /** Segments whose newest record is older are dropped, by the journal's own clock (journal-clock.ts). Infinity: never. */
  readonly maxAgeMs: number
  /** What to do at maxBytes: drop the oldest segment (agent) or refuse the append with JOURNAL_FULL (collector). */
  readonly whenFull: 'drop-oldest' | 'refuse'
  /**
   * What release() does when everything has been released. `keep` (default): the newest segment stays, and with it the numbering. `delete`: it is deleted too, so that a journal
   * that has done its work leaves nothing behind to be read again after a restart; no position may then be kept over a restart.
   */
  readonly whenDrained?: 'keep' | 'delete'
  /** Never use the last of the file system: the larger of the two. Default 5 % and 512 MB. */
  readonly reserve?: { readonly fraction: number; readonly bytes: number }
  /** At least this long between commits (default 0: as fast as the disk answers; group commit in any case). */
  readonly syncEveryMs?: number
  /** Highest segment that any stored position names: new segments are numbered above it, so that a position that outlived its journal hides no record. */
  readonly afterSegment?: number
  /** Payload of the record that each new segment starts with, if any. Called before the first `build` with the same key. */
  readonly segmentHead?: (segment: SegmentKey) => Uint8Array
  /** Called once before a segment is dropped for bytes or age, so that the owner can count its records. Released segments are not dropped. */
  readonly onDrop?: (segment: DroppedSegment) => void
  /** Default: the operating system's files. */
  readonly files?: FileLayer
  /** Wall clock, epoch ms. Default Date.now. */
  readonly nowMs?: () => number
  /** Default performance.now. */
  readonly monotonicMs?: () => number
}

const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024
const DEFAULT_RESERVE = { fraction: 0.05, bytes: 512_000_000 } as const
/** A segment gets no more records once it has been open for this part of the maximum age, so that ages are told to that precision. */
const SEGMENTS_PER_AGE = 16
/** A bound must leave room for whole segments to come and go. */
const SEGMENTS_PER_JOURNAL = 4

type Optional = 'afterSegment' | 'segmentHead' | 'onDrop'

/** Options with every default filled in. */
export type ResolvedJournalOptions = Required<Omit<JournalOptions, Optional>> & {
  readonly afterSegment: number
  readonly segmentHead: JournalOptions['segmentHead']
  readonly onDrop: JournalOptions['onDrop']
  /** How long a segment gets records. */
  readonly segmentSpanMs: number
}

export function resolveJournalOptions(options: JournalOptions): ResolvedJournalOptions {
  return {
    whenDrained: 'keep',
    reserve: DEFAULT_RESERVE,
    syncEveryMs: 0,
    afterSegment: 0,
    files: systemFiles,
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    segmentHead: undefined,
    onDrop: undefined,
    ...options,
    directory: resolve(options.directory),
    segmentBytes: segmentBytesOf(options),
    segmentSpanMs: options.maxAgeMs / SEGMENTS_PER_AGE,
  }
}

function segmentBytesOf({
  segmentBytes = DEFAULT_SEGMENT_BYTES,
  maxBytes,
}: JournalOptions): number {
  const most = typeof maxBytes === 'number' ? maxBytes / SEGMENTS_PER_JOURNAL : MAX_SEGMENT_BYTES
  return Math.floor(Math.min(segmentBytes, most, MAX_SEGMENT_BYTES))
}
