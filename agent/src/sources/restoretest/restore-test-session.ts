import type { LocalizedText } from '@wardround/protocol'
import type { SoundRecord } from '../../backup-records/backup-record.ts'

/** What the probe of restore tests reads through. */
export interface RestoreTestSession {
  readonly job: string
  readonly database: string
  /** From here the age counts while no test is recorded. */
  readonly declaredMs: number
  /** Records of this job, the oldest first, and what is wrong with the file. */
  records(): Promise<{
    readonly records: readonly SoundRecord[]
    readonly problem: LocalizedText | undefined
  }>
}
