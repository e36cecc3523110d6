import type { LocalizedText } from '@wardround/protocol'
import { isGood, type BackupEvidence, type BackupRun } from './backup-run.ts'
import { overdue, type BackupSchedule } from './backup-schedule.ts'
import {
  forget,
  onOurClock,
  remember,
  sizeOf,
  type JobRecord,
  type KeptSuccess,
} from './job-record.ts'

/** What is known of one copy of a job at one moment. */
export interface JobFacts {
  readonly schedule: BackupSchedule
  /** Whether runs are of one size: logs and increments are as they come. */
  readonly comparesSizes: boolean
  readonly record: JobRecord
  /** Undefined where what would show it can't be asked. */
  readonly evidence: BackupEvidence | undefined
  /** The latest report that a run failed, where the evidence itself is no report: what looks whole then is none. */
  readonly failedReport: BackupRun | undefined
  readonly nowMs: number
}

/** How the job stands: the fields of `backup_job`, and the run that they tell of. */
export interface JobVerdict {
  readonly fields: Readonly<Record<string, number | undefined>>
  readonly latest: BackupRun | undefined
  /** Why it stands as it does, where that is not plain. */
  readonly message: LocalizedText | undefined
  readonly record: JobRecord
}

const OK = 0
const MISSING = 4
const STATUS = { ok: OK, warning: 1, running: 2, failed: 3 } as const
const COMPARED = 7
/** A median of fewer says nothing. */
const COMPARED_AT_LEAST = 3
const DAY_MS = 86_400_000

/** Judges by evidence alone: what is not shown is missing, whatever was seen before. */
export function judgeJob(facts: JobFacts): JobVerdict {
  const { evidence, schedule, nowMs, failedReport } = facts
  const runs = (evidence?.runs ?? [])
    .map((run) => onOurClock(run, facts.record, nowMs))
    .map((run) => refute(run, failedReport))
  const kept = failedReport === undefined ? facts.record : forgetRefuted(facts.record, failedReport)
  const record = remember(kept, runs)
  const latest = latestOf(runs, failedReport)
  const status = evidence === undefined ? MISSING : statusOf(latest, record, schedule, nowMs)
  return {
    fields: {
      status,
      result: status === STATUS.running ? undefined : status,
      ...timesOf(latest),
      ...sizesOf(latest, record, facts.comparesSizes),
      ...agesOf(record, schedule, nowMs),
      verified: flagOf(latest?.verified),
      checksum_ok: flagOf(latest?.checksumOk),
      retention_oldest_days:
        evidence?.oldestMs === undefined
          ? undefined
          : Math.max(0, nowMs - evidence.oldestMs) / DAY_MS,
    },
    latest,
    message: latest?.message ?? evidence?.absent,
    record,
  }
}

/** A report of a failure tells of all that was written while that run went on. */
function refute(run: BackupRun, report: BackupRun | undefined): BackupRun {
  if (report === undefined || run.endMs === undefined || !isGood(run)) return run
  return isWithin(run.endMs, report) ? { ...run, outcome: 'failed', message: report.message } : run
}

function isWithin(endMs: number, { startMs, endMs: reportedMs }: BackupRun): boolean {
  const toMs = reportedMs ?? startMs ?? 0
  return endMs >= (startMs ?? toMs) && endMs <= toMs
}

function forgetRefuted(record: JobRecord, report: BackupRun): JobRecord {
  return forget(record, ({ endMs }) => isWithin(endMs, report))
}

/** The newest run; a reported failure is one too, though it left nothing. */
function latestOf(
  runs: readonly BackupRun[],
  report: BackupRun | undefined,
): BackupRun | undefined {
  const newest = runs.at(-1)
  if (report === undefined) return newest
  const isNewer = momentOf(report) > momentOf(newest)
  return isNewer && newest?.outcome !== 'running' ? report : newest
}

function momentOf(run: BackupRun | undefined): number {
  return run?.endMs ?? run?.startMs ?? -Infinity
}

function statusOf(
  latest: BackupRun | undefined,
  { successes }: JobRecord,
  { periodMs, graceMs }: BackupSchedule,
  nowMs: number,
): number {
  if (latest === undefined) return MISSING
  // its end never came
  const { startMs } = latest
  const isLost =
    latest.outcome === 'running' && startMs !== undefined && nowMs - startMs > periodMs + graceMs
  // the newest success is not there any more
  const newest = successes.at(-1)
  const isGone = isGood(latest) && newest !== undefined && newest.endMs > (latest.endMs ?? nowMs)
  return isLost || isGone ? MISSING : STATUS[latest.outcome]
}

function timesOf(latest: BackupRun | undefined) {
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000)
  const { startMs, endMs } = latest ?? {}
  return {
    last_start: seconds(startMs),
    last_end: seconds(endMs),
    duration_seconds:
      startMs === undefined || endMs === undefined
        ? undefined
        : Math.max(0, endMs - startMs) / 1000,
    bytes_in: latest?.bytesIn,
    bytes_out: latest?.bytesOut,
  }
}

function sizesOf(latest: BackupRun | undefined, { successes }: JobRecord, comparesSizes: boolean) {
  if (latest === undefined || latest.outcome === 'running') return {}
  const before = successes
    .filter((success) => isBefore(success, latest) && success.family === latest.family)
    .slice(-COMPARED)
  const bytes = sizeOf(latest)
  const sizes = comparesSizes ? before.map((success) => success.bytes) : []
  return {
    change_percent: bytes === 0 ? -100 : changeOf(bytes, sizes),
    duration_change_percent: isGood(latest)
      ? changeOf(durationOf(latest), before.map(durationOf))
      : undefined,
  }
}

function isBefore({ id, endMs }: KeptSuccess, latest: BackupRun): boolean {
  return id !== latest.id && (latest.endMs === undefined || endMs <= latest.endMs)
}

function durationOf({ startMs, endMs }: Pick<BackupRun, 'startMs' | 'endMs'>): number | undefined {
  return startMs === undefined || endMs === undefined ? undefined : endMs - startMs
}

function changeOf(
  value: number | undefined,
  before: readonly (number | undefined)[],
): number | undefined {
  const known = before.flatMap((given) => (given === undefined ? [] : [given]))
  if (value === undefined || known.length < COMPARED_AT_LEAST) return undefined
  const sorted = known.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  const median = (upper + lower) / 2
  return median > 0 ? (100 * (value - median)) / median : undefined
}

function agesOf({ successes, declaredMs }: JobRecord, schedule: BackupSchedule, nowMs: number) {
  const newest = successes.at(-1)
  const last = { startMs: newest?.startMs, endMs: newest?.endMs ?? declaredMs }
  const { lateMs, periods } = overdue(schedule, last, nowMs)
  return {
    last_success_age_seconds: Math.max(0, nowMs - last.endMs) / 1000,
    schedule_seconds: schedule.periodMs / 1000,
    late_seconds: lateMs / 1000,
    late_periods: periods,
  }
}

function flagOf(value: boolean | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}
