import { gauge } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { flagOf, numberOf, textOf } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import type { Statement } from '../../statement.ts'

const IS_WRITTEN: Statement = {
  id: 'mysql.binlog.setting',
  text: 'SELECT @@GLOBAL.log_bin AS log_bin',
  reads: [],
  grants: [],
  cost: 'cheap',
}

const FILES: readonly Statement[] = [
  {
    where: { flavour: ['mariadb'] },
    since: [10, 5, 2],
    grants: ['GRANT BINLOG MONITOR ON *.* TO wardround'],
  },
  { grants: ['GRANT REPLICATION CLIENT ON *.* TO wardround'] },
].map((server) => ({
  id: 'mysql.binlog.files',
  text: 'SHOW BINARY LOGS',
  reads: [],
  cost: 'cheap',
  ...server,
}))

/** Files that have begun while we looked, by name: when they were seen first. */
interface Seen {
  readonly newest: string | undefined
  readonly begunAtMs: ReadonlyMap<string, number>
}

/**
 * The binary log. Source: SHOW BINARY LOGS. Needs: REPLICATION CLIENT (MySQL, MariaDB 10.4), BINLOG MONITOR (MariaDB 10.5.2). The server
 * does not say how old a file is: the age of the oldest is known once it is a file whose beginning the agent has seen, to the interval.
 */
export default defineProbe({
  name: 'mysql.binlog',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'cheap',
  reads: 'SHOW BINARY LOGS',
  needs: 'REPLICATION CLIENT (MySQL, MariaDB 10.4); BINLOG MONITOR (MariaDB 10.5.2)',
  help: { zh: '二进制日志的文件数与大小', en: 'Files and size of the binary log' },
  measurements: {
    mysql_binlog: {
      identifyingTags: ['instance'],
      fields: {
        files: gauge('count', '二进制日志文件数', 'Files of the binary log'),
        bytes: gauge('bytes', '二进制日志总大小', 'Size of the binary log'),
        oldest_age_seconds: gauge(
          'seconds',
          '最旧文件的存在时间；采集代理尚未见到该文件产生时无此值',
          'Age of the oldest file; missing until it is one whose beginning the agent has seen',
        ),
      },
    },
  },
  statements: [IS_WRITTEN, ...FILES],
  remembers: remembers<Seen>(),
  async sample({ session, emit, memory, monotonicMs, signal }) {
    const [setting = {}] = await session.rows([IS_WRITTEN], signal)
    if (flagOf(setting, 'log_bin') !== 1)
      throw new NoDataError({ zh: '未开启二进制日志', en: 'the binary log is not written' })
    const rows = await session.rows(FILES, signal)
    const names = rows.map((row) => textOf(row, 'Log_name') ?? '')
    const seen = lookAt(names, memory, monotonicMs)
    const begunAtMs = seen.begunAtMs.get(names[0] ?? '')
    emit(
      'mysql_binlog',
      { instance: session.instance },
      {
        files: rows.length,
        bytes: rows.reduce((sum, row) => sum + (numberOf(row, 'File_size') ?? 0), 0),
        oldest_age_seconds: begunAtMs === undefined ? undefined : (monotonicMs - begunAtMs) / 1000,
      },
    )
    return seen
  },
})

/** @param names oldest first */
function lookAt(names: readonly string[], before: Seen | undefined, nowMs: number): Seen {
  const newest = names.at(-1)
  if (before === undefined) return { newest, begunAtMs: new Map() }
  const place = before.newest === undefined ? -1 : names.indexOf(before.newest)
  const begunAtMs = names.flatMap((name, at): [string, number][] => {
    const known = before.begunAtMs.get(name) ?? (place >= 0 && at > place ? nowMs : undefined)
    return known === undefined ? [] : [[name, known]]
  })
  return { newest, begunAtMs: new Map(begunAtMs) }
}
