import type { FaultRow } from './fault-row.ts'
import { row as a1 } from './rows/a01-restart-in-any-phase.ts'
import { row as a2 } from './rows/a02-cleared-while-down.ts'
import { row as a3 } from './rows/a03-receivers-fail.ts'
import { row as a4 } from './rows/a04-one-receiver-hangs.ts'
import { row as a5 } from './rows/a05-killed-before-noting.ts'
import { row as a6 } from './rows/a06-alert-storm.ts'
import { row as a7 } from './rows/a07-back-fill-of-an-outage.ts'
import { row as a8 } from './rows/a08-who-is-dead.ts'
import { row as a10 } from './rows/a10-reload-while-firing.ts'
import { row as a11 } from './rows/a11-evaluator-clock.ts'
import { row as a12 } from './rows/a12-refused-in-http-200.ts'
import { row as a13 } from './rows/a13-series-disappears.ts'
import { row as a16 } from './rows/a16-maintenance-while-firing.ts'
import { row as d5MariaDb } from './rows/d5-mariadb.ts'
import { row as d5Oracle } from './rows/d5-oracle.ts'
import { row as d5Postgresql } from './rows/d5-postgresql.ts'
import { row as d6 } from './rows/d6-log-tail.ts'
import { row as d9 } from './rows/d9-backup-evidence.ts'
import { row as r1 } from './rows/r01-collector-killed.ts'
import { row as r2 } from './rows/r02-agent-killed.ts'
import { row as r3 } from './rows/r03-both-killed.ts'
import { row as r4 } from './rows/r04-power-loss.ts'
import { row as r5 } from './rows/r05-store-fails.ts'
import { row as r6 } from './rows/r06-store-down-a-day.ts'
import { row as r7a } from './rows/r07a-offline-day.ts'
import { row as r7b } from './rows/r07b-outbox-overflows.ts'
import { row as r8 } from './rows/r08-outbox-disk-full.ts'
import { row as r9 } from './rows/r09-disk-errors.ts'
import { row as r10a } from './rows/r10a-newest-segment-cut.ts'
import { row as r10b } from './rows/r10b-damaged-segments.ts'
import { row as r11 } from './rows/r11-crash-at-each-step.ts'
import { row as r12 } from './rows/r12-clocks.ts'
import { row as r13 } from './rows/r13-reconnect-storm.ts'
import { row as r14 } from './rows/r14-half-open.ts'
import { row as r15 } from './rows/r15-slow-reader.ts'
import { row as r19 } from './rows/r19-collector-disk-full.ts'
import { row as r20 } from './rows/r20-fuzzed-frames.ts'
import { row as r21 } from './rows/r21-replayed-batches.ts'
import { row as r22 } from './rows/r22-back-fill.ts'
import { row as r23 } from './rows/r23-retention-killed.ts'

/** Every row of the fault matrix that this project runs, in the matrix's order. */
export const FAULT_ROWS: readonly FaultRow[] = [
  r1,
  r2,
  r3,
  r4,
  r5,
  r6,
  r7a,
  r7b,
  r8,
  r9,
  r10a,
  r10b,
  r11,
  r12,
  r13,
  r14,
  r15,
  r19,
  r20,
  r21,
  r22,
  r23,
  a1,
  a2,
  a3,
  a4,
  a5,
  a6,
  a7,
  a8,
  a10,
  a11,
  a12,
  a13,
  a16,
  d5Oracle,
  d5Postgresql,
  d5MariaDb,
  d6,
  d9,
]
