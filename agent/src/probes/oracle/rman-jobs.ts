import { numberOf, textOf, type Row } from '../../row.ts'
import { overdue } from '../../sources/backup/backup-schedule.ts'
import type {
  DeclaredBackup,
  DeclaredBackups,
  KeptBackups,
} from '../../sources/oracle/declared-backups.ts'
import { toBackupState } from './backup-status.ts'

/** One series of `backup_job`. */
export interface RmanJob {
  readonly tags: {
    readonly job: string
    readonly database: string
    readonly tool: string
    readonly kind: string
    readonly copy: string
  }
  readonly fields: Readonly<Record<string, number | undefined>>
}

const MISSING = 4
/** Sizes of these are alike from run to run; DB INCR stands for every level, and logs come as they come. */
const COMPARED = ['DB FULL', 'DATAFILE FULL']
const COMPARED_AT_LEAST = 4

/**
 * RMAN's jobs as `backup_job`: those that are declared, missing where the database shows none, and of the kinds that are not, what there is.
 * An autobackup of the control file is of another kind than the backup of a database, and stands for none.
 * @param rows the latest job of each kind and device; undefined where the database can't be asked
 */
export async function judgeRmanJobs(
  rows: readonly Row[] | undefined,
  database: string,
  { jobs, kept }: DeclaredBackups,
  nowMs: number,
): Promise<readonly RmanJob[]> {
  const before: KeptBackups = (await kept.read()) ?? { jobs: {} }
  const own: Record<string, KeptBackups['jobs'][string]> = {}
  const judged = jobs.map((declared) => {
    const name = declared.job ?? nameOf(database, declared.kind)
    const key = `${name} ${declared.copy}`
    const latest = mergeOf(rows?.filter((row) => isOf(row, declared)) ?? [])
    own[key] = remember(before.jobs[key] ?? { declaredMs: nowMs }, latest, nowMs)
    const fields = { ...fieldsOf(latest), ...agesOf(own[key], declared, latest, nowMs) }
    return { tags: tagsOf(name, database, declared.kind, declared.copy), fields }
  })
  if (jobs.length > 0 && (before.database !== database || !isSame(before.jobs, own)))
    await kept.write({ database, jobs: own })
  return [...judged, ...undeclared(rows ?? [], database, jobs)]
}

function undeclared(
  rows: readonly Row[],
  database: string,
  jobs: readonly DeclaredBackup[],
): RmanJob[] {
  const kinds = new Set(rows.map((row) => textOf(row, 'INPUT_TYPE') ?? ''))
  for (const { kind } of jobs) kinds.delete(kind)
  return [...kinds].flatMap((kind) => {
    const latest = mergeOf(rows.filter((row) => (textOf(row, 'INPUT_TYPE') ?? '') === kind))
    const fields = { ...fieldsOf(latest), last_success_age_seconds: latest?.successAge }
    return [{ tags: tagsOf(nameOf(database, kind), database, kind, '1'), fields }]
  })
}

/** A job that failed before it had a channel has no device: it may have been meant for any. */
function isOf(row: Row, { kind, device }: DeclaredBackup): boolean {
  const used = textOf(row, 'OUTPUT_DEVICE_TYPE') ?? ''
  const isOfDevice = device === undefined || used === device || used === '' || used === '*'
  return textOf(row, 'INPUT_TYPE') === kind && isOfDevice
}

interface Latest {
  readonly row: Row
  /** By the server's clock, seconds. */
  readonly successAge: number | undefined
}

/** The latest over all devices, and the latest success. */
function mergeOf(rows: readonly Row[]): Latest | undefined {
  const startOf = (row: Row) => numberOf(row, 'LAST_START') ?? 0
  const row = rows.toSorted((a, b) => startOf(a) - startOf(b)).at(-1)
  if (row === undefined) return undefined
  const ages = rows.flatMap((each) => numberOf(each, 'SUCCESS_AGE') ?? [])
  return { row, successAge: ages.length === 0 ? undefined : Math.min(...ages) }
}

function fieldsOf(latest: Latest | undefined): RmanJob['fields'] {
  if (latest === undefined) return { status: MISSING, result: MISSING }
  const { row } = latest
  const status = toBackupState(textOf(row, 'STATUS'))
  const isOver = status !== 2
  return {
    status,
    result: isOver ? status : undefined,
    last_start: numberOf(row, 'LAST_START'),
    last_end: isOver ? numberOf(row, 'LAST_END') : undefined,
    duration_seconds: numberOf(row, 'ELAPSED_SECONDS'),
    bytes_in: numberOf(row, 'INPUT_BYTES'),
    bytes_out: numberOf(row, 'OUTPUT_BYTES'),
    change_percent: isOver ? changeOf(row) : undefined,
  }
}

/** Against the median of the good ones of 32 days. */
function changeOf(row: Row): number | undefined {
  const bytes = numberOf(row, 'OUTPUT_BYTES')
  const usual = numberOf(row, 'USUAL_BYTES') ?? 0
  const runs = numberOf(row, 'GOOD_RUNS') ?? 0
  const isComparable = COMPARED.includes(textOf(row, 'INPUT_TYPE') ?? '')
  if (!isComparable || bytes === undefined || usual <= 0 || runs < COMPARED_AT_LEAST)
    return undefined
  return (100 * (bytes - usual)) / usual
}

type Kept = KeptBackups['jobs'][string]

/** On our clock: the age is the server's, so that a difference of the clocks does not count. */
function remember(before: Kept, latest: Latest | undefined, nowMs: number): Kept {
  if (latest?.successAge === undefined) return before
  const successMs = nowMs - latest.successAge * 1000
  const isNews = before.successMs === undefined || Math.abs(successMs - before.successMs) > 60_000
  return isNews ? { ...before, successMs } : before
}

function agesOf(
  { declaredMs, successMs }: Kept,
  { schedule }: DeclaredBackup,
  latest: Latest | undefined,
  nowMs: number,
): RmanJob['fields'] {
  const known = latest?.successAge
  const endMs = known === undefined ? (successMs ?? declaredMs) : nowMs - known * 1000
  const { lateMs, periods } = overdue(schedule, { startMs: undefined, endMs }, nowMs)
  return {
    last_success_age_seconds: Math.max(0, nowMs - endMs) / 1000,
    schedule_seconds: schedule.periodMs / 1000,
    late_seconds: lateMs / 1000,
    late_periods: periods,
  }
}

function isSame(before: KeptBackups['jobs'], after: KeptBackups['jobs']): boolean {
  const names = Object.keys(after)
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => before[name] === after[name])
  )
}

function nameOf(database: string, kind: string): string {
  return `${database}-${kind.toLowerCase().replaceAll(' ', '-')}`
}

function tagsOf(job: string, database: string, kind: string, copy: string): RmanJob['tags'] {
  return { job, database, tool: 'rman', kind, copy }
}
