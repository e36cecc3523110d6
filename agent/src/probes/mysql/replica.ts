import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import type { Statement } from '../../statement.ts'
import { countMissingGtids, countMissingSequences } from './count-gtids.ts'

const CLIENT = 'GRANT REPLICATION CLIENT ON *.* TO wardround'

/** MariaDB took this from REPLICATION CLIENT in 10.5.2, and has had a privilege for just it since 10.5.9; between them it is had only with one that could stop a replica, too. */
const STATUS: readonly Statement[] = [
  {
    text: 'SHOW ALL SLAVES STATUS',
    since: [10, 5, 9],
    where: { flavour: ['mariadb'] },
    grants: ['GRANT REPLICA MONITOR ON *.* TO wardround'],
  },
  {
    text: 'SHOW ALL SLAVES STATUS',
    since: [10, 5, 2],
    before: [10, 5, 9],
    where: { flavour: ['mariadb'] },
    grants: ['GRANT REPLICATION SLAVE ADMIN ON *.* TO wardround'],
  },
  { text: 'SHOW ALL SLAVES STATUS', where: { flavour: ['mariadb'] }, grants: [CLIENT] },
  {
    text: 'SHOW REPLICA STATUS',
    since: [8, 0, 22],
    where: { flavour: ['mysql'] },
    grants: [CLIENT],
  },
  { text: 'SHOW SLAVE STATUS', where: { flavour: ['mysql'] }, grants: [CLIENT] },
].map((variant) => ({ id: 'mysql.replica', reads: [], cost: 'cheap', ...variant }))

/**
 * Replication as the replica sees it, by channel (MariaDB: connection). Source: SHOW REPLICA STATUS (MySQL 8.0.22), SHOW SLAVE STATUS,
 * SHOW ALL SLAVES STATUS (MariaDB). Needs: REPLICATION CLIENT (MySQL, MariaDB 10.4), REPLICA MONITOR (MariaDB 10.5.9), REPLICATION SLAVE
 * ADMIN (MariaDB 10.5.2 to 10.5.8). Error texts are not sent: they quote statements. The document `mysql_replica` says where each channel comes from.
 */
export default defineProbe({
  name: 'mysql.replica',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'SHOW REPLICA STATUS, SHOW SLAVE STATUS, SHOW ALL SLAVES STATUS',
  needs: {
    zh: 'REPLICATION CLIENT（MySQL、MariaDB 10.4）；REPLICA MONITOR（MariaDB 10.5.9 起）；REPLICATION SLAVE ADMIN（MariaDB 10.5.2 至 10.5.8）',
    en: 'REPLICATION CLIENT (MySQL, MariaDB 10.4); REPLICA MONITOR (MariaDB 10.5.9); REPLICATION SLAVE ADMIN (MariaDB 10.5.2 to 10.5.8)',
  },
  help: {
    zh: '复制状态：线程、延迟、错误号、GTID 差距',
    en: 'Replication: threads, lag, error numbers, transactions to catch up',
  },
  measurements: {
    mysql_replica: {
      identifyingTags: ['instance', 'channel'],
      fields: {
        io_running: state('接收线程', 'Thread that receives', {
          0: { zh: '停止', en: 'no' },
          1: { zh: '运行', en: 'yes' },
          2: { zh: '正在连接', en: 'connecting' },
        }),
        sql_running: gauge('boolean', '应用线程是否运行', 'Whether the thread that applies runs'),
        seconds_behind: gauge(
          'seconds',
          '落后主库的时间；线程停止时缺失',
          'Lag behind the source; missing while a thread is stopped',
        ),
        sql_delay: gauge('seconds', '人为设置的延迟', 'Delay that the DBA has set'),
        last_io_errno: gauge(
          'count',
          '接收线程的最近错误号，0 为无',
          'Last error number of the receiver; 0: none',
        ),
        last_sql_errno: gauge(
          'count',
          '应用线程的最近错误号，0 为无',
          'Last error number of the applier; 0: none',
        ),
        gtid_gap: gauge(
          'count',
          '已接收尚未应用的事务数；未启用 GTID 时缺失',
          'Transactions received and not applied; missing where GTIDs are not used',
        ),
      },
    },
  },
  statements: STATUS,
  remembers: remembers<SentDocument>(),
  async sample({ session, emit, emitDocument, memory, monotonicMs, signal }) {
    const { instance } = session
    const rows = await session.rows(STATUS, signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '本实例不是从库', en: 'this server replicates from no other' })
    const channels = rows.map((row) => toChannel(row))
    for (const { name, fields } of channels)
      emit('mysql_replica', { instance, channel: name }, fields)
    const body = { channels: channels.map(({ name, source }) => ({ channel: name, ...source })) }
    return sendWhenChanged({ emitDocument, monotonicMs }, `mysql_replica:${instance}`, body, memory)
  },
})

function toChannel(row: Row) {
  const isMariadb = 'Connection_name' in row
  const [replica, source] =
    'Replica_IO_Running' in row ? ['Replica', 'Source'] : ['Slave', 'Master']
  const name = textOf(row, isMariadb ? 'Connection_name' : 'Channel_Name')
  return {
    name: name === undefined || name === '' ? 'default' : name,
    source: {
      host: textOf(row, `${source}_Host`) ?? null,
      port: numberOf(row, `${source}_Port`) ?? null,
    },
    fields: {
      io_running: toThreadState(textOf(row, `${replica}_IO_Running`)),
      sql_running: Number(textOf(row, `${replica}_SQL_Running`) === 'Yes'),
      seconds_behind: numberOf(row, `Seconds_Behind_${source}`),
      sql_delay: numberOf(row, 'SQL_Delay'),
      last_io_errno: numberOf(row, 'Last_IO_Errno'),
      last_sql_errno: numberOf(row, 'Last_SQL_Errno'),
      gtid_gap: isMariadb ? gapOfMariadb(row) : gapOfMysql(row),
    },
  }
}

/** `Yes`, `No`, `Connecting`; MariaDB has `Preparing` too. */
function toThreadState(text: string | undefined): number {
  if (text === 'Yes') return 1
  return text === 'No' || text === undefined ? 0 : 2
}

function gapOfMysql(row: Row): number | undefined {
  const received = textOf(row, 'Retrieved_Gtid_Set') ?? ''
  if (received === '') return undefined
  return countMissingGtids(received, textOf(row, 'Executed_Gtid_Set') ?? '')
}

function gapOfMariadb(row: Row): number | undefined {
  const received = textOf(row, 'Gtid_IO_Pos') ?? ''
  if (received === '') return undefined
  return countMissingSequences(received, textOf(row, 'Gtid_Slave_Pos') ?? '')
}
