import { counter, gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, percentOf } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import type { Statement } from '../../statement.ts'
import { numberIfThere, toNamedValues } from './named-values.ts'

/** Fields by the status variable that they are. */
const FIELDS = {
  threads_connected: 'Threads_connected',
  threads_running: 'Threads_running',
  max_used_connections: 'Max_used_connections',
  aborted_connects_total: 'Aborted_connects',
  aborted_clients_total: 'Aborted_clients',
  connection_errors_max_connections_total: 'Connection_errors_max_connections',
  questions_total: 'Questions',
  slow_queries_total: 'Slow_queries',
  com_select_total: 'Com_select',
  com_insert_total: 'Com_insert',
  com_update_total: 'Com_update',
  com_delete_total: 'Com_delete',
  com_commit_total: 'Com_commit',
  com_rollback_total: 'Com_rollback',
  bytes_in_total: 'Bytes_received',
  bytes_out_total: 'Bytes_sent',
  created_tmp_disk_tables_total: 'Created_tmp_disk_tables',
  created_tmp_tables_total: 'Created_tmp_tables',
  open_files: 'Open_files',
  table_open_cache_misses_total: 'Table_open_cache_misses',
  select_full_join_total: 'Select_full_join',
} as const

const NAMES = Object.values(FIELDS)
  .map((name) => `'${name}'`)
  .join(', ')

const STATUS: Statement = {
  id: 'mysql.status.counters',
  text: `SHOW GLOBAL STATUS WHERE Variable_name IN (${NAMES})`,
  reads: [],
  grants: [],
  cost: 'cheap',
}

const LIMITS: Statement = {
  id: 'mysql.status.limits',
  text: 'SELECT @@GLOBAL.max_connections AS max_connections, @@GLOBAL.open_files_limit AS open_files_limit',
  reads: [],
  grants: [],
  cost: 'cheap',
}

/**
 * Connections and what they do. Source: SHOW GLOBAL STATUS, two system variables. Needs: no privilege. Since: MySQL 5.7, MariaDB 10.4.
 */
export default defineProbe({
  name: 'mysql.status',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'SHOW GLOBAL STATUS, max_connections, open_files_limit',
  needs: 'none',
  help: {
    zh: '连接数及其上限、语句计数、流量、临时表与打开的文件',
    en: 'Connections and their limit, statements, traffic, temporary tables and open files',
  },
  measurements: {
    mysql_status: {
      identifyingTags: ['instance'],
      fields: {
        threads_connected: gauge('count', '当前连接数', 'Connections now'),
        threads_running: gauge('count', '正在执行语句的连接数', 'Connections that run a statement'),
        max_connections: gauge('count', '连接数上限', 'Most connections'),
        used_percent: gauge(
          'percent',
          '连接数占上限的百分比；管理员占用保留的那个连接时略超过 100',
          'Connections in percent of the limit; a little above 100 where an administrator uses the one that is kept',
          0.01,
        ),
        max_used_connections: gauge(
          'count',
          '启动以来同时连接数的最大值',
          'Most connections at a time since the start',
        ),
        aborted_connects_total: counter('count', '失败的登录次数', 'Logons that failed'),
        aborted_clients_total: counter(
          'count',
          '未正常断开的连接数',
          'Connections that ended without a goodbye',
        ),
        connection_errors_max_connections_total: counter(
          'count',
          '因连接数已满而被拒绝的次数',
          'Connections refused because the limit was reached',
        ),
        questions_total: counter('count', '客户端发来的语句数', 'Statements that clients sent'),
        slow_queries_total: counter('count', '慢查询数', 'Slow queries'),
        com_select_total: counter('count', 'SELECT 次数', 'SELECT statements'),
        com_insert_total: counter('count', 'INSERT 次数', 'INSERT statements'),
        com_update_total: counter('count', 'UPDATE 次数', 'UPDATE statements'),
        com_delete_total: counter('count', 'DELETE 次数', 'DELETE statements'),
        com_commit_total: counter('count', '提交次数', 'Commits'),
        com_rollback_total: counter('count', '回滚次数', 'Rollbacks'),
        bytes_in_total: counter('bytes', '收到的字节数', 'Bytes received'),
        bytes_out_total: counter('bytes', '发出的字节数', 'Bytes sent'),
        created_tmp_disk_tables_total: counter(
          'count',
          '落盘的内部临时表数',
          'Internal temporary tables on disk',
        ),
        created_tmp_tables_total: counter('count', '内部临时表数', 'Internal temporary tables'),
        open_files: gauge('count', '打开的文件数', 'Open files'),
        open_files_limit: gauge('count', '可打开的文件数上限', 'Most files that can be open'),
        table_open_cache_misses_total: counter(
          'count',
          '表缓存未命中次数',
          'Misses of the table cache',
        ),
        select_full_join_total: counter(
          'count',
          '未使用索引的表连接次数',
          'Joins that used no index',
        ),
      },
    },
  },
  statements: [STATUS, LIMITS],
  async sample({ session, emit, signal }) {
    const status = toNamedValues(await session.rows([STATUS], signal))
    const [limits = {}] = await session.rows([LIMITS], signal)
    const connected = numberIfThere(status, FIELDS.threads_connected)
    const maxConnections = numberOf(limits, 'max_connections')
    emit(
      'mysql_status',
      { instance: session.instance },
      {
        ...Object.fromEntries(
          Object.entries(FIELDS).map(([field, name]) => [field, numberIfThere(status, name)]),
        ),
        max_connections: maxConnections,
        used_percent: percentOf(connected, maxConnections),
        open_files_limit: numberOf(limits, 'open_files_limit'),
      },
    )
  },
})
