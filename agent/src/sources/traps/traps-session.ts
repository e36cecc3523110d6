import type { RecordIntake } from '../receiver/record-intake.ts'

/** What the probe of the trap receiver reads through. */
export interface TrapsSession {
  readonly intake: RecordIntake
  /** On which it listens, in the order of `listen`. */
  readonly ports: readonly number[]
}
