import type { FaultRow } from './fault-row.ts'

/** Every row of the fault matrix that this project runs, in the matrix's order. */
export const FAULT_ROWS: readonly FaultRow[] = []
