import type { JsonValue } from '@wardround/protocol'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'
import { redactSql } from './redact-sql.ts'

/** Sorted before it is cut: ROWNUM is counted before ORDER BY of the same level, and 11.2 has no FETCH FIRST. */
const DEAREST: Statement = {
  id: 'oracle.top-sql',
  text: `
SELECT SQL_ID, SQL_TEXT, ELAPSED_TIME, CPU_TIME, EXECUTIONS, BUFFER_GETS, DISK_READS, ROWS_PROCESSED FROM (
  SELECT SQL_ID, SQL_TEXT, ELAPSED_TIME, CPU_TIME, EXECUTIONS, BUFFER_GETS, DISK_READS, ROWS_PROCESSED
  FROM V$SQLSTATS ORDER BY ELAPSED_TIME DESC)
WHERE ROWNUM <= 15`,
  cost: 'moderate',
  ...reading('V$SQLSTATS'),
}

const LONGEST_TEXT = 55

/**
 * The 15 statements that took most time since they came into the shared pool, as a document for reports. Source: V$SQLSTATS (base
 * licence). Needs: SELECT on it. Since: 11.2. Of a text 55 characters leave the host, with every value replaced; never a bind value.
 */
export default defineProbe({
  name: 'oracle.top-sql',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'moderate',
  reads: 'V$SQLSTATS',
  needs: 'SELECT on V_$SQLSTATS',
  help: {
    zh: '累计耗时最长的 15 条 SQL（文本脱敏，截取 55 个字符；仅用于报告）',
    en: 'The 15 statements that took most time (values replaced, 55 characters; for reports)',
  },
  measurements: {},
  statements: [DEAREST],
  async sample({ session, emitDocument, signal }) {
    const rows = await session.rows([DEAREST], signal)
    emitDocument(`oracle_top_sql:${session.instance}`, 'newest', { statements: rows.map(describe) })
  },
})

function describe(row: Row): JsonValue {
  return {
    sqlId: textOf(row, 'SQL_ID') ?? null,
    text: redactSql(textOf(row, 'SQL_TEXT') ?? '', LONGEST_TEXT),
    elapsedSeconds: inSeconds(numberOf(row, 'ELAPSED_TIME')),
    cpuSeconds: inSeconds(numberOf(row, 'CPU_TIME')),
    executions: numberOf(row, 'EXECUTIONS') ?? null,
    bufferGets: numberOf(row, 'BUFFER_GETS') ?? null,
    diskReads: numberOf(row, 'DISK_READS') ?? null,
    rows: numberOf(row, 'ROWS_PROCESSED') ?? null,
  }
}

function inSeconds(microseconds: number | undefined): number | null {
  return microseconds === undefined ? null : Math.round(microseconds / 1_000) / 1_000
}
