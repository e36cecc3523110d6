import { parseDurationMs } from '@wardround/program/running'
import { parseLocalTimes, timesBetween, type LocalTimes } from './local-times.ts'

const WEEK_MS = 7 * 86_400_000
/** A run that began this much before its time is the one of that time. */
const EARLY_SHARE = 0.1
const EARLY_AT_MOST_MS = 3_600_000
/** More missing runs than these are not counted. */
const MOST_COUNTED = 1_000

/** When a job is to succeed. */
export interface BackupSchedule {
  readonly periodMs: number
  /** How much later than due a success may come. */
  readonly graceMs: number
  /** When it begins, where that is declared. */
  readonly at: LocalTimes | undefined
}

/** The moment from which a success counts on: of the last run that was one, or of the declaration. */
export interface LastSuccess {
  readonly startMs: number | undefined
  readonly endMs: number
}

export interface Overdue {
  readonly lateMs: number
  /** Successes of the schedule that are missing. */
  readonly periods: number
}

const IN_TIME: Overdue = { lateMs: 0, periods: 0 }

/** @param options checked: `schedule` or `at` is there */
export function readSchedule({
  schedule,
  at,
  grace,
  timezone,
}: Readonly<Record<string, unknown>>): BackupSchedule {
  const graceMs = typeof grace === 'string' ? parseDurationMs(grace) : 7_200_000
  const zone = typeof timezone === 'string' ? timezone : undefined
  const times = typeof at === 'string' ? parseLocalTimes(at, zone) : undefined
  const periodMs =
    typeof schedule === 'string'
      ? parseDurationMs(schedule)
      : WEEK_MS / (times?.weekdays.length ?? 7)
  return { periodMs, graceMs, at: times }
}

/** How late the next success is, by the time of this host. */
export function overdue(schedule: BackupSchedule, last: LastSuccess, nowMs: number): Overdue {
  return schedule.at === undefined
    ? overdueByPeriod(schedule, last, nowMs)
    : overdueByTimes(schedule, schedule.at, last, nowMs)
}

function overdueByPeriod(
  { periodMs, graceMs }: BackupSchedule,
  { endMs }: LastSuccess,
  nowMs: number,
): Overdue {
  const lateMs = nowMs - endMs - periodMs - graceMs
  if (lateMs <= 0) return IN_TIME
  return { lateMs, periods: Math.min(MOST_COUNTED, 1 + Math.floor(lateMs / periodMs)) }
}

/** A success is for the latest time at which it had begun, or nearly. */
function overdueByTimes(
  { periodMs, graceMs }: BackupSchedule,
  at: LocalTimes,
  { startMs, endMs }: LastSuccess,
  nowMs: number,
): Overdue {
  const early = Math.min(EARLY_AT_MOST_MS, periodMs * EARLY_SHARE)
  const missed = timesBetween(at, (startMs ?? endMs) + early, nowMs - graceMs, MOST_COUNTED)
  const first = missed[0]
  return first === undefined ? IN_TIME : { lateMs: nowMs - graceMs - first, periods: missed.length }
}
