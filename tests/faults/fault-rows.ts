import type { FaultRow } from './fault-row.ts'
import { row as r4 } from './rows/r04-power-loss.ts'
import { row as r10a } from './rows/r10a-newest-segment-cut.ts'
import { row as r10b } from './rows/r10b-damaged-segments.ts'
import { row as r11 } from './rows/r11-crash-at-each-step.ts'
import { row as r21 } from './rows/r21-replayed-batches.ts'

/** Every row of the fault matrix that this project runs, in the matrix's order. */
export const FAULT_ROWS: readonly FaultRow[] = [r4, r10a, r10b, r11, r21]
