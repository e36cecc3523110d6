import type { JsonValue } from '@wardround/protocol'
import { gauge, state } from '../../field.ts'
import { backupJob } from '../../measurements/backup-job.ts'
import { defineProbe, NoDataError, remembers, type ProbeRun } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import { Parts } from '../../sources/server/parts.ts'
import { BACKUP_STATES, toBackupState } from './backup-status.ts'
import { CHECKS, CORRUPT, ERRORS, JOBS } from './backup-statements.ts'
import { judgeRmanJobs } from './rman-jobs.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const MEASUREMENTS = {
  oracle_backup: {
    identifyingTags: ['database', 'input_type', 'device'],
    fields: {
      last_start: gauge(
        'timestamp_seconds',
        '最近一次备份的开始时间',
        'When the latest job started',
      ),
      last_end: gauge(
        'timestamp_seconds',
        '最近一次备份的结束时间；正在运行时缺失',
        'When the latest job ended; missing while it runs',
      ),
      duration_seconds: gauge(
        'seconds',
        '最近一次备份的耗时',
        'How long the latest job took',
        0.01,
      ),
      status: state('最近一次备份的结果', 'How the latest job went', BACKUP_STATES),
      last_success_age_seconds: gauge(
        'seconds',
        '距最近一次成功备份的时间；32 天内没有成功过时缺失',
        'Since a job last succeeded; missing when none did within 32 days',
      ),
      bytes_in: gauge('bytes', '最近一次备份读取的字节数', 'Read by the latest job'),
      bytes_out: gauge('bytes', '最近一次备份写出的字节数', 'Written by the latest job'),
      failed_24h: gauge(
        'count',
        '过去 24 小时失败的备份数',
        'Jobs that failed in the last 24 hours',
      ),
    },
  },
  backup_job: backupJob,
  oracle_backup_corruption: {
    identifyingTags: ['database'],
    fields: {
      blocks: gauge('count', '备份中的坏块数', 'Corrupt blocks that backups hold'),
    },
  },
  oracle_backup_check: {
    identifyingTags: ['database', 'operation'],
    fields: {
      status: state('最近一次校验的结果', 'How the latest check went', BACKUP_STATES),
      age_seconds: gauge('seconds', '距最近一次校验的时间', 'Since the latest check began'),
      last_success_age_seconds: gauge(
        'seconds',
        '距最近一次校验成功的时间',
        'Since a check last succeeded',
      ),
    },
  },
} as const

/**
 * RMAN's jobs: the latest of each kind (INPUT_TYPE) and device, all ages by the server's clock. Source: V$RMAN_BACKUP_JOB_DETAILS,
 * V$RMAN_OUTPUT (the error lines of a job that did not end well, into the document `oracle_backup_errors`), V$RMAN_STATUS (validation
 * of backups and files), V$BACKUP_CORRUPTION. What the site declares as `backups` of the source is judged against its schedule. Needs: SELECT on them. Since: 11.2. A job that failed before it had a channel has no device. DB INCR stands
 * for every level. What RMAN wrote elsewhere (another control file, a standby) is not here.
 */
export default defineProbe({
  name: 'oracle.backup',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 120_000,
  cost: 'slow',
  reads: 'V$RMAN_BACKUP_JOB_DETAILS, V$RMAN_OUTPUT, V$RMAN_STATUS, V$BACKUP_CORRUPTION',
  needs:
    'SELECT on V_$RMAN_BACKUP_JOB_DETAILS, V_$RMAN_OUTPUT, V_$RMAN_STATUS, V_$BACKUP_CORRUPTION',
  help: { zh: 'RMAN 备份与校验', en: 'RMAN backups and validations' },
  measurements: MEASUREMENTS,
  statements: [JOBS, ERRORS, CHECKS, CORRUPT],
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, remark, memory } = run
    const tags = await databaseOf(run)
    const parts = new Parts(remark)
    const answer = await parts.ask(session.rows([JOBS], signal))
    await emitJobs(run, tags.database, answer)
    const jobs = answer ?? []
    for (const row of jobs) emitJob(emit, tags, row)
    const checks = (await parts.ask(session.rows([CHECKS], signal))) ?? []
    for (const row of checks) emitCheck(emit, tags, row)
    for (const row of (await parts.ask(session.rows([CORRUPT], signal))) ?? [])
      emit('oracle_backup_corruption', tags, { blocks: numberOf(row, 'BLOCKS') })
    const troubled = jobs.filter(isTroubled)
    const errors: JsonValue[] = []
    for (const row of troubled) errors.push(describe(row, await readErrors(run, parts, row)))
    parts.settle()
    if (jobs.length + checks.length + session.backups.jobs.length === 0)
      throw new NoDataError({ zh: '32 天内没有 RMAN 作业', en: 'no RMAN job within 32 days' })
    const body = { jobs: errors }
    return sendWhenChanged(run, `oracle_backup_errors:${session.instance}`, body, memory)
  },
})

type Run = ProbeRun<OracleSession, typeof MEASUREMENTS, SentDocument>

/** A database that can't be asked shows no backup: what was declared of it is missing then. */
async function databaseOf(run: Run): Promise<{ readonly database: string }> {
  const { session, signal } = run
  try {
    return await session.databaseTags(signal, 'cdb')
  } catch (error) {
    const known = (await session.backups.kept.read())?.database
    if (known !== undefined && !(error instanceof NoDataError))
      await emitJobs(run, known, undefined)
    throw error
  }
}

async function emitJobs(
  { session, emit, timeMs }: Run,
  database: string,
  rows: readonly Row[] | undefined,
): Promise<void> {
  for (const { tags, fields } of await judgeRmanJobs(rows, database, session.backups, timeMs))
    emit('backup_job', tags, fields)
}

function emitJob(emit: Run['emit'], tags: { readonly database: string }, row: Row): void {
  const status = toBackupState(textOf(row, 'STATUS'))
  emit(
    'oracle_backup',
    {
      ...tags,
      input_type: textOf(row, 'INPUT_TYPE') ?? '',
      device: textOf(row, 'OUTPUT_DEVICE_TYPE') ?? '',
    },
    {
      status,
      last_start: numberOf(row, 'LAST_START'),
      last_end: status === 2 ? undefined : numberOf(row, 'LAST_END'),
      duration_seconds: numberOf(row, 'ELAPSED_SECONDS'),
      last_success_age_seconds: numberOf(row, 'SUCCESS_AGE'),
      bytes_in: numberOf(row, 'INPUT_BYTES'),
      bytes_out: numberOf(row, 'OUTPUT_BYTES'),
      failed_24h: numberOf(row, 'FAILED_24H'),
    },
  )
}

function emitCheck(emit: Run['emit'], tags: { readonly database: string }, row: Row): void {
  emit(
    'oracle_backup_check',
    { ...tags, operation: textOf(row, 'OPERATION') ?? '' },
    {
      status: toBackupState(textOf(row, 'STATUS')),
      age_seconds: numberOf(row, 'AGE'),
      last_success_age_seconds: numberOf(row, 'SUCCESS_AGE'),
    },
  )
}

/** Ended otherwise than well, or runs and has met errors already. */
function isTroubled(row: Row): boolean {
  const status = textOf(row, 'STATUS') ?? ''
  return status === 'FAILED' || status.includes(' WITH ')
}

async function readErrors(
  { session, signal }: Pick<Run, 'session' | 'signal'>,
  parts: Parts,
  row: Row,
): Promise<readonly string[]> {
  const binds = [numberOf(row, 'SESSION_RECID'), numberOf(row, 'SESSION_STAMP')]
  if (binds.includes(undefined)) return []
  const lines = await parts.ask(session.rows([ERRORS], signal, binds))
  return lines?.map((line) => textOf(line, 'OUTPUT') ?? '') ?? []
}

function describe(row: Row, errors: readonly string[]): JsonValue {
  return {
    inputType: textOf(row, 'INPUT_TYPE') ?? null,
    device: textOf(row, 'OUTPUT_DEVICE_TYPE') ?? null,
    status: textOf(row, 'STATUS') ?? null,
    startedAt: numberOf(row, 'LAST_START') ?? null,
    errors: [...errors],
  }
}
