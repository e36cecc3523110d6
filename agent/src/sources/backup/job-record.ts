import { isGood, type BackupRun } from './backup-run.ts'

/** A success, as it is remembered. */
export interface KeptSuccess {
  readonly id: string
  readonly startMs?: number
  readonly endMs: number
  readonly bytes?: number
  readonly family?: string
}

/** What of one copy of a job outlives a restart. */
export interface JobRecord {
  readonly declaredMs: number
  /** The newest of them, oldest first. */
  readonly successes: readonly KeptSuccess[]
}

/** Seven to compare with, and the one that is compared. */
const MOST_SUCCESSES = 8
/** A clock that is ahead by no more than this is as good as ours. */
const AHEAD_MS = 300_000

export function newJobRecord(nowMs: number): JobRecord {
  return { declaredMs: nowMs, successes: [] }
}

export function isJobRecord(value: unknown): value is JobRecord {
  if (typeof value !== 'object' || value === null) return false
  const { declaredMs, successes } = { declaredMs: 0, successes: [], ...value }
  return Number.isFinite(declaredMs) && Array.isArray(successes) && successes.every(isSuccess)
}

function isSuccess(value: unknown): value is KeptSuccess {
  if (typeof value !== 'object' || value === null) return false
  const { id, endMs, startMs, bytes, family }: Partial<Record<keyof KeptSuccess, unknown>> = value
  return (
    typeof id === 'string' &&
    Number.isFinite(endMs) &&
    (startMs === undefined || Number.isFinite(startMs)) &&
    (bytes === undefined || Number.isFinite(bytes)) &&
    (family === undefined || typeof family === 'string')
  )
}

/** The bytes of a backup that tell whether it is of the usual size. */
export function sizeOf({ comparedBytes, bytesOut, bytesIn }: BackupRun): number | undefined {
  return comparedBytes ?? bytesOut ?? bytesIn
}

/**
 * A run that ended in our future was written by a clock that is wrong: it counts from when we first saw it, and with a warning, so that a
 * wrong clock makes no backup younger than it is. Both hosts' clocks should be looked at.
 */
export function onOurClock(run: BackupRun, { successes }: JobRecord, nowMs: number): BackupRun {
  if (run.endMs === undefined || run.endMs <= nowMs + AHEAD_MS) return run
  const seen = successes.find(({ id }) => id === run.id)?.endMs ?? nowMs
  const { startMs: _, ...rest } = run
  return {
    ...rest,
    endMs: Math.min(seen, nowMs),
    outcome: run.outcome === 'ok' ? 'warning' : run.outcome,
    message: run.message ?? {
      zh: '备份时间在未来：写备份的主机时钟有误',
      en: 'its time lies in the future: the clock of the host that wrote it is wrong',
    },
  }
}

/** What is remembered after these runs; the same object where nothing is new. */
export function remember(record: JobRecord, runs: readonly BackupRun[]): JobRecord {
  const known = new Set(record.successes.map(({ id }) => id))
  const fresh = runs.filter((run) => isGood(run) && !known.has(run.id)).flatMap(toSuccess)
  if (fresh.length === 0) return record
  const successes = [...record.successes, ...fresh]
    .toSorted((a, b) => a.endMs - b.endMs)
    .slice(-MOST_SUCCESSES)
  const isNews = successes.some((success) => fresh.includes(success))
  return isNews ? { ...record, successes } : record
}

/** Takes back what counted as a success and was none, as a later report tells. */
export function forget(record: JobRecord, isRefuted: (success: KeptSuccess) => boolean): JobRecord {
  const successes = record.successes.filter((success) => !isRefuted(success))
  return successes.length === record.successes.length ? record : { ...record, successes }
}

function toSuccess(run: BackupRun): KeptSuccess[] {
  const { id, startMs, endMs, family } = run
  const bytes = sizeOf(run)
  if (endMs === undefined) return []
  return [
    {
      id,
      endMs,
      ...(startMs === undefined ? {} : { startMs }),
      ...(bytes === undefined ? {} : { bytes }),
      ...(family === undefined ? {} : { family }),
    },
  ]
}
