import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import type { Statement } from '../../statement.ts'
import { numberIfThere, toNamedValues } from './named-values.ts'

const UPTIME: Statement = {
  id: 'mysql.instance.uptime',
  text: "SHOW GLOBAL STATUS LIKE 'Uptime'",
  reads: [],
  grants: [],
  cost: 'cheap',
}

const COLUMNS =
  '@@GLOBAL.read_only AS read_only, @@hostname AS host_name, @@port AS port, @@server_id AS server_id, @@datadir AS data_directory, @@version_compile_os AS os, @@version_compile_machine AS machine, @@GLOBAL.log_bin AS log_bin, @@GLOBAL.character_set_server AS character_set'

const SETTINGS: readonly Statement[] = [
  {
    id: 'mysql.instance.settings',
    text: `SELECT ${COLUMNS}, NULL AS super_read_only, NULL AS server_uuid`,
    where: { flavour: ['mariadb'] },
    reads: [],
    grants: [],
    cost: 'cheap',
  },
  {
    id: 'mysql.instance.settings',
    text: `SELECT ${COLUMNS}, @@GLOBAL.super_read_only AS super_read_only, @@server_uuid AS server_uuid`,
    where: { flavour: ['mysql'] },
    reads: [],
    grants: [],
    cost: 'cheap',
  },
]

/**
 * How long the server runs, and whether it takes changes; what it is, as the document `mysql_instance`. Source: SHOW GLOBAL STATUS, system
 * variables. Needs: no privilege. Since: MySQL 5.7, MariaDB 10.4.
 */
export default defineProbe({
  name: 'mysql.instance',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: {
    zh: 'SHOW GLOBAL STATUS，系统变量',
    en: 'SHOW GLOBAL STATUS, system variables',
  },
  needs: 'none',
  help: {
    zh: '实例的运行时间、只读状态；版本等信息作为文档上报',
    en: 'Uptime and read-only state of the server; its version and the like as a document',
  },
  measurements: {
    mysql_instance: {
      identifyingTags: ['instance'],
      fields: {
        uptime_seconds: gauge('seconds', '自启动以来的时间', 'Time since the server started'),
        read_only: gauge('boolean', '是否只读（read_only）', 'read_only'),
        super_read_only: gauge(
          'boolean',
          '对管理员也只读（super_read_only，仅 MySQL）',
          'super_read_only (MySQL)',
        ),
      },
    },
  },
  statements: [UPTIME, ...SETTINGS],
  remembers: remembers<SentDocument>(),
  async sample({ session, emit, emitDocument, memory, monotonicMs, signal }) {
    const { instance } = session
    const status = toNamedValues(await session.rows([UPTIME], signal))
    const [settings = {}] = await session.rows(SETTINGS, signal)
    emit(
      'mysql_instance',
      { instance },
      {
        uptime_seconds: numberIfThere(status, 'Uptime'),
        read_only: switchOf(settings, 'read_only'),
        super_read_only: switchOf(settings, 'super_read_only'),
      },
    )
    const { versionText, traits } = await session.facts(signal)
    const body = { version: versionText, flavour: traits['flavour'] ?? null, ...describe(settings) }
    return sendWhenChanged(
      { emitDocument, monotonicMs },
      `mysql_instance:${instance}`,
      body,
      memory,
    )
  },
})

/** OFF, or one of several kinds of ON (MariaDB 12: NO_LOCK, NO_LOCK_NO_ADMIN). */
function switchOf(row: Row, column: string): number | undefined {
  const text = textOf(row, column)
  return text === undefined ? undefined : Number(text !== '0' && text !== 'OFF')
}

function describe(row: Row): Record<string, string | number | boolean | null> {
  return {
    hostName: textOf(row, 'host_name') ?? null,
    port: numberOf(row, 'port') ?? null,
    serverId: numberOf(row, 'server_id') ?? null,
    serverUuid: textOf(row, 'server_uuid') ?? null,
    dataDirectory: textOf(row, 'data_directory') ?? null,
    os: textOf(row, 'os') ?? null,
    machine: textOf(row, 'machine') ?? null,
    characterSet: textOf(row, 'character_set') ?? null,
    binaryLog: switchOf(row, 'log_bin') === 1,
  }
}
