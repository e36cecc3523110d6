import type { DamageLedger } from './damage-ledger.ts'
import type { FileLayer } from './file-layer.ts'
import type { Quarantine } from './quarantine.ts'

/** What the steps of a recovery share. */
export interface RecoveryContext {
  readonly files: FileLayer
  readonly directory: string
  readonly ledger: DamageLedger
  readonly quarantine: Quarantine
}
