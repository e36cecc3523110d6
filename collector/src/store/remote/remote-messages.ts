import type { Position } from '@wardround/journal'
import type { JournalFeedData } from '../feed/journal-feed.ts'
import type { GivenUp } from './batch-reader.ts'
import type { SendFailure } from './line-sender.ts'
import type { WriteTarget } from './write-target.ts'

/** What the worker of a store outside is started with. */
export interface RemoteWorkerData extends JournalFeedData {
  readonly target: WriteTarget
  /** Everything before it is in the store. */
  readonly from: Position | undefined
}

/** What the worker does when main calls. */
// oxlint-disable-next-line typescript/consistent-type-definitions -- an interface is no CallTable: it has no index signature
export type RemoteCalls = {
  /** The journal is durable up to here. */
  advance(durable: Position): void
  status(): RemoteWorkerStatus
  /** What would be given up that lies before `until` or was received before `receivedMs`. */
  weigh(until: Position, receivedMs: number): Promise<GivenUp | undefined>
  /** Gives up what lies before `end`: the store has been down for too long. */
  passOver(end: Position): Promise<void>
  /** Lines that don't come from the journal. Resolves when all are stored or set aside. */
  write(lines: string): Promise<void>
  close(): Promise<void>
}

export interface RemoteWorkerStatus {
  /** Everything before it is stored or set aside. */
  readonly covered: Position | undefined
  /** Everything before it was taken by the store, though it may still lose the last of it. */
  readonly sent: Position | undefined
  /** When the oldest was received that waits, epoch ms; undefined: nothing waits. */
  readonly waitingSinceMs: number | undefined
  readonly samplesSent: number
  /** Of what was read of the journal; 0 before anything was. */
  readonly samplesPerByte: number
  readonly deadLetters: number
  /** Why nothing gets through now. */
  readonly failure: SendFailure | undefined
  /** Why the journal or the dead letters' file can't be used now. */
  readonly trouble: string | undefined
}
