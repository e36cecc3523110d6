import type { RecordIntake } from '../receiver/record-intake.ts'

/** What the probe of a receiver reads through. */
export interface SyslogSession {
  readonly intake: RecordIntake
  /** On which it listens, in the order of `listen`. */
  readonly ports: readonly number[]
}
