import type { LocalizedText } from '@wardround/protocol'
import type { Clocks } from '../../clocks.ts'
import type { ReadBounds } from './log-follower.ts'
import type { ReadRecord } from './log-records.ts'
import type { LogRule } from './log-rule.ts'
import type { FollowedLog } from './watch-log.ts'

/** A log of an entry, and how to read what is new of it. */
export interface WatchedLog {
  readonly follower: FollowedLog
  read(
    onRecord: (record: ReadRecord) => void,
    bounds: ReadBounds,
    remark: (text: LocalizedText) => void,
  ): Promise<void>
}

/** What the probe of logs reads through. */
export interface LogSession {
  /** Of the entry. */
  readonly name: string
  readonly rules: readonly LogRule[]
  /** What a person should know of the rules. */
  readonly notes: readonly LocalizedText[]
  readonly excerpt: boolean
  logs(): Promise<readonly WatchedLog[]>
  /** What one run may read of one log: bytes, and time, which begins with the first reading. */
  bounds(signal: AbortSignal): ReadBounds
}

/** A log that has more than that to be read is read on by the next run. */
const LONGEST_MS = 2_000

/** Bounds whose time begins when it is first asked whether it is over. */
export function makeBounds(
  maxBytes: number,
  { monotonicMs }: Pick<Clocks, 'monotonicMs'>,
  signal: AbortSignal,
): ReadBounds {
  let startedMs: number | undefined
  return {
    maxBytes,
    signal,
    isOver() {
      startedMs ??= monotonicMs()
      return monotonicMs() - startedMs > LONGEST_MS
    },
  }
}
