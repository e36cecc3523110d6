import type { LocalizedText } from '@wardround/protocol'
import type { Clause, NumbersOf } from './clauses.ts'

/** Whose a number is that something was measured with. */
export interface FindingBasis {
  readonly numbers: NumbersOf
  /** Clauses that set it; none where it is the platform's. */
  readonly clauses: readonly Clause[]
}

/** The project against whose file something was found. */
export interface FoundProject {
  readonly id: string
  readonly name: LocalizedText
  /** Number of its contract. */
  readonly document: string
}

/**
 * Something that no sample says: it was found by comparing what should be with what is. It stands as long as it is found; FINDING_KINDS says
 * which members each kind has.
 */
export interface Finding {
  readonly kind: string
  /** Host or device, or the id of the project that it is about. */
  readonly host: string
  /** What tells it from others of its kind and host. */
  readonly tags: Readonly<Record<string, string>>
  readonly value: number
  /** Words that texts show beside the value. */
  readonly details: Readonly<Record<string, string>>
  /** Its name may stand in texts; of the clauses of a rule those of its contract count. */
  readonly project?: FoundProject | undefined
  /** Undefined: as the rule has it. */
  readonly basis?: FindingBasis | undefined
}
