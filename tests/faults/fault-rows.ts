import type { FaultRow } from './fault-row.ts'
import { row as r21 } from './rows/r21-replayed-batches.ts'

/** Every row of the fault matrix that this project runs, in the matrix's order. */
export const FAULT_ROWS: readonly FaultRow[] = [r21]
