import type { JournalErrorCode } from './errors.ts'
import type { Position } from './position.ts'

/** What a journal says of itself. Cheap: nothing is read for it. */
export interface JournalStatus {
  /** What the segments take of the disk. */
  readonly bytes: number
  readonly segments: number
  /** Where the oldest record starts; equal to `durable` when there is none. */
  readonly oldest: Position
  /** End of what is on stable storage. */
  readonly durable: Position
  /** Records that were appended and are neither durable nor rejected yet. */
  readonly pendingRecords: number
  /** Records found to be lost to damage since open, records of segments that are missing between others included. Each is counted once, when it is read over. */
  readonly corruptRecords: number
  readonly corruptBytes: number
  /** Bytes in `quarantine/`, segments of unknown versions included. */
  readonly quarantinedBytes: number
  /** Segments dropped for bytes or age since open. */
  readonly droppedSegments: number
  /** Writes and syncs that failed since open, also where the records could then be written to a new segment: the disk wants a look. */
  readonly failedWrites: number
  /** What stops writing now, if anything; cleared by the next success. */
  readonly failure: { readonly code: JournalErrorCode; readonly message: string } | undefined
}
