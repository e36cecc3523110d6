import { numberOf, textOf, type Row } from '../../row.ts'

/** How far a destination is behind the primary, counted in archived logs. */
export interface StandbyLag {
  readonly transportSeconds: number
  readonly applySeconds: number
  readonly unsentLogs: number
  readonly unappliedLogs: number
}

interface Progress {
  readonly sequence: number
  /** How long ago the redo of that log ended, by the database's clock. */
  readonly ageSeconds: number
}

/**
 * Compares what a destination has received and applied with what the primary archived itself, thread by thread; the thread that is
 * furthest behind counts. A thread of which the destination has nothing on record is as far behind as the records reach back.
 * Rows: DEST_ID, THREAD#, STANDBY_DEST, LAST_SEQUENCE, LAST_AGE, APPLIED_SEQUENCE, APPLIED_AGE, FIRST_SEQUENCE, FIRST_AGE.
 */
export function standbyLag(logs: readonly Row[], destination: number): StandbyLag | undefined {
  const lags = newestLocalRows(logs).flatMap((local) => {
    const remote = logs.find(
      (row) =>
        numberOf(row, 'DEST_ID') === destination &&
        numberOf(row, 'THREAD#') === numberOf(local, 'THREAD#'),
    )
    const lag = lagOfThread(local, remote)
    return lag === undefined ? [] : [lag]
  })
  if (lags.length === 0) return undefined
  const furthest = (field: keyof StandbyLag) => Math.max(...lags.map((lag) => lag[field]))
  return {
    transportSeconds: furthest('transportSeconds'),
    applySeconds: furthest('applySeconds'),
    unsentLogs: furthest('unsentLogs'),
    unappliedLogs: furthest('unappliedLogs'),
  }
}

/** Of each thread the local destination that has come furthest. */
function newestLocalRows(logs: readonly Row[]): readonly Row[] {
  const byThread = new Map<number, Row>()
  for (const row of logs) {
    const thread = numberOf(row, 'THREAD#')
    if (thread === undefined || textOf(row, 'STANDBY_DEST') !== 'NO') continue
    const known = byThread.get(thread)
    const isNewer =
      known === undefined ||
      (numberOf(row, 'LAST_SEQUENCE') ?? 0) > (numberOf(known, 'LAST_SEQUENCE') ?? 0)
    if (isNewer) byThread.set(thread, row)
  }
  return [...byThread.values()]
}

function lagOfThread(local: Row, remote: Row | undefined): StandbyLag | undefined {
  const newest = progressOf(local, 'LAST_SEQUENCE', 'LAST_AGE')
  const oldest = progressOf(local, 'FIRST_SEQUENCE', 'FIRST_AGE')
  if (newest === undefined || oldest === undefined) return undefined
  const beginning = { ...oldest, sequence: oldest.sequence - 1 }
  const sent = (remote && progressOf(remote, 'LAST_SEQUENCE', 'LAST_AGE')) ?? beginning
  const applied = (remote && progressOf(remote, 'APPLIED_SEQUENCE', 'APPLIED_AGE')) ?? beginning
  return {
    transportSeconds: Math.max(0, sent.ageSeconds - newest.ageSeconds),
    applySeconds: Math.max(0, applied.ageSeconds - newest.ageSeconds),
    unsentLogs: Math.max(0, newest.sequence - sent.sequence),
    unappliedLogs: Math.max(0, newest.sequence - applied.sequence),
  }
}

function progressOf(row: Row, sequence: string, age: string): Progress | undefined {
  const at = numberOf(row, sequence)
  const ageSeconds = numberOf(row, age)
  return at === undefined || ageSeconds === undefined ? undefined : { sequence: at, ageSeconds }
}
