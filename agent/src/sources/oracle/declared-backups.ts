import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { KeptFile } from '../../kept-file.ts'
import type { Options } from '../../option.ts'
import type { OptionProblem, SourceContext } from '../../source.ts'
import { readSchedule, type BackupSchedule } from '../backup/backup-schedule.ts'
import { scheduleProblems } from '../backup/find-job-problems.ts'
import { LOCAL_TIMES_PATTERN } from '../backup/local-times.ts'

/** INPUT_TYPE of V$RMAN_BACKUP_JOB_DETAILS. DB INCR stands for every level, 0 too. */
const INPUT_TYPES = [
  'DB FULL',
  'DB INCR',
  'RECVR AREA',
  'DATAFILE FULL',
  'DATAFILE INCR',
  'ARCHIVELOG',
  'CONTROLFILE',
  'SPFILE',
] as const

/** RMAN's jobs that a site declares, as `backups` of a source of type `oracle`. */
export const BACKUPS_OPTION = {
  type: 'array',
  maxItems: 20,
  uniqueBy: 'job',
  items: {
    type: 'object',
    required: ['kind'],
    properties: {
      kind: {
        type: 'string',
        enum: INPUT_TYPES,
        help: {
          zh: 'RMAN 的 INPUT_TYPE：DB FULL、DB INCR（含各级增量）、ARCHIVELOG 等',
          en: 'INPUT_TYPE of RMAN: DB FULL, DB INCR (of any level), ARCHIVELOG and so on',
        },
      },
      schedule: { type: 'duration', help: { zh: '周期，如 1d', en: 'Period, such as 1d' } },
      at: {
        type: 'string',
        pattern: LOCAL_TIMES_PATTERN,
        expected: { zh: '如 02:00、sat 03:30', en: 'such as 02:00 or sat 03:30' },
        help: { zh: '开始时间，代替 schedule', en: 'When it begins, instead of schedule' },
      },
      timezone: { type: 'string', minLength: 1, help: { zh: 'at 的时区', en: 'Time zone of at' } },
      grace: {
        type: 'duration',
        help: { zh: '宽限，默认 2h', en: 'Grace; 2h where it is not given' },
      },
      device: {
        type: 'string',
        enum: ['DISK', 'SBT_TAPE'],
        help: { zh: '只计写到该设备的', en: 'Those to this device alone' },
      },
      copy: {
        type: 'integer',
        minimum: 1,
        maximum: 9,
        help: { zh: '第几份，默认 1', en: 'Which copy; 1 where it is not given' },
      },
      job: {
        type: 'string',
        minLength: 1,
        help: {
          zh: '作业名称；默认 数据库-种类',
          en: 'Name of the job; DATABASE-KIND where it is not given',
        },
      },
    },
  },
  help: {
    zh: '声明的 RMAN 备份，超过周期加宽限没有成功即告警；未声明的种类只给出结果和距今时间',
    en: 'RMAN backups as they are planned, so that a missing one is an alert; of a kind that is not declared, result and age are given',
  },
} as const satisfies Options[string]

/** One declared backup. */
export interface DeclaredBackup {
  readonly kind: string
  readonly schedule: BackupSchedule
  readonly device: string | undefined
  readonly copy: string
  readonly job: string | undefined
}

/** What outlives a restart: by name, since when a job is declared and when it last succeeded; and what the database is called. */
export interface KeptBackups {
  readonly database?: string
  readonly jobs: Readonly<
    Record<string, { readonly declaredMs: number; readonly successMs?: number }>
  >
}

/** What of RMAN's jobs a source knows beside what the server says. */
export interface DeclaredBackups {
  readonly jobs: readonly DeclaredBackup[]
  readonly kept: Pick<KeptFile<KeptBackups>, 'read' | 'write'>
}

export function openDeclaredBackups(context: SourceContext): DeclaredBackups {
  return {
    jobs: readDeclaredBackups(context.options['backups']),
    kept: new KeptFile(context, 'backups', isKeptBackups),
  }
}

/** @param option checked against BACKUPS_OPTION */
export function readDeclaredBackups(option: unknown): readonly DeclaredBackup[] {
  return asList(option)
    .map(asRecord)
    .map((entry) => ({
      kind: String(entry['kind']),
      schedule: readSchedule(entry),
      device: typeof entry['device'] === 'string' ? entry['device'] : undefined,
      copy: typeof entry['copy'] === 'number' ? String(entry['copy']) : '1',
      job: typeof entry['job'] === 'string' ? entry['job'] : undefined,
    }))
}

/** Each needs a schedule, and two of a kind are told apart by their names. */
export function findBackupProblems(option: unknown): readonly OptionProblem[] {
  const entries = asList(option).map(asRecord)
  const names = entries.map(({ kind, copy, job }) => JSON.stringify([job ?? kind, copy ?? 1]))
  const twice = entries.find((_, at) => names.indexOf(names[at] ?? '') !== at)
  return [
    ...entries.flatMap((entry, at) =>
      scheduleProblems(entry).map((problem) => ({ ...problem, option: ['backups', at] })),
    ),
    ...(twice === undefined ? [] : [givenTwice(String(twice['kind']))]),
  ]
}

function givenTwice(kind: string): OptionProblem {
  return {
    option: 'backups',
    what: { zh: `“${kind}”出现了两次`, en: `"${kind}" is given twice` },
    expected: { zh: '互不相同的 job 或 copy', en: 'a job or copy of its own for each' },
  }
}

export function isKeptBackups(value: unknown): value is KeptBackups {
  const { database, jobs } = asRecord(value)
  return (
    (database === undefined || typeof database === 'string') &&
    typeof jobs === 'object' &&
    Object.values(asRecord(jobs)).every((job) => {
      const { declaredMs, successMs } = asRecord(job)
      return Number.isFinite(declaredMs) && (successMs === undefined || Number.isFinite(successMs))
    })
  )
}
