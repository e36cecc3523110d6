import type { Board } from '../board.ts'
import { last, max, mean, minus, of, over, plus, rate, times } from '../formula.ts'
import { UP_WORDS } from '../often-shown.ts'
import type { Panel } from '../panel.ts'

const STATE: Panel[] = [
  {
    kind: 'states',
    title: { zh: '能否连接', en: 'Does it answer' },
    description: {
      zh: '监控账号能否连上实例。中断时检查进程、错误日志、端口与连接数是否用尽。',
      en: 'Whether the monitoring account can connect. Where it can not, look at the process, its error log, the port, and whether connections ran out.',
    },
    width: 12,
    height: 6,
    lines: [{ query: of('mysql_up', last('up'), 'instance'), rule: 'mysql_down', words: UP_WORDS }],
  },
  {
    kind: 'states',
    title: { zh: '复制线程', en: 'Replication threads' },
    description: {
      zh: '从库的 I/O 线程与 SQL 线程是否在运行。停止时 SHOW REPLICA STATUS 有错误号与原因，修正后再启动。',
      en: 'Whether the receiver and the applier of a replica run. SHOW REPLICA STATUS has the error; mend it, then start them again.',
    },
    width: 12,
    height: 6,
    lines: [
      {
        query: of('mysql_replica', last('sql_running'), 'instance', 'channel'),
        rule: 'mysql_replication_stopped',
        label: { zh: 'SQL', en: 'SQL' },
        words: { 0: { zh: '停止', en: 'stopped' }, 1: { zh: '运行', en: 'runs' } },
      },
      {
        query: of('mysql_replica', last('io_running'), 'instance', 'channel'),
        colours: { 0: 'red', 1: 'green', 2: 'orange' },
        label: { zh: 'I/O', en: 'I/O' },
      },
    ],
  },
]

const WORK: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '连接数占上限', en: 'Connections of their limit' },
    description: {
      zh: '已用连接占 max_connections 的比例。到 100% 时应用报 Too many connections：查空闲连接与连接池。',
      en: 'Connections of max_connections. At 100 % applications get Too many connections: look at idle ones and at pools.',
    },
    lines: [
      {
        query: of('mysql_status', max('used_percent'), 'instance'),
        rule: 'mysql_connections_used',
      },
    ],
    min: 0,
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '正在执行的语句', en: 'Statements at work' },
    description: {
      zh: '同时在执行的语句占最大连接数的比例。突然升高多为锁等待或慢 SQL：看 SHOW PROCESSLIST。',
      en: 'Threads at work, of the connections that there may be. A sudden rise mostly means locks or slow statements: SHOW PROCESSLIST.',
    },
    lines: [
      {
        query: of(
          'mysql_status',
          times(over(max('threads_running'), max('max_connections')), 100),
          'instance',
        ),
        rule: 'mysql_threads_busy',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '语句', en: 'Statements' },
    description: {
      zh: '每秒查询与各类写入的语句数，反映业务量。骤降到 0：应用连不上或上游中断。',
      en: 'Statements each second: how much work there is. A fall to 0: applications can not connect, or what feeds them has stopped.',
    },
    lines: [
      {
        query: of('mysql_status', rate('com_select_total'), 'instance'),
        label: { zh: '查询', en: 'select' },
      },
      {
        query: of('mysql_status', rate('com_insert_total'), 'instance'),
        label: { zh: '插入', en: 'insert' },
      },
      {
        query: of('mysql_status', rate('com_update_total'), 'instance'),
        label: { zh: '更新', en: 'update' },
      },
      {
        query: of('mysql_status', rate('com_delete_total'), 'instance'),
        label: { zh: '删除', en: 'delete' },
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '慢查询', en: 'Slow queries' },
    description: {
      zh: '每秒慢查询数（按 long_query_time）。升高时查看慢日志，优先给扫描大表的语句加索引。',
      en: 'Slow queries each second (long_query_time). Where they rise, read the slow log; first index what scans large tables.',
    },
    lines: [{ query: of('mysql_status', rate('slow_queries_total'), 'instance') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '磁盘临时表', en: 'Temporary tables on disk' },
    description: {
      zh: '落到磁盘的临时表占全部临时表的比例。长期偏高：加大 tmp_table_size，或优化 GROUP BY 与 ORDER BY。',
      en: 'Temporary tables that went to disk, of all. Where it stays high, enlarge tmp_table_size, or tune GROUP BY and ORDER BY.',
    },
    lines: [
      {
        query: of(
          'mysql_status',
          over(times(rate('created_tmp_disk_tables_total'), 100), rate('created_tmp_tables_total')),
          'instance',
        ),
        unit: 'percent',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '失败的连接', en: 'Failed connections' },
    description: {
      zh: '每秒被拒绝或中断的连接数。持续出现：密码错误、网络不稳，或有人在尝试登录。',
      en: 'Connections each second that were refused or broke off. Steady ones: a wrong password, a bad network, or somebody who tries.',
    },
    lines: [
      {
        query: of('mysql_status', rate('aborted_connects_total'), 'instance'),
        label: { zh: '被拒绝', en: 'refused' },
      },
      {
        query: of('mysql_status', rate('aborted_clients_total'), 'instance'),
        label: { zh: '中断', en: 'broken off' },
      },
    ],
    min: 0,
  },
]

const INNODB: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '缓冲池命中率', en: 'Buffer pool hits' },
    description: {
      zh: '从缓冲池读到的比例。长期低于 99% 且磁盘繁忙时，加大 innodb_buffer_pool_size。',
      en: 'Reads that found their page in the buffer pool. Long below 99 % with busy disks: enlarge innodb_buffer_pool_size.',
    },
    lines: [{ query: of('mysql_innodb', mean('bp_hit_percent'), 'instance') }],
    max: 100,
  },
  {
    kind: 'timeseries',
    title: { zh: '历史链表长度', en: 'History list' },
    description: {
      zh: '尚未清除的历史版本数。持续增长说明有长事务挡住清除，查询会变慢：找出并结束它。',
      en: 'Versions that are not yet purged. Where they grow, a long transaction holds purging up and queries become slow: find it and end it.',
    },
    lines: [
      {
        query: of('mysql_innodb', max('history_list_length'), 'instance'),
        rule: 'mysql_history_long',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '行锁等待', en: 'Row locks' },
    description: {
      zh: '每秒发生的行锁等待与当前等待数。当前等待持续不为 0：有事务长时间持锁。',
      en: 'Waits for row locks each second, and those waiting now. Where some always wait, a transaction holds its locks for long.',
    },
    lines: [
      {
        query: of('mysql_innodb', rate('row_lock_waits_total'), 'instance'),
        label: { zh: '每秒', en: 'a second' },
      },
      {
        query: of('mysql_innodb', max('row_lock_current_waits'), 'instance'),
        label: { zh: '当前', en: 'now' },
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '死锁', en: 'Deadlocks' },
    description: {
      zh: '累计死锁次数，应保持水平。持续上升时，把 SHOW ENGINE INNODB STATUS 的内容交给开发方。',
      en: 'Deadlocks so far: a level line is right. Where it rises, give SHOW ENGINE INNODB STATUS to the developers.',
    },
    lines: [{ query: of('mysql_innodb', max('deadlocks_total'), 'instance'), unit: 'short' }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '最长事务', en: 'Longest transaction' },
    description: {
      zh: '运行最久的事务用时。过长会挡住清除与表结构变更：与业务方确认后结束它。',
      en: 'Age of the oldest transaction. A long one holds up purging and changes of tables: end it when those who own it agree.',
    },
    lines: [{ query: of('mysql_tx', max('oldest_tx_seconds'), 'instance') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '等待元数据锁', en: 'Waits for metadata locks' },
    description: {
      zh: '等待元数据锁的会话数。不为 0 时，多为表结构变更被未结束的事务挡住，后续查询都会排队。',
      en: 'Sessions that wait for metadata locks: mostly a change of a table behind an open transaction, with all later queries in a queue.',
    },
    lines: [{ query: of('mysql_tx', max('metadata_lock_waits'), 'instance') }],
    min: 0,
  },
]

const SAFETY: Panel[] = [
  {
    kind: 'timeseries',
    title: { zh: '复制延迟', en: 'Replication lag' },
    description: {
      zh: '从库落后主库的时间（减去设定的延迟）。高于虚线：大事务、从库磁盘慢或并行复制不足。',
      en: 'How far a replica is behind, less the delay that was set. Above the dashed lines: large transactions, slow disks, or too few appliers.',
    },
    lines: [
      {
        query: of(
          'mysql_replica',
          minus(max('seconds_behind'), max('sql_delay')),
          'instance',
          'channel',
        ),
        rule: 'mysql_replication_lag',
      },
    ],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '二进制日志占用', en: 'Binary logs on disk' },
    description: {
      zh: '二进制日志占用的空间。持续增长：检查 binlog_expire_logs_seconds 与从库是否停止。',
      en: 'Space of the binary logs. Where it grows, look at binlog_expire_logs_seconds, and whether a replica has stopped.',
    },
    lines: [{ query: of('mysql_binlog', max('bytes'), 'instance') }],
    min: 0,
  },
  {
    kind: 'timeseries',
    title: { zh: '各库大小', en: 'Size of schemas' },
    description: {
      zh: '各库数据与索引的大小（近 30 天），用于容量规划。',
      en: 'Data and indexes of each schema in 30 days, for planning.',
    },
    lookBack: '30d',
    width: 24,
    lines: [
      {
        query: of(
          'mysql_schema',
          plus(max('data_bytes'), max('index_bytes')),
          'instance',
          'schema',
        ),
        unit: 'bytes',
      },
    ],
    min: 0,
  },
]

/** MySQL and MariaDB: whether they answer, work and keep up. */
export const board: Board = {
  uid: 'wardround-mysql',
  title: { zh: 'MySQL', en: 'MySQL' },
  description: {
    zh: 'MySQL 与 MariaDB 实例的可用性、连接、语句、InnoDB、复制与空间。',
    en: 'MySQL and MariaDB instances: availability, connections, statements, InnoDB, replication and space.',
  },
  subjects: { measurement: 'mysql_up', field: 'up' },
  instanceTag: 'instance',
  sections: [
    { title: { zh: '状态', en: 'State' }, panels: STATE },
    { title: { zh: '连接与语句', en: 'Connections and statements' }, panels: WORK },
    { title: { zh: 'InnoDB', en: 'InnoDB' }, panels: INNODB },
    { title: { zh: '复制与空间', en: 'Replication and space' }, panels: SAFETY },
  ],
}
