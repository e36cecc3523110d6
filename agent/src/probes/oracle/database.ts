import { gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { booleanOf, numberOf, placeOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'
import {
  FLASHBACK,
  FORCE_LOGGING,
  LOG_MODES,
  OPEN_MODES,
  PROTECTION_MODES,
  ROLES,
  SWITCHOVER_STATUSES,
  wordsOf,
  type DatabaseWords,
} from './database-words.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const STATEMENT = {
  id: 'oracle.database',
  cost: 'cheap',
  ...reading('V$DATABASE'),
} as const satisfies Partial<Statement>

const VARIANTS: readonly Statement[] = [
  { ...STATEMENT, since: [12, 1], text: selectDatabase('cdb') },
  { ...STATEMENT, before: [12, 1], text: selectDatabase("'NO' AS cdb") },
]

/**
 * The database as its control file says it is. Source: V$DATABASE. Needs: SELECT on
 * V_$DATABASE. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.database',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$DATABASE',
  needs: 'SELECT on V_$DATABASE',
  help: {
    zh: 'Oracle 数据库：打开模式、归档模式、角色、强制日志记录、闪回、切换状态',
    en: 'The Oracle database: open mode, archiving, role, forced logging, flashback, switchover status',
  },
  measurements: {
    oracle_database: {
      identifyingTags: ['database'],
      fields: {
        open_mode: state('打开模式', 'How the database is open', OPEN_MODES),
        log_mode: state('日志模式', 'Whether redo is archived', LOG_MODES),
        database_role: state('数据库角色', 'Role in Data Guard', ROLES),
        force_logging: state('强制日志记录（FORCE LOGGING）', 'Forced logging', FORCE_LOGGING),
        flashback_on: state('闪回数据库', 'Flashback database', FLASHBACK),
        switchover_status: state('切换状态', 'Switchover status', SWITCHOVER_STATUSES),
        protection_mode: state('保护模式', 'Protection mode', PROTECTION_MODES),
        created: gauge('timestamp_seconds', '建库时间', 'When the database was created'),
      },
    },
  },
  statements: VARIANTS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, memory } = run
    const tags = await session.databaseTags(signal, 'cdb')
    const [row] = await session.rows(VARIANTS, signal)
    if (row === undefined) return memory
    emit('oracle_database', tags, {
      open_mode: wordOf(row, 'OPEN_MODE', OPEN_MODES),
      log_mode: wordOf(row, 'LOG_MODE', LOG_MODES),
      database_role: wordOf(row, 'DATABASE_ROLE', ROLES),
      force_logging: wordOf(row, 'FORCE_LOGGING', FORCE_LOGGING),
      flashback_on: wordOf(row, 'FLASHBACK_ON', FLASHBACK),
      switchover_status: wordOf(row, 'SWITCHOVER_STATUS', SWITCHOVER_STATUSES),
      protection_mode: wordOf(row, 'PROTECTION_MODE', PROTECTION_MODES),
      created: numberOf(row, 'CREATED_SECONDS'),
    })
    return sendWhenChanged(run, `oracle_database:${session.instance}`, describe(row), memory)
  },
})

function wordOf(row: Row, column: string, words: DatabaseWords): number | undefined {
  return placeOf(wordsOf(words), textOf(row, column))
}

function describe(row: Row) {
  return {
    name: textOf(row, 'NAME') ?? null,
    uniqueName: textOf(row, 'DB_UNIQUE_NAME') ?? null,
    dbid: textOf(row, 'DBID') ?? null,
    platform: textOf(row, 'PLATFORM_NAME') ?? null,
    container: booleanOf(row, 'CDB') ?? null,
  }
}

/** CREATED is local time of the server, as SYSDATE is: its age taken from the time in UTC makes it a point in time. */
function selectDatabase(cdb: string): string {
  return `SELECT name, db_unique_name, dbid, platform_name, ${cdb}, open_mode, log_mode, database_role, force_logging,
  flashback_on, switchover_status, protection_mode,
  ROUND((CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - DATE '1970-01-01' - (SYSDATE - created)) * 86400) AS created_seconds
FROM v$database`
}
