import type { Board } from '../board.ts'
import { last, max, min, of } from '../formula.ts'
import { DAYS, HOST } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const JOB: TableKey = { tag: 'job', label: { zh: '作业', en: 'Job' } }
const DATABASE: TableKey = { tag: 'database', label: { zh: '数据库', en: 'Database' } }
const GOOD_OR_BAD = { 0: { zh: '不一致', en: 'differs' }, 1: { zh: '一致', en: 'equal' } } as const
const INTACT = { 0: { zh: '被改动', en: 'changed' }, 1: { zh: '完好', en: 'intact' } } as const

const RESULTS: Panel[] = [
  {
    kind: 'calendar',
    title: { zh: '近 30 天备份日历', en: 'Calendar of 30 days' },
    description: {
      zh: '每个备份作业每天最后一次已结束运行的结果，一格为一天（按 UTC 划分，即北京时间 8 点到次日 8 点，零点后的夜间备份记在前一格）。红格为失败；没有格子的日子没有任何结果，要查作业是否执行过。合同要求每日备份的系统不应有缺口。',
      en: 'The last result of each backup job, a cell a day (of UTC: a backup in the small hours of China stands in the cell of the evening before). Red failed; a day without a cell had no result at all: see whether the job ran. Where the contract asks for daily backups there must be no gap.',
    },
    lookBack: '30d',
    period: '1d',
    height: 9,
    lines: [
      {
        query: of('backup_job', last('result'), 'job'),
        rule: 'backup_failed',
        colours: { 4: 'grey' },
      },
    ],
  },
  {
    kind: 'table',
    title: { zh: '备份作业（误期的在前）', en: 'Backup jobs, late ones first' },
    description: {
      zh: '每个作业的现状：是否误期、距上次成功多久、最近一次的大小与耗时、与近 7 次相比的变化。误期标橙（一次）或红（两次以上）：当天查清原因并手工补做。大小骤降，多半是备份没有做全。',
      en: 'Each job as it is: late or not, since the last success, size and time of the last one, and how they changed against the last seven. Orange missed once, red twice: find out why today, and make one by hand. A size that falls suddenly mostly means that something is missing from it.',
    },
    height: 10,
    keys: [HOST, JOB, DATABASE, { tag: 'tool', label: { zh: '工具', en: 'Tool' } }],
    columns: [
      {
        query: of('backup_job', max('late_periods'), 'job', 'database', 'tool'),
        label: { zh: '误期次数', en: 'Missed' },
        rule: 'backup_late',
      },
      {
        query: of('backup_job', last('status'), 'job', 'database', 'tool'),
        label: { zh: '状态', en: 'Status' },
        rule: 'backup_no_evidence',
        colours: { 1: 'orange', 2: 'blue', 3: 'red' },
      },
      {
        query: of('backup_job', last('last_success_age_seconds'), 'job', 'database', 'tool'),
        label: { zh: '距上次成功', en: 'Since the last success' },
      },
      {
        query: of('backup_job', last('bytes_out'), 'job', 'database', 'tool'),
        label: { zh: '大小', en: 'Size' },
      },
      {
        query: of('backup_job', last('change_percent'), 'job', 'database', 'tool'),
        label: { zh: '大小变化', en: 'Size changed by' },
        rule: 'backup_size_changed',
      },
      {
        query: of('backup_job', last('duration_seconds'), 'job', 'database', 'tool'),
        label: { zh: '耗时', en: 'Took' },
      },
      {
        query: of('backup_job', last('duration_change_percent'), 'job', 'database', 'tool'),
        label: { zh: '耗时变化', en: 'Time changed by' },
        rule: 'backup_slow',
      },
      {
        query: of('backup_job', last('retention_oldest_days'), 'job', 'database', 'tool'),
        label: { zh: '最旧可用备份', en: 'Oldest kept' },
        unit: DAYS,
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
]

const TRENDS: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '距上次成功', en: 'Since the last success' },
    description: {
      zh: '距最近一次成功备份的时间，正常时呈锯齿状：每次成功归零。一直上升、不再归零，说明备份已经停了。',
      en: 'Time since the last good backup: a saw that falls to zero at each success. Where it only rises, backups have stopped.',
    },
    lookBack: '14d',
    lines: [{ query: of('backup_job', max('last_success_age_seconds'), 'job') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '备份大小', en: 'Size of backups' },
    description: {
      zh: '每次备份写出的字节数，应随数据缓慢增长。骤降或变为 0 时，不要相信这份备份：检查日志与内容。',
      en: 'Bytes that each backup wrote: they should grow slowly with the data. After a sudden fall, or at 0, do not trust it: look at its log and at what is in it.',
    },
    lookBack: '30d',
    lines: [{ query: of('backup_job', last('bytes_out'), 'job') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '备份耗时', en: 'Time that backups take' },
    description: {
      zh: '每次备份的耗时。持续变长时，确认是否会拖到业务时间，并检查存储与网络。',
      en: 'How long each backup took. Where it grows, see whether it reaches into working hours; look at storage and network.',
    },
    lookBack: '30d',
    lines: [{ query: of('backup_job', last('duration_seconds'), 'job') }],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '备份内容校验', en: 'Contents checked' },
    description: {
      zh: '最近一次备份的内容检查是否通过（结束标记、压缩、清单）。未通过的备份很可能无法还原：立即重做。',
      en: 'Whether the contents of the last backup were found right (its end, compression, list). What was not mostly can not be restored: make it again.',
    },
    width: 12,
    height: 8,
    lines: [
      {
        query: of('backup_job', last('verified'), 'job'),
        colours: { 0: 'red', 1: 'green' },
        words: { 0: { zh: '未通过', en: 'wrong' }, 1: { zh: '通过', en: 'right' } },
      },
      {
        query: of('backup_job', last('checksum_ok'), 'job'),
        rule: 'backup_checksum_wrong',
        label: { zh: '校验和', en: 'checksums' },
        words: { 0: { zh: '未通过', en: 'wrong' }, 1: { zh: '通过', en: 'right' } },
      },
    ],
  },
]

const SECOND_COPY: Panel[] = [
  {
    kind: 'table',
    title: { zh: '第二份（离线）备份', en: 'Second (offline) copy' },
    description: {
      zh: '离线副本是否按时、是否与第一份一致、缺多少文件。橙色或红色：接上离线设备补做；不一致时重新复制并核对。人工登记的记录被改动时，查清是谁、为什么。',
      en: 'Whether the offline copy is in time and equal to the first, and what it lacks. Orange or red: attach the device and copy; where it differs, copy anew and compare. Where records by hand were changed, find out by whom and why.',
    },
    height: 8,
    keys: [HOST, JOB, DATABASE],
    columns: [
      {
        query: of('backup_copy', max('copy2_late_periods'), 'job', 'database'),
        label: { zh: '误期次数', en: 'Missed' },
        rule: 'backup_copy_late',
      },
      {
        query: of('backup_copy', last('state'), 'job', 'database'),
        label: { zh: '状态', en: 'State' },
        rule: 'backup_copy_unreadable',
        colours: { 2: 'blue', 3: 'red', 4: 'grey' },
      },
      {
        query: of('backup_copy', last('copy2_age_seconds'), 'job', 'database'),
        label: { zh: '最新副本距今', en: 'Age of the newest' },
      },
      {
        query: of('backup_copy', last('copy2_sha_equal'), 'job', 'database'),
        label: { zh: '内容', en: 'Contents' },
        rule: 'backup_copy_differs',
        words: GOOD_OR_BAD,
      },
      {
        query: of('backup_copy', last('files_missing'), 'job', 'database'),
        label: { zh: '缺失文件', en: 'Files missing' },
        rule: 'backup_copy_files',
      },
      {
        query: of('backup_copy', last('records_ok'), 'job', 'database'),
        label: { zh: '人工登记', en: 'Records by hand' },
        rule: 'backup_records_broken',
        words: INTACT,
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'states',
    title: { zh: '第二份备份的状态变化', en: 'Second copy over time' },
    description: {
      zh: '离线副本的状态。长期“不在”说明设备一直没有接上，二次备份没有做。',
      en: 'State of the offline copy. Where it is not there for long, the device was never attached and no second copy was made.',
    },
    lookBack: '14d',
    lines: [
      {
        query: of('backup_copy', last('state'), 'job'),
        rule: 'backup_copy_unreadable',
        colours: { 2: 'blue', 3: 'red', 4: 'grey' },
      },
    ],
  },
]

const RESTORE: Panel[] = [
  {
    kind: 'table',
    title: { zh: '还原测试', en: 'Restore tests' },
    description: {
      zh: '距上次成功的还原测试多少天、结果、恢复用时与数据比对。合同要求每年不少于一次：300 天变橙，365 天变红。失败或有差异的，查清后重做，并保留记录。',
      en: 'Days since the last good restore test, its result, how long it took, and what differed. The contract asks for one a year: orange at 300 days, red at 365. Where it failed or differed, find out why, do it again and keep the record.',
    },
    height: 8,
    keys: [HOST, JOB, DATABASE],
    columns: [
      {
        query: of('restore_test', max('age_days'), 'job', 'database'),
        label: { zh: '距上次成功', en: 'Since the last good one' },
        rule: 'restore_test_due',
        unit: DAYS,
      },
      {
        query: of('restore_test', last('result'), 'job', 'database'),
        label: { zh: '结果', en: 'Result' },
        rule: 'restore_test_failed',
        colours: { 3: 'grey' },
      },
      {
        query: of('restore_test', last('rto_seconds'), 'job', 'database'),
        label: { zh: '恢复用时', en: 'Time to restore' },
      },
      {
        query: of('restore_test', last('tables_checked'), 'job', 'database'),
        label: { zh: '比对表数', en: 'Tables compared' },
      },
      {
        query: of('restore_test', last('tables_diff'), 'job', 'database'),
        label: { zh: '有差异的表', en: 'Tables that differ' },
        rule: 'restore_differs',
      },
      {
        query: of('restore_test', min('records_ok'), 'job', 'database'),
        label: { zh: '人工登记', en: 'Records by hand' },
        rule: 'restore_records_broken',
        words: INTACT,
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
]

/** Backups, their second copies and whether they can be restored. */
export const board: Board = {
  uid: 'wardround-backups',
  title: { zh: '备份', en: 'Backups' },
  description: {
    zh: '每日备份的成功日历、新旧、第二份（离线）备份与还原测试。',
    en: 'A calendar of successes, how old backups are, their second (offline) copies, and restore tests.',
  },
  subjects: { measurement: 'backup_job', field: 'late_periods' },
  from: 'now-2d',
  sections: [
    { title: { zh: '结果', en: 'Results' }, panels: RESULTS },
    { title: { zh: '趋势', en: 'Over time' }, panels: TRENDS },
    { title: { zh: '第二份备份', en: 'Second copy' }, panels: SECOND_COPY },
    { title: { zh: '还原测试', en: 'Restore tests' }, panels: RESTORE },
  ],
}
