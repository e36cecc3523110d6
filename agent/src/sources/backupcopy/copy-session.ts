import type { LocalizedText } from '@wardround/protocol'
import type { SoundRecord } from '../../backup-records/backup-record.ts'
import type { CopyDifference } from './compare-copies.ts'
import type { CopySettings } from './copy-settings.ts'

/** How the second copy stands; order is the wire value (from 1). */
export const COPY_STATES = [
  'equal',
  'comparing',
  'differs',
  'missing',
  'hanging',
  'nothing',
  'unreadable',
  'attested',
  'unattested',
] as const

export type CopyState = (typeof COPY_STATES)[number]

/** What is known of a second copy now. */
export interface CopyFindings {
  readonly state: CopyState
  /** The age counts from here: the newest file that was copied, the last attestation, or the declaration where there is none. */
  readonly ageFromMs: number
  /** Undefined where the two could not be compared, or while files are still to be read. */
  readonly isEqual: boolean | undefined
  readonly differences: readonly CopyDifference[] | undefined
  readonly sizeDeltaBytes: number | undefined
  readonly equalBytes: number | undefined
  /** Of this process: read for digests. */
  readonly hashedBytes: number
  readonly comparedMs: number | undefined
  /** What a person should see to. */
  readonly problem: LocalizedText | undefined
}

/** What the probe of second copies reads through. */
export interface BackupCopySession {
  readonly settings: Pick<CopySettings, 'job' | 'database' | 'periodMs' | 'graceMs'>
  /** Begins a comparison unless one goes on, waits a little for it, and tells how things stand. */
  look(signal: AbortSignal): Promise<CopyFindings>
  /** What persons attested for this job, and what is wrong with the records. */
  attestations(): Promise<{
    readonly records: readonly SoundRecord[]
    readonly problem: LocalizedText | undefined
  }>
}
