import type { Board } from '../board.ts'
import { last, max, mean, of, over, plus, rate, times } from '../formula.ts'
import { HOST, UP_WORDS } from '../often-shown.ts'
import type { Panel, TableKey } from '../panel.ts'

const INSTANCE: TableKey = { tag: 'instance', label: { zh: '实例', en: 'Instance' } }
const DATABASE: TableKey = { tag: 'db', label: { zh: '数据库', en: 'Database' } }

const STATE: Panel[] = [
  {
    kind: 'states',
    title: { zh: '能否连接', en: 'Does it answer' },
    description: {
      zh: '监控账号能否连上实例。中断时检查进程、监听地址、pg_hba.conf 与连接数是否用尽。',
      en: 'Whether the monitoring account can connect. Where it can not, look at the process, its address, pg_hba.conf, and whether connections ran out.',
    },
    width: 12,
    height: 6,
    lines: [
      { query: of('pg_up', last('up'), 'instance'), rule: 'postgresql_down', words: UP_WORDS },
    ],
  },
  {
    kind: 'states',
    title: { zh: '归档', en: 'Archiving' },
    description: {
      zh: '最近一次归档是否失败。持续失败时 WAL 会堆满磁盘：查看 archive_command 的报错。',
      en: 'Whether the last archiving failed. Where it goes on, WAL fills the disk: see what archive_command says.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('pg_archiver', last('failing'), 'instance'),
        rule: 'postgresql_archiver_failing',
        words: { 0: { zh: '正常', en: 'works' }, 1: { zh: '失败', en: 'fails' } },
      },
    ],
  },
]

const WORK: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '连接数占上限', en: 'Connections of their limit' },
    description: {
      zh: '连接数占可用上限的比例。到 100% 时应用连不上：查空闲连接与连接池，再调大 max_connections。',
      en: 'Connections of those that there may be. At 100 % nobody gets in: look at idle ones and at pools, then raise max_connections.',
    },
    lines: [
      {
        query: of('pg_connections', max('used_percent'), 'instance'),
        rule: 'postgresql_connections_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '连接状态', en: 'Connections by state' },
    description: {
      zh: '按状态的连接数。“事务中空闲”很多会阻碍清理并持有锁：找到没有提交的应用。',
      en: 'Connections by state. Many that are idle in a transaction hold locks and hinder vacuum: find the application that does not commit.',
    },
    lines: [
      {
        query: of('pg_connections', mean('active'), 'instance'),
        label: { zh: '活动', en: 'active' },
      },
      { query: of('pg_connections', mean('idle'), 'instance'), label: { zh: '空闲', en: 'idle' } },
      {
        query: of('pg_connections', mean('idle_in_tx'), 'instance'),
        label: { zh: '事务中空闲', en: 'idle in transaction' },
      },
      {
        query: of('pg_connections', mean('waiting'), 'instance'),
        label: { zh: '等待', en: 'waiting' },
      },
    ],
    stacked: true,
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '最长事务', en: 'Longest transaction' },
    description: {
      zh: '运行最久的事务用时。长事务使清理无法进行、表膨胀：与业务方确认后结束它。',
      en: 'Age of the oldest transaction. While it is open nothing can be vacuumed and tables bloat: end it when those who own it agree.',
    },
    lines: [
      {
        query: of('pg_connections', max('oldest_tx_seconds'), 'instance'),
        rule: 'postgresql_long_transaction',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '被阻塞的连接', en: 'Blocked connections' },
    description: {
      zh: '正在等待他人持有的锁的连接数。持续不为 0：用 pg_blocking_pids 找出源头。',
      en: 'Connections that wait for locks of others. Where some stay, pg_blocking_pids names the one that blocks.',
    },
    lines: [{ query: of('pg_connections', max('blocked'), 'instance') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '提交与回滚', en: 'Commits and rollbacks' },
    description: {
      zh: '每秒提交与回滚的事务数。回滚占比升高说明应用出错或冲突增多。',
      en: 'Transactions committed and rolled back each second. More rollbacks mean errors of the application, or conflicts.',
    },
    lines: [
      {
        query: of('pg_database', rate('xact_commit_total'), 'instance', 'db'),
        label: { zh: '提交', en: 'commits' },
      },
      {
        query: of('pg_database', rate('xact_rollback_total'), 'instance', 'db'),
        label: { zh: '回滚', en: 'rollbacks' },
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '缓存命中率', en: 'Cache hit ratio' },
    description: {
      zh: '从共享缓冲区读到的块占比。在线业务长期低于 95% 时，检查缺失的索引与 shared_buffers。',
      en: 'Blocks found in shared buffers. Where it stays below 95 % for online work, look for missing indexes, then at shared_buffers.',
    },
    lines: [
      {
        query: of(
          'pg_database',
          over(
            times(rate('blks_hit_total'), 100),
            plus(rate('blks_hit_total'), rate('blks_read_total')),
          ),
          'instance',
          'db',
        ),
        unit: 'percent',
      },
    ],
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '临时文件', en: 'Temporary files' },
    description: {
      zh: '每秒写入临时文件的字节数。持续偏高说明排序或哈希超出 work_mem。',
      en: 'Bytes written to temporary files each second. Steady writing means that sorts and hashes do not fit into work_mem.',
    },
    lines: [{ query: of('pg_database', rate('temp_bytes_total'), 'instance', 'db') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '死锁', en: 'Deadlocks' },
    description: {
      zh: '累计死锁次数，应保持水平。持续上升时，把日志中的语句交给开发方调整加锁顺序。',
      en: 'Deadlocks so far: a level line is right. Where it rises, give the statements of the log to the developers.',
    },
    lines: [{ query: of('pg_database', max('deadlocks_total'), 'instance', 'db'), unit: 'short' }],
    min: 0,
  },
]

const SPACE: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '数据库大小', en: 'Size of databases' },
    description: {
      zh: '各数据库的大小（近 30 天），用于容量规划。突然变大：批量导入或表膨胀。',
      en: 'Size of each database in 30 days, for planning. A sudden rise: a load, or bloat.',
    },
    lookBack: '30d',
    lines: [{ query: of('pg_database', max('size_bytes'), 'instance', 'db') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: 'WAL 占用', en: 'WAL on disk' },
    description: {
      zh: 'pg_wal 目录的大小。持续增长：归档失败、复制槽无人消费，或 wal_keep_size 过大。',
      en: 'Size of pg_wal. Where it grows: archiving fails, a slot is left behind, or wal_keep_size is large.',
    },
    lines: [{ query: of('pg_wal', max('wal_bytes'), 'instance') }],
    min: 0,
  },
  {
    kind: 'table',
    title: { zh: '死行最多的表', en: 'Tables with most dead rows' },
    description: {
      zh: '死行占比高的表会膨胀变慢。检查自动清理是否被长事务阻挡，必要时手工 VACUUM。',
      en: 'Tables with many dead rows bloat and become slow. See whether a long transaction keeps autovacuum away; vacuum by hand if need be.',
    },
    width: 24,
    keys: [
      HOST,
      INSTANCE,
      DATABASE,
      { tag: 'schema', label: { zh: '模式', en: 'Schema' } },
      { tag: 'table', label: { zh: '表', en: 'Table' } },
    ],
    columns: [
      {
        query: of('pg_table', last('dead_percent'), 'instance', 'db', 'schema', 'table'),
        label: { zh: '死行占比', en: 'Dead' },
      },
      {
        query: of('pg_table', last('dead_tup'), 'instance', 'db', 'schema', 'table'),
        label: { zh: '死行', en: 'Dead rows' },
      },
      {
        query: of(
          'pg_table',
          last('last_autovacuum_age_seconds'),
          'instance',
          'db',
          'schema',
          'table',
        ),
        label: { zh: '距上次自动清理', en: 'Since autovacuum' },
      },
    ],
    sort: { column: 0, order: 'highest' },
  },
]

const SAFETY: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '备库回放延迟', en: 'Standby replay lag' },
    description: {
      zh: '备库回放落后的时间。高于虚线时检查网络、备库磁盘与冲突的查询。',
      en: 'How far a standby is behind. Above the dashed lines look at the network, its disks, and queries that conflict.',
    },
    lines: [
      {
        query: of('pg_replica', max('replay_lag_seconds'), 'instance'),
        rule: 'postgresql_replica_lag',
      },
    ],
    min: 0,
  },
  {
    kind: 'states',
    title: { zh: '复制连接', en: 'Replication' },
    description: {
      zh: '主库看到的各备库连接状态，应为 streaming。消失或停在 catchup：备库中断或跟不上。',
      en: 'State of each standby as the primary sees it: streaming is right. Gone, or long at catchup: it is away or does not keep up.',
    },
    width: 12,
    height: 8,
    lines: [
      {
        query: of('pg_replication', last('state'), 'instance', 'app', 'addr'),
        colours: { 2: 'orange', 3: 'green' },
      },
    ],
  },
  {
    kind: 'timeseries',
    title: { zh: '复制槽保留的 WAL', en: 'WAL kept by slots' },
    description: {
      zh: '各复制槽为消费者保留的 WAL。无人使用的槽会一直保留直到写满磁盘：确认不再需要后删除该槽。',
      en: 'WAL that each slot keeps for its reader. One that nobody reads keeps it until the disk is full: drop it once it is sure that nobody needs it.',
    },
    lines: [
      {
        query: of('pg_slot', max('retained_bytes'), 'instance', 'slot'),
        rule: 'postgresql_slot_left_behind',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '事务号年龄', en: 'Age of transaction ids' },
    description: {
      zh: '最老的未冻结事务号的年龄。到 20 亿时数据库停止写入：高于虚线时尽快对相应数据库做 VACUUM FREEZE。',
      en: 'Age of the oldest transaction id that is not frozen. At two thousand million the database takes no more writes: above the dashed lines, VACUUM FREEZE.',
    },
    lines: [
      {
        query: of('pg_wraparound', max('xid_age'), 'instance'),
        rule: 'postgresql_transaction_ids',
      },
    ],
    min: 0,
  },
]

/** PostgreSQL: whether it answers, works, has room and is safe. */
export const board: Board = {
  uid: 'wardround-postgresql',
  title: { zh: 'PostgreSQL', en: 'PostgreSQL' },
  description: {
    zh: 'PostgreSQL 实例的可用性、连接、事务、空间、复制与事务号。',
    en: 'PostgreSQL instances: availability, connections, transactions, space, replication and transaction ids.',
  },
  subjects: { measurement: 'pg_up', field: 'up' },
  instanceTag: 'instance',
  sections: [
    { title: { zh: '状态', en: 'State' }, panels: STATE },
    { title: { zh: '连接与事务', en: 'Connections and transactions' }, panels: WORK },
    { title: { zh: '空间', en: 'Space' }, panels: SPACE },
    { title: { zh: '复制与安全', en: 'Replication and safety' }, panels: SAFETY },
  ],
}
