import type { LocalizedText } from '@wardround/protocol'
import { counter, gauge, percent } from '../../field.ts'
import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import { booleanOf, numberOf, percentOf, textOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { PostgresqlSession, Send } from '../../sources/postgresql/postgresql-session.ts'
import { ConnectError, type ConnectFailure } from '../../sources/server/connect-failure.ts'
import type { Statement } from '../../statement.ts'

const DATABASES: Statement = {
  id: 'postgresql.table.databases',
  text: `SELECT d.datname AS db, d.datname = current_database() AS is_here
FROM pg_database AS d
WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit NOT IN (0, -2)
  AND has_database_privilege(d.oid, 'CONNECT')
ORDER BY d.oid
LIMIT $1`,
  reads: ['pg_database'],
  grants: [],
  cost: 'cheap',
}

/** Without the temporary tables of sessions, whose schemas and names come and go. */
const TABLES: Statement = {
  id: 'postgresql.table',
  text: `SELECT t.schemaname AS schema, t.relname AS "table", t.n_dead_tup, t.n_live_tup, t.n_mod_since_analyze, t.seq_scan,
  extract(epoch FROM clock_timestamp() - t.last_autovacuum) AS last_autovacuum_age_seconds,
  extract(epoch FROM clock_timestamp() - greatest(t.last_vacuum, t.last_autovacuum)) AS last_vacuum_age_seconds
FROM pg_stat_user_tables AS t
WHERE t.schemaname !~ '^pg_(toast_)?temp_'
ORDER BY t.n_dead_tup DESC, t.relid
LIMIT $1`,
  reads: ['pg_stat_user_tables'],
  grants: [],
  cost: 'slow',
}

/**
 * The tables of each database with the most dead rows. Reads: pg_database, pg_stat_user_tables. Needs: CONNECT on the databases. Since:
 * 10. Cost: 50 ms for 5,000 tables; a second session for a moment, one database after the other.
 */
export default defineProbe({
  name: 'postgresql.table',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 300_000,
  cost: 'slow',
  reads: 'pg_database, pg_stat_user_tables',
  needs: {
    zh: '每个数据库的 CONNECT',
    en: 'CONNECT on each database',
  },
  help: {
    zh: 'PostgreSQL 各数据库中死元组最多的表',
    en: 'Tables with the most dead rows, in each database',
  },
  options: {
    top: {
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
      help: { zh: '每个数据库采集的表数', en: 'Tables of each database' },
    },
    maxDatabases: {
      type: 'integer',
      minimum: 1,
      maximum: 200,
      default: 50,
      help: { zh: '最多进入的数据库个数', en: 'Most databases that are looked into' },
    },
  },
  measurements: {
    pg_table: {
      identifyingTags: ['instance', 'db', 'schema', 'table'],
      fields: {
        dead_tup: gauge('count', '死元组数（估计）', 'Dead rows (estimated)'),
        live_tup: gauge('count', '活元组数（估计）', 'Live rows (estimated)'),
        dead_percent: percent('死元组占比', 'Dead rows of all'),
        last_autovacuum_age_seconds: gauge(
          'seconds',
          '距上次自动清理的时间；从未清理时缺失',
          'Time since autovacuum; missing where there was none',
        ),
        last_vacuum_age_seconds: gauge(
          'seconds',
          '距上次清理（手动或自动）的时间；从未清理时缺失',
          'Time since a vacuum, by hand or not; missing where there was none',
        ),
        n_mod_since_analyze: gauge(
          'count',
          '上次分析后修改的行数（估计）',
          'Rows changed since the last analyze (estimated)',
        ),
        seq_scan_total: counter('count', '全表扫描次数', 'Sequential scans'),
      },
    },
  },
  statements: [DATABASES, TABLES],
  async sample({ session, emit, options, remark, signal }) {
    const { instance } = session
    const databases = await listDatabases({ session, signal, remark }, options.maxDatabases)
    const failures: ProbeError[] = []
    for (const { db, isHere } of databases) {
      const read = (send: Send) => send([TABLES], [String(options.top)])
      const rows = await (
        isHere ? session.together(signal, read) : session.inDatabase(db, signal, read)
      ).catch((error: unknown) => {
        const failure = toSkippable(error, signal)
        failures.push(failure)
        remark(inDatabase(db, failure))
        return []
      })
      for (const row of rows) emit('pg_table', { instance, db, ...toTags(row) }, toFields(row))
    }
    const [failure] = failures
    if (failure !== undefined && failures.length === databases.length) throw failure
  },
})

interface Database {
  readonly db: string
  readonly isHere: boolean
}

async function listDatabases(
  run: {
    readonly session: PostgresqlSession
    readonly signal: AbortSignal
    readonly remark: (text: LocalizedText) => void
  },
  most: number,
): Promise<readonly Database[]> {
  const rows = await run.session.rows([DATABASES], run.signal, [String(most + 1)])
  if (rows.length === 0)
    throw new NoDataError({
      zh: '没有该账号可以连接的数据库',
      en: 'there is no database that this account may enter',
    })
  if (rows.length > most)
    run.remark({
      zh: `可进入的数据库多于 ${most} 个，只查看前 ${most} 个的表（选项 maxDatabases）`,
      en: `there are more than ${most} databases, tables of only ${most} are looked at (option maxDatabases)`,
    })
  return rows.slice(0, most).map((row) => ({
    db: textOf(row, 'db') ?? '',
    isHere: booleanOf(row, 'is_here') === true,
  }))
}

/** What may be wrong with one database alone. */
const OF_ONE_DATABASE: readonly ConnectFailure[] = ['not_permitted', 'unknown_service', 'not_open']

/**
 * One database that can't be entered is no reason to leave out the others; a refused password, a deadline, a pause or a server that does
 * not answer is.
 */
function toSkippable(error: unknown, signal: AbortSignal): ProbeError {
  if (signal.aborted || !(error instanceof ProbeError)) throw error
  const { cause } = error
  if (cause instanceof ConnectError && !OF_ONE_DATABASE.includes(cause.failure)) throw error
  return error
}

function inDatabase(db: string, { text, message }: ProbeError): LocalizedText {
  const { zh, en } = text ?? { zh: message, en: message }
  return { zh: `数据库 ${db}：${zh}`, en: `database ${db}: ${en}` }
}

function toTags(row: Row) {
  return { schema: textOf(row, 'schema') ?? '', table: textOf(row, 'table') ?? '' }
}

function toFields(row: Row) {
  const dead = numberOf(row, 'n_dead_tup')
  const live = numberOf(row, 'n_live_tup')
  return {
    dead_tup: dead,
    live_tup: live,
    dead_percent: percentOf(dead, (dead ?? 0) + (live ?? 0)),
    last_autovacuum_age_seconds: numberOf(row, 'last_autovacuum_age_seconds'),
    last_vacuum_age_seconds: numberOf(row, 'last_vacuum_age_seconds'),
    n_mod_since_analyze: numberOf(row, 'n_mod_since_analyze'),
    seq_scan_total: numberOf(row, 'seq_scan'),
  }
}
