import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge, percent, state } from '../field.ts'

/** How a backup job stands: `missing` where there is no evidence of a backup (never one, gone, or what would show it can't be asked). */
export const backupJobStates = {
  0: { zh: '成功', en: 'ok' },
  1: { zh: '完成，有警告', en: 'done with warnings' },
  2: { zh: '正在运行', en: 'running' },
  3: { zh: '失败', en: 'failed' },
  4: { zh: '没有备份证据', en: 'missing' },
} as const

const { 2: _running, ...backupJobResults } = backupJobStates

/** One declared backup job, whatever tool makes it. `copy` tells the first copy from the second. */
export const backupJob = {
  identifyingTags: ['job', 'database', 'tool', 'kind', 'copy'],
  fields: {
    status: state('备份作业状态', 'How the job stands', backupJobStates),
    result: state(
      '最近一次已结束运行的结果；正在运行时缺失，以免误报恢复',
      'Result of the latest run that is over; missing while one runs, so that a failure is not taken back by the next start',
      backupJobResults,
    ),
    last_start: gauge('timestamp_seconds', '最近一次运行的开始时间', 'When the latest run started'),
    last_end: gauge(
      'timestamp_seconds',
      '最近一次运行的结束时间；正在运行时缺失',
      'When the latest run ended; missing while it runs',
    ),
    duration_seconds: gauge('seconds', '最近一次运行的耗时', 'How long the latest run took', 0.01),
    duration_change_percent: percent(
      '最近一次成功运行的耗时与此前最多 7 次成功运行中位数之差',
      'Duration of the latest good run against the median of up to 7 good ones before it',
    ),
    last_success_age_seconds: gauge(
      'seconds',
      '距最近一次成功的时间；从未成功时，从作业首次声明起算',
      'Since the last success; where there was none, since the job was first declared',
    ),
    schedule_seconds: gauge('seconds', '声明的备份周期', 'Declared period of the job'),
    late_seconds: gauge(
      'seconds',
      '超过应完成时间（周期加宽限）多久；按时为 0',
      'How long a success is overdue: past the time of the schedule and its grace; 0 when in time',
    ),
    late_periods: gauge(
      'count',
      '按声明周期缺失的成功备份次数；按时为 0',
      'Successes of the declared schedule that are missing; 0 when in time',
    ),
    bytes_in: gauge('bytes', '最近一次运行读取的字节数', 'Read by the latest run'),
    bytes_out: gauge('bytes', '最近一次运行写出的字节数', 'Written by the latest run'),
    change_percent: percent(
      '最近一次备份的大小与此前最多 7 次成功备份中位数之差；0 字节为 −100',
      'Size of the latest backup against the median of up to 7 good ones before it; −100 when it is empty',
    ),
    verified: gauge(
      'boolean',
      '最近一次备份的内容是否检查通过（结束标记、gzip、清单）；未配置检查时缺失',
      'Whether the content of the latest backup was checked and is whole (trailer, gzip, manifest); missing where nothing is to be checked',
    ),
    checksum_ok: gauge(
      'boolean',
      '最近一次备份的校验和是否正确；工具不计算时缺失',
      'Whether the checksums of the latest backup are right; missing where its tool makes none',
    ),
    retention_oldest_days: gauge(
      'count',
      '最旧的可用备份距今天数',
      'Age in days of the oldest backup that is still there',
      0.01,
    ),
  },
} as const satisfies MeasurementDeclaration
