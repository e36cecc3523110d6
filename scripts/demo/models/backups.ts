import { DAY_MS, startOfRun } from '../faults.ts'
import { random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { GIB } from './host-life.ts'

export interface BackupPlan {
  readonly job: string
  readonly database: string
  readonly tool: string
  readonly kind: string
  /** Of a usual run. */
  readonly minutes: number
  readonly bytes: number
  /** No run begins after this. */
  readonly lastStartMs?: number
  /** A second copy is made of it. */
  readonly hasCopy: boolean
}

const GRACE_MS = DAY_MS / 8

/** A job that runs each night at half past one, its second copy and its restore tests. */
export function backupParts(plan: BackupPlan): Part[] {
  const { job, database, tool, kind } = plan
  const tags = { job, database, tool, kind, copy: '1' }
  return [
    part(tool === 'rman' ? 'oracle.backup' : 'backup.job', 'backup_job', tags, (timeMs) =>
      jobFields(plan, timeMs),
    ),
    ...(tool === 'rman' ? rmanParts(plan) : []),
    ...(plan.hasCopy ? [copyPart(plan)] : []),
    part('restoretest.record', 'restore_test', { job, database }, (timeMs) => ({
      age_days: 40 + Math.floor((timeMs / DAY_MS) % 90),
      result: 1,
      rto_seconds: plan.minutes * 90,
      rows_checked: 18_400_000,
      rows_diff: 0,
      tables_checked: 212,
      tables_diff: 0,
      tables_skipped: 4,
      records_ok: 1,
    })),
  ]
}

/** The start of the newest run that had begun by then. */
function newestStart({ lastStartMs = Infinity }: BackupPlan, timeMs: number): number {
  return Math.min(startOfRun(timeMs + 3 * 3_600_000), lastStartMs)
}

function runOf({ job, minutes, bytes }: BackupPlan, startMs: number) {
  const seed = seedOf(job)
  const night = Math.floor(startMs / DAY_MS)
  const durationMs = Math.round(minutes * 60_000 * (0.94 + 0.12 * random(seed, night)))
  return { durationMs, bytes: bytes * (0.97 + 0.0004 * (night % 90) + 0.03 * random(~seed, night)) }
}

function jobFields(plan: BackupPlan, timeMs: number) {
  const startMs = newestStart(plan, timeMs)
  const run = runOf(plan, startMs)
  const isRunning = timeMs < startMs + run.durationMs
  const goodMs = isRunning ? startMs - DAY_MS : startMs
  const good = runOf(plan, goodMs)
  const usual = runOf(plan, goodMs - DAY_MS)
  const ageMs = timeMs - goodMs - good.durationMs
  const lateMs = Math.max(0, ageMs - DAY_MS - GRACE_MS)
  return {
    status: isRunning ? 2 : 0,
    result: isRunning ? undefined : 0,
    last_start: Math.floor(startMs / 1000),
    last_end: isRunning ? undefined : Math.floor((startMs + run.durationMs) / 1000),
    duration_seconds: (isRunning ? timeMs - startMs : run.durationMs) / 1000,
    duration_change_percent: 100 * (good.durationMs / usual.durationMs - 1),
    last_success_age_seconds: ageMs / 1000,
    schedule_seconds: DAY_MS / 1000,
    late_seconds: lateMs / 1000,
    late_periods: lateMs === 0 ? 0 : 1 + Math.floor(lateMs / DAY_MS),
    bytes_in: good.bytes * 2.2,
    bytes_out: good.bytes,
    change_percent: 100 * (good.bytes / usual.bytes - 1),
    verified: 1,
    checksum_ok: plan.tool === 'file' ? undefined : 1,
    retention_oldest_days: 13.6,
  }
}

function copyPart(plan: BackupPlan): Part {
  const { job, database } = plan
  return part('backupcopy.copy', 'backup_copy', { job, database }, (timeMs) => {
    const startMs = newestStart(plan, timeMs - 8 * 3_600_000)
    return {
      state: 1,
      copy2_age_seconds: (timeMs - startMs - 7 * 3_600_000) / 1000,
      copy2_late_seconds: 0,
      copy2_late_periods: 0,
      copy2_size_delta_bytes: 0,
      files_missing: 0,
      files_different: 0,
      copy2_sha_equal: 1,
      bytes_compared: runOf(plan, startMs).bytes,
      hashed_bytes_total: Math.floor(timeMs / DAY_MS) * 20 * GIB,
      attested: 0,
      records_ok: 1,
    }
  })
}

/** What V$RMAN_BACKUP_JOB_DETAILS says beside the job, and the monthly validation. */
function rmanParts(plan: BackupPlan): Part[] {
  const { database } = plan
  return [
    part(
      'oracle.backup',
      'oracle_backup',
      { database, input_type: 'DB FULL', device: 'DISK' },
      (timeMs) => {
        const fields = jobFields(plan, timeMs)
        const { last_start, last_end, duration_seconds, status, last_success_age_seconds } = fields
        const { bytes_in, bytes_out } = fields
        return {
          last_start,
          last_end,
          duration_seconds,
          status,
          last_success_age_seconds,
          bytes_in,
          bytes_out,
          failed_24h: 0,
        }
      },
    ),
    part(
      'oracle.backup',
      'oracle_backup_check',
      { database, operation: 'RESTORE VALIDATE' },
      (timeMs) => {
        const ageSeconds = (timeMs / 1000) % (28 * 86_400)
        return { status: 0, age_seconds: ageSeconds, last_success_age_seconds: ageSeconds }
      },
    ),
  ]
}
