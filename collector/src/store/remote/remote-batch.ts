import type { Position } from '@wardround/journal'

/** Lines of one stretch of the journal, ready to be sent. */
export interface RemoteBatch {
  /** Lines joined by line ends. */
  readonly lines: string
  readonly samples: number
  /** Samples of fields that the store refuses now, by `measurement.field`: lines of one sample each. */
  readonly suspects: ReadonlyMap<string, readonly string[]>
  /** What it takes of the journal. */
  readonly bytes: number
  /** Where the journal goes on behind it. */
  readonly end: Position
  /** When the oldest of it was received, epoch ms. */
  readonly receivedAtMs: number
}
