import type { Board } from '../board.ts'
import { growth, last, max, mean, minus, of, over, rate, times } from '../formula.ts'
import { DAYS, HOST, UP_WORDS } from '../often-shown.ts'
import type { Panel, PanelQuery, Shown, TableKey } from '../panel.ts'

const DATABASE: TableKey = { tag: 'database', label: { zh: '数据库', en: 'Database' } }
const TABLESPACE: TableKey = { tag: 'tablespace', label: { zh: '表空间', en: 'Tablespace' } }
const DAY_SECONDS = 86_400

/** Tablespaces of one kind of contents. */
function tablespaces(contents: string, value: PanelQuery['value']): PanelQuery {
  const where = [{ tag: 'contents', operator: '=', value: contents } as const]
  return { ...of('oracle_tablespace', value, 'database', 'tablespace'), where }
}

/** One of Oracle's own metrics. */
function sysmetric(metric: string, unit: string, zh: string, en: string): Shown {
  const where = [{ tag: 'metric', operator: '=', value: metric } as const]
  return {
    query: { ...of('oracle_sysmetric', mean('value'), 'instance'), where },
    unit,
    label: { zh, en },
  }
}

const STATE: Panel[] = [
  {
    kind: 'states',
    title: { zh: '能否连接', en: 'Does it answer' },
    description: {
      zh: '监控账号能否连上实例。中断时，依次检查实例、监听、网络与账号；告警日志里有停库的原因。',
      en: 'Whether the monitoring account can connect. Where it can not, look at the instance, the listener, the network, the account, in this order; the alert log says why it stopped.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('oracle_up', last('up'), 'instance'),
        rule: 'oracle_down',
        words: UP_WORDS,
      },
    ],
  },
  {
    kind: 'states',
    title: { zh: '实例状态', en: 'State of instances' },
    description: {
      zh: '实例是否已打开。停在“已启动”或“已装载”说明库没有完全打开，业务不可用。',
      en: 'Whether each instance is open. Started or mounted only: the database is not open and nobody can work.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('oracle_instance', last('status'), 'instance'),
        colours: { 1: 'red', 2: 'orange', 3: 'green', 4: 'blue' },
      },
    ],
  },
  {
    kind: 'states',
    title: { zh: '归档进程', en: 'Archiver' },
    description: {
      zh: '归档进程的状态。失败时联机日志写满后数据库会停住：立即检查归档目录与快速恢复区的空间。',
      en: 'State of the archiver. When it fails, the database stops as soon as the online logs are full: see at once to the space of archive and recovery area.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('oracle_instance', last('archiver'), 'instance'),
        rule: 'oracle_archiver_failed',
        colours: { 0: 'grey', 1: 'grey' },
      },
    ],
  },
  {
    kind: 'states',
    title: { zh: '归档目的地', en: 'Archive destinations' },
    description: {
      zh: '各归档目的地的状态。ERROR 时，归档目的地视图的 ERROR 列写有原因：多为空间写满或备库不可达。',
      en: 'State of each destination. At ERROR, the column of that name in the view of archive destinations says why: mostly no space, or the standby is away.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('oracle_archive_dest', last('status'), 'database', 'dest'),
        rule: 'oracle_archive_failed',
        colours: { 0: 'grey', 2: 'blue' },
      },
    ],
  },
]

const SPACE: Panel[] = [
  {
    kind: 'table',
    title: { zh: '表空间（最满的在前）', en: 'Tablespaces, fullest first' },
    description: {
      zh: '永久表空间已用占可扩展上限的比例（考虑自动扩展）。橙色时安排加数据文件或扩大 MAXSIZE，红色时立即处理；写满后写入报 ORA-01653。',
      en: 'What is used of what they may grow to, autoextension included. Orange: plan another file or a larger MAXSIZE. Red: do it now; when it is full, writing fails with ORA-01653.',
    },
    height: 10,
    keys: [HOST, DATABASE, TABLESPACE],
    columns: [
      {
        query: tablespaces('PERMANENT', max('used_percent_of_max')),
        label: { zh: '占上限', en: 'Of its limit' },
        rule: 'oracle_tablespace_used',
      },
      {
        query: tablespaces('PERMANENT', max('used_percent_of_file')),
        label: { zh: '占现有文件', en: 'Of its files' },
      },
      { query: tablespaces('PERMANENT', last('used_bytes')), label: { zh: '已用', en: 'Used' } },
      { query: tablespaces('PERMANENT', last('max_bytes')), label: { zh: '上限', en: 'Limit' } },
      {
        query: tablespaces('PERMANENT', last('status')),
        label: { zh: '状态', en: 'Status' },
        colours: { 1: 'green', 2: 'red' },
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'table',
    title: { zh: '距写满的时间（正在增长的）', en: 'Time to full, of those that grow' },
    description: {
      zh: '按近 3 天的直线增长，永久表空间还有多久用尽可扩展的上限。3 天内变红：当天加数据文件，并查清是哪张表在增长。',
      en: 'How long until each permanent tablespace has used up its limit if it goes on growing as in 3 days. Red within 3 days: add a file today, and find the table that grows.',
    },
    lookBack: '3d',
    height: 8,
    keys: [HOST, DATABASE, TABLESPACE],
    columns: [
      {
        query: tablespaces(
          'PERMANENT',
          over(minus(last('max_bytes'), last('used_bytes')), growth('used_bytes')),
        ),
        label: { zh: '距写满', en: 'Full in' },
        rule: 'oracle_tablespace_full_soon',
      },
      {
        query: tablespaces('PERMANENT', times(growth('used_bytes'), DAY_SECONDS)),
        label: { zh: '每天增长', en: 'Growth a day' },
        unit: 'bytes',
      },
    ],
    onlyAboveZero: 0,
    sort: { column: 0, order: 'lowest' },
  },
  {
    kind: 'timeseries',
    title: { zh: '临时表空间', en: 'TEMP' },
    description: {
      zh: '临时表空间的使用比例。写满时排序与大查询报 ORA-01652：查占用最多的会话。',
      en: 'How full the temporary tablespaces are. When they are full, sorts and large queries fail with ORA-01652: find the session that uses most.',
    },
    lines: [
      {
        query: tablespaces('TEMPORARY', max('used_percent_of_max')),
        rule: 'oracle_temp_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: 'UNDO 表空间', en: 'UNDO' },
    description: {
      zh: '不能复用的回滚段占上限的比例。持续偏高：有长事务未提交，或保留时间设置过长。',
      en: 'Undo that can not be used again, of the limit. Where it stays high, a transaction is open for long, or the retention is too long.',
    },
    lines: [
      {
        query: tablespaces('UNDO', max('undo_held_percent_of_max')),
        rule: 'oracle_undo_held',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '快速恢复区', en: 'Recovery area' },
    description: {
      zh: '快速恢复区中不可回收部分占上限的比例。写满后归档停止、数据库挂起（ORA-00257）：清理过期备份或扩大上限。',
      en: 'What of the recovery area can not be reclaimed. When it is full, archiving and then the database stop (ORA-00257): delete obsolete backups, or enlarge it.',
    },
    lines: [{ query: of('oracle_fra', max('used_percent'), 'database'), rule: 'oracle_fra_used' }],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: 'ASM 磁盘组', en: 'ASM disk groups' },
    description: {
      zh: '各 ASM 磁盘组的使用比例。高于虚线时加盘或清理；镜像盘组还须留出坏盘后重建的空间。',
      en: 'How full each disk group is. Above the dashed lines add disks or clear up; mirrored groups need room to rebuild too.',
    },
    lines: [
      {
        query: of('oracle_asm', max('used_percent'), 'database', 'diskgroup'),
        rule: 'oracle_asm_used',
      },
    ],
    min: 0,
    max: 100,
  },
]

const LOAD: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '平均活动会话', en: 'Average active sessions' },
    description: {
      zh: '同时在干活的会话数。长期高于 CPU 核数说明有会话在排队：对照等待事件与阻塞。',
      en: 'Sessions at work at the same time. Long above the number of cores, sessions wait: see waits and blocks.',
    },
    lines: [sysmetric('Average Active Sessions', 'short', '活动会话', 'active sessions')],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '会话与进程占上限', en: 'Sessions and processes of their limits' },
    description: {
      zh: '会话数与进程数占参数上限的比例。到 100% 时新连接报 ORA-00018/00020：查连接池是否泄漏，再调大 processes。',
      en: 'Sessions and processes, of their limits. At 100 % new ones fail with ORA-00018 or 00020: see whether a pool leaks, then raise processes.',
    },
    lines: [
      {
        query: {
          ...of('oracle_resource', max('used_percent'), 'instance', 'resource'),
          where: [{ tag: 'resource', operator: 'in', values: ['processes', 'sessions'] }],
        },
        rule: 'oracle_resource_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '被阻塞超过 10 分钟的会话', en: 'Sessions blocked for 10 minutes' },
    description: {
      zh: '被其他会话锁住超过 10 分钟的会话数，应为 0。找出阻塞源会话，与业务方确认后处理。',
      en: 'Sessions that others have locked out for 10 minutes: 0 is right. Find the session that blocks them, and agree with those who work what to do.',
    },
    lines: [
      {
        query: of('oracle_sessions', max('blocked_over_600s'), 'instance'),
        rule: 'oracle_sessions_blocked',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '会话', en: 'Sessions' },
    description: {
      zh: '按状态与类型的会话数。不活动会话很多，多为连接池设置过大；活动会话突然增多，多为阻塞或慢 SQL。',
      en: 'Sessions by status and type. Many inactive ones mostly mean a large pool; a sudden rise of active ones a block or slow SQL.',
    },
    lines: [{ query: of('oracle_session', mean('count'), 'instance', 'status', 'type') }],
    stacked: true,
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '等待时间（按类别）', en: 'Waits by class' },
    description: {
      zh: '每秒等待的时间（按等待类别，不含空闲）。User I/O 高：看存储；Concurrency、Application 高：看锁；Commit 高：看联机日志所在磁盘。',
      en: 'Time waited each second by class, idle left out. Much User I/O: storage; Concurrency or Application: locks; Commit: the disks of the online logs.',
    },
    lines: [
      {
        query: of('oracle_wait', rate('time_waited_seconds_total'), 'instance', 'wait_class'),
        unit: 'short',
      },
    ],
    stacked: true,
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '事务与执行', en: 'Transactions and executions' },
    description: {
      zh: '每秒事务数、执行次数与硬解析。硬解析占比高：应用没有使用绑定变量。',
      en: 'Transactions, executions and hard parses a second. Many hard parses: the application does not use bind variables.',
    },
    lines: [
      sysmetric('User Transaction Per Sec', 'cps', '事务', 'transactions'),
      sysmetric('Executions Per Sec', 'cps', '执行', 'executions'),
      sysmetric('Hard Parse Count Per Sec', 'cps', '硬解析', 'hard parses'),
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '缓存命中率', en: 'Cache hit ratios' },
    description: {
      zh: '缓冲区与库缓存命中率，只作趋势参考。长期低于虚线时，先优化全表扫描的 SQL，再考虑加大 SGA。',
      en: 'Hit ratios of buffer and library cache; a trend, no verdict. Long below the dashed line, tune what scans whole tables, then think of a larger SGA.',
    },
    lines: [
      {
        ...sysmetric('Buffer Cache Hit Ratio', 'percent', '缓冲区', 'buffers'),
        rule: 'oracle_cache_hit_low',
      },
      {
        ...sysmetric('Library Cache Hit Ratio', 'percent', '库缓存', 'library'),
        rule: 'oracle_cache_hit_low',
      },
    ],
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '日志切换（每小时）', en: 'Log switches an hour' },
    description: {
      zh: '近 1 小时的联机日志切换次数。高于虚线时日志组偏小，加大到 15 至 30 分钟切换一次。',
      en: 'Switches of the online log in an hour. Above the dashed lines the logs are small: make them last for 15 to 30 minutes.',
    },
    lines: [
      { query: of('oracle_redo', max('switches_1h'), 'instance'), rule: 'oracle_redo_switches' },
    ],
    min: 0,
  },
]

const SAFETY: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: 'Data Guard 应用延迟', en: 'Data Guard apply lag' },
    description: {
      zh: '备库应用日志落后的时间。高于虚线时检查网络、备库磁盘与应用进程；此时切换会丢数据。',
      en: 'How far the standby is behind. Above the dashed lines look at network, its disks and its apply process; a switch now would lose data.',
    },
    lines: [
      {
        query: of('oracle_dataguard', max('apply_lag_seconds'), 'database', 'name'),
        rule: 'oracle_standby_lag',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '告警日志中的错误（10 分钟）', en: 'Errors in the alert log, 10 minutes' },
    description: {
      zh: '告警日志中最近 10 分钟各 ORA- 错误的次数。ORA-00600、07445、01578 要立即处理并保留跟踪文件；00060（死锁）、01555（快照过旧）反馈给开发。',
      en: 'ORA- errors of the last ten minutes by code. ORA-00600, 07445 and 01578 need doing at once: keep the traces. Tell the developers of 00060 (deadlocks) and 01555 (old snapshots).',
    },
    lines: [{ query: of('oracle_alertlog', max('matches_10m'), 'instance', 'code') }],
    min: 0,
  },
  {
    kind: 'table',
    title: { zh: '坏块与定时作业', en: 'Corrupt blocks and scheduled jobs' },
    description: {
      zh: '坏块数与近 24 小时失败的定时作业，均应为 0。有坏块：立即用 RMAN 校验，并从备份恢复该块。',
      en: 'Corrupt blocks, and scheduled jobs that failed in 24 hours: both should be 0. With corrupt blocks validate with RMAN at once and recover them from a backup.',
    },
    width: 12,
    keys: [HOST, DATABASE],
    columns: [
      {
        query: of('oracle_corruption', max('blocks'), 'database'),
        label: { zh: '坏块', en: 'Corrupt blocks' },
        rule: 'oracle_corrupt_blocks',
      },
      {
        query: of('oracle_job', max('failed_24h'), 'database'),
        label: { zh: '失败作业', en: 'Failed jobs' },
        rule: 'oracle_jobs_failed',
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
  {
    kind: 'table',
    title: { zh: '账号密码到期', en: 'Passwords that expire' },
    description: {
      zh: '各账号密码的剩余天数与状态。14 天内变橙、3 天内变红：到期后使用它的程序无法登录，提前更换并同步修改应用配置。',
      en: 'Days left of each password, and the status of the account. Orange within 14, red within 3 days: what uses it can not log on then; change it before, in the application too.',
    },
    width: 12,
    keys: [HOST, DATABASE, { tag: 'user', label: { zh: '账号', en: 'User' } }],
    columns: [
      {
        query: of('oracle_user', last('days_to_expiry'), 'database', 'user'),
        label: { zh: '剩余天数', en: 'Days left' },
        unit: DAYS,
        rule: 'oracle_user_expires',
      },
      {
        query: of('oracle_user', last('account_status'), 'database', 'user'),
        label: { zh: '状态', en: 'Status' },
        colours: { 1: 'green' },
      },
    ],
    sort: { column: 0, order: 'lowest' },
  },
]

/** Oracle: whether it runs, has room, keeps up, and is safe. */
export const board: Board = {
  uid: 'wardround-oracle',
  title: { zh: 'Oracle', en: 'Oracle' },
  description: {
    zh: 'Oracle 实例的可用性、空间、负载、等待、Data Guard 与告警日志。',
    en: 'Oracle instances: availability, space, load, waits, Data Guard and alert log.',
  },
  subjects: { measurement: 'oracle_up', field: 'up' },
  instanceTag: 'instance',
  sections: [
    { title: { zh: '状态', en: 'State' }, panels: STATE },
    { title: { zh: '空间', en: 'Space' }, panels: SPACE },
    { title: { zh: '负载', en: 'Load' }, panels: LOAD },
    { title: { zh: '安全', en: 'Safety' }, panels: SAFETY },
  ],
}
