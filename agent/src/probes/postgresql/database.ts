import { counter, gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { Statement } from '../../statement.ts'
import { MOST_DATABASES } from './most-databases.ts'

const COUNTERS = [
  'xact_commit',
  'xact_rollback',
  'blks_read',
  'blks_hit',
  'tup_returned',
  'tup_fetched',
  'tup_inserted',
  'tup_updated',
  'tup_deleted',
  'temp_files',
  'temp_bytes',
  'deadlocks',
  'conflicts',
] as const

function databasesWith(checksumFailures: string): string {
  return `SELECT d.datname AS db, s.numbackends AS backends, ${COUNTERS.map((name) => `s.${name}`).join(', ')},
  ${checksumFailures} AS checksum_failures,
  age(d.datfrozenxid) AS xid_age, mxid_age(d.datminmxid) AS mxid_age
FROM pg_database AS d JOIN pg_stat_database AS s ON s.datid = d.oid
ORDER BY d.oid
LIMIT $1`
}

const DATABASE: Statement = {
  id: 'postgresql.database',
  since: [12],
  text: databasesWith('s.checksum_failures'),
  reads: ['pg_database', 'pg_stat_database'],
  grants: [],
  cost: 'cheap',
}

const DATABASE_BEFORE_12: Statement = {
  id: 'postgresql.database',
  before: [12],
  text: databasesWith('NULL'),
  reads: ['pg_database', 'pg_stat_database'],
  grants: [],
  cost: 'cheap',
}

/** Activity of each database, and how near it is to a wraparound. Reads: pg_stat_database, pg_database. Needs: nothing. Since: 10; checksum failures 12. Cost: 2 ms for 50 databases. */
export default defineProbe({
  name: 'postgresql.database',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'pg_stat_database, pg_database',
  needs: 'none',
  help: { zh: 'PostgreSQL 各数据库的活动', en: 'Activity of each database of PostgreSQL' },
  options: { maxDatabases: MOST_DATABASES },
  measurements: {
    pg_database: {
      identifyingTags: ['instance', 'db'],
      fields: {
        backends: gauge('count', '连接到该库的会话数', 'Sessions in this database'),
        xact_commit_total: counter('count', '提交的事务数', 'Transactions committed'),
        xact_rollback_total: counter('count', '回滚的事务数', 'Transactions rolled back'),
        blks_read_total: counter('count', '从磁盘读取的块数', 'Blocks read from disk'),
        blks_hit_total: counter('count', '缓冲区命中的块数', 'Blocks found in the buffers'),
        tup_returned_total: counter('count', '扫描的行数', 'Rows that scans read'),
        tup_fetched_total: counter('count', '通过索引取得的行数', 'Rows fetched by indexes'),
        tup_inserted_total: counter('count', '插入的行数', 'Rows inserted'),
        tup_updated_total: counter('count', '更新的行数', 'Rows updated'),
        tup_deleted_total: counter('count', '删除的行数', 'Rows deleted'),
        temp_files_total: counter('count', '临时文件数', 'Temporary files written'),
        temp_bytes_total: counter('bytes', '临时文件字节数', 'Bytes written to temporary files'),
        deadlocks_total: counter('count', '死锁次数', 'Deadlocks'),
        conflicts_total: counter(
          'count',
          '因与恢复冲突而取消的语句数（备库）',
          'Statements cancelled by conflicts with recovery (standby)',
        ),
        checksum_failures_total: counter(
          'count',
          '数据页校验失败次数；未启用校验时缺失',
          'Data pages with a wrong checksum; missing where checksums are off',
        ),
        xid_age: gauge(
          'count',
          '最老未冻结事务号的年龄',
          'Age of the oldest transaction id that is not frozen',
        ),
        mxid_age: gauge('count', '最老 MultiXact ID 的年龄', 'Age of the oldest multixact id'),
      },
    },
  },
  statements: [DATABASE, DATABASE_BEFORE_12],
  async sample({ session, emit, options, remark, signal }) {
    const most = options.maxDatabases
    const rows = await session.rows([DATABASE, DATABASE_BEFORE_12], signal, [String(most + 1)])
    if (rows.length > most)
      remark({
        zh: `数据库多于 ${most} 个，只采集前 ${most} 个（选项 maxDatabases）`,
        en: `there are more than ${most} databases, only ${most} are read (option maxDatabases)`,
      })
    for (const row of rows.slice(0, most)) {
      const counters = Object.fromEntries(
        COUNTERS.map((name) => [`${name}_total`, numberOf(row, name)]),
      )
      emit(
        'pg_database',
        { instance: session.instance, db: textOf(row, 'db') ?? '' },
        {
          ...counters,
          backends: numberOf(row, 'backends'),
          checksum_failures_total: numberOf(row, 'checksum_failures'),
          xid_age: numberOf(row, 'xid_age'),
          mxid_age: numberOf(row, 'mxid_age'),
        },
      )
    }
  },
})
