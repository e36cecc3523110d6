import { defineProbe, NoDataError, ProbeError } from '../../probe.ts'
import { booleanOf, numberOf, textOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { Send } from '../../sources/postgresql/postgresql-session.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { compareVersions, parseVersion, type Statement } from '../../statement.ts'
import { hiddenRows } from './hidden-rows.ts'

/** The extension may be in any schema, which must be on the path for the next statement; it may be older than the server. */
const EXTENSION: Statement = {
  id: 'postgresql.statements.extension',
  text: `SELECT e.extversion, quote_ident(n.nspname) AS schema, has_schema_privilege(n.oid, 'USAGE') AS may_use,
  set_config('search_path', 'pg_catalog, ' || quote_ident(n.nspname), false) AS path
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'`,
  reads: ['pg_extension', 'pg_namespace'],
  grants: [],
  cost: 'cheap',
}

const PATH_BACK: Statement = {
  id: 'postgresql.statements.path',
  text: "SELECT set_config('search_path', 'pg_catalog', false) AS path",
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** `false`: the file with the statements' texts is not even opened. */
function dearestBy(time: string): string {
  return `SELECT s.queryid, pg_get_userbyid(s.userid) AS "user", d.datname AS db, s.calls, s.rows,
  s.${time} AS total_ms, s.shared_blks_hit, s.shared_blks_read, s.temp_blks_written
FROM pg_stat_statements(false) AS s LEFT JOIN pg_database AS d ON d.oid = s.dbid
ORDER BY s.${time} DESC, s.queryid
LIMIT 20`
}

const DEAREST: Statement = {
  id: 'postgresql.statements',
  text: dearestBy('total_exec_time'),
  reads: ['pg_stat_statements', 'pg_database'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

/** Of the extension, not of the server. */
const EXEC_TIME_SINCE = [1, 8] as const

const DEAREST_BEFORE_1_8: Statement = {
  id: 'postgresql.statements.before-1-8',
  text: dearestBy('total_time'),
  reads: ['pg_stat_statements', 'pg_database'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

/**
 * The twenty dearest statements since the last reset, for reports: a document, newest only, by query id and without any text. Reads:
 * pg_stat_statements(false), where the extension is in the database of `connect`. Needs: pg_monitor. Since: 10. Cost: 10 ms for 5,000
 * statements.
 */
export default defineProbe({
  name: 'postgresql.statements',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'moderate',
  reads: 'pg_stat_statements(false), pg_extension, pg_database',
  needs: {
    zh: 'pg_monitor，并在 connect 所写的数据库中 CREATE EXTENSION pg_stat_statements',
    en: 'pg_monitor, and CREATE EXTENSION pg_stat_statements in the database of connect',
  },
  help: {
    zh: 'PostgreSQL 耗时最多的语句（只有编号和统计，不含语句文本）',
    en: 'Statements that took the most time, by id and without their text',
  },
  measurements: {},
  statements: [EXTENSION, DEAREST, DEAREST_BEFORE_1_8, PATH_BACK],
  async sample({ session, emitDocument, signal }) {
    const rows = await session.together(signal, readDearest)
    // Without pg_monitor the id of other users' statements is NULL.
    if (rows.some((row) => textOf(row, 'queryid') === undefined)) throw hiddenRows(DEAREST)
    emitDocument(`postgresql_statements:${session.instance}`, 'newest', {
      statements: rows.map(toStatement),
    })
  },
})

async function readDearest(send: Send): Promise<readonly Row[]> {
  const [extension] = await send([EXTENSION])
  if (extension === undefined)
    throw new NoDataError({
      zh: '该库未安装 pg_stat_statements',
      en: 'pg_stat_statements is not installed here',
    })
  if (booleanOf(extension, 'may_use') === false) throw noUsage(textOf(extension, 'schema') ?? '')
  const version = parseVersion(textOf(extension, 'extversion') ?? '')
  const dearest = compareVersions(version, EXEC_TIME_SINCE) < 0 ? DEAREST_BEFORE_1_8 : DEAREST
  const answer = await send([dearest]).then(
    (rows) => ({ rows }),
    (error: unknown) => ({ error }),
  )
  await send([PATH_BACK])
  if ('error' in answer) throw answer.error
  return answer.rows
}

/** The server says no more than that there is no such function. */
function noUsage(schema: string): ProbeError {
  const cure = `GRANT USAGE ON SCHEMA ${schema} TO wardround`
  return new ProbeError('NOT_PERMITTED', {
    zh: `pg_stat_statements 安装在模式 ${schema} 中，监控账号没有使用权限；请 DBA 执行：${cure}`,
    en: `pg_stat_statements is in the schema ${schema}, which this account may not use; have the DBA run: ${cure}`,
  })
}

function toStatement(row: Row) {
  const calls = numberOf(row, 'calls') ?? 0
  const totalMs = numberOf(row, 'total_ms') ?? 0
  return {
    queryId: textOf(row, 'queryid') ?? '',
    db: textOf(row, 'db') ?? '',
    user: textOf(row, 'user') ?? '',
    calls,
    totalMs,
    meanMs: calls === 0 ? 0 : totalMs / calls,
    rows: numberOf(row, 'rows') ?? 0,
    blocksHit: numberOf(row, 'shared_blks_hit') ?? 0,
    blocksRead: numberOf(row, 'shared_blks_read') ?? 0,
    tempBlocksWritten: numberOf(row, 'temp_blks_written') ?? 0,
  }
}
