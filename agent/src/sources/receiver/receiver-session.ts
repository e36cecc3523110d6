import type { ReceiverMemory } from './receiver-memory.ts'
import type { RecordIntake } from './record-intake.ts'

/** What the probe of a receiver reads through. */
export interface ReceiverSession {
  readonly intake: RecordIntake
  readonly memory: ReceiverMemory
  /** On which it listens, in the order of `listen`. */
  readonly ports: readonly number[]
}
