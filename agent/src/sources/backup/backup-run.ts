import type { LocalizedText } from '@wardround/protocol'

/** How one run of a backup went. */
export type BackupOutcome = 'ok' | 'warning' | 'running' | 'failed'

/** One run of a backup, as its tool, its files or a report tell it. */
export interface BackupRun {
  /** Names it for ever among the runs of its job: a label, a file with its time and size. */
  readonly id: string
  readonly outcome: BackupOutcome
  readonly startMs?: number | undefined
  /** On the clock that wrote it; undefined while it runs. */
  readonly endMs?: number | undefined
  readonly bytesIn?: number | undefined
  readonly bytesOut?: number | undefined
  /** What tells whether a run is of the usual size, where that is not what it wrote or read. */
  readonly comparedBytes?: number | undefined
  /** Sizes are compared among runs that have this in common: full with full. */
  readonly family?: string | undefined
  readonly verified?: boolean | undefined
  readonly checksumOk?: boolean | undefined
  /** What was wrong, or what it is. */
  readonly message?: LocalizedText | undefined
}

/** What is there to show that a job was done. */
export interface BackupEvidence {
  /** Oldest first; the newest is how the job stands. */
  readonly runs: readonly BackupRun[]
  /** End of the oldest backup that can still be restored. */
  readonly oldestMs?: number | undefined
  /** Why nothing is there, for a person. */
  readonly absent?: LocalizedText | undefined
}

/** Whether a run left a backup. */
export function isGood({ outcome }: BackupRun): boolean {
  return outcome === 'ok' || outcome === 'warning'
}
