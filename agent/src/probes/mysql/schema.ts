import { gauge } from '../../field.ts'
import { defineProbe, ProbeError } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import type { Statement } from '../../statement.ts'

const GRANT = 'GRANT SHOW VIEW ON *.* TO wardround'

/** The largest hundred. Partitions are added up by the server itself. */
const SCHEMAS: Statement = {
  id: 'mysql.schema',
  text: "SELECT TABLE_SCHEMA AS schema_name, COUNT(*) AS table_count, SUM(DATA_LENGTH) AS data_bytes, SUM(INDEX_LENGTH) AS index_bytes, SUM(DATA_FREE) AS free_bytes FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema') GROUP BY TABLE_SCHEMA ORDER BY SUM(DATA_LENGTH + INDEX_LENGTH) DESC LIMIT 100",
  reads: ['information_schema.TABLES'],
  grants: [GRANT],
  cost: 'slow',
}

/**
 * Size of the schemas, the largest hundred. Source: information_schema.TABLES. Needs: SHOW VIEW on what is to be counted: the least
 * privilege that makes a table visible there; it shows definitions of views and no row of any table. Since: MySQL 5.7, MariaDB 10.4.
 * Cost: one look at each table. MySQL 8.0 answers from statistics up to a day old (information_schema_stats_expiry), which a session
 * that is read-only does not renew. free_bytes counts a tablespace that tables share once for each of them.
 */
export default defineProbe({
  name: 'mysql.schema',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3_600,
  deadlineMs: 65_000,
  cost: 'slow',
  reads: 'information_schema.TABLES',
  needs: 'SHOW VIEW ON *.*',
  help: { zh: '各库的数据、索引大小与表数', en: 'Size of each schema, and how many tables it has' },
  measurements: {
    mysql_schema: {
      identifyingTags: ['instance', 'schema'],
      fields: {
        data_bytes: gauge('bytes', '数据大小', 'Size of the rows'),
        index_bytes: gauge('bytes', '索引大小', 'Size of the secondary indexes'),
        free_bytes: gauge('bytes', '已分配未使用的空间', 'Allocated and not used'),
        tables: gauge('count', '表数', 'Tables'),
      },
    },
  },
  statements: [SCHEMAS],
  async sample({ session, emit, signal }) {
    const rows = await session.rows([SCHEMAS], signal)
    if (rows.length === 0) throw sawNothing()
    for (const row of rows) {
      emit(
        'mysql_schema',
        { instance: session.instance, schema: textOf(row, 'schema_name') ?? '' },
        {
          data_bytes: numberOf(row, 'data_bytes'),
          index_bytes: numberOf(row, 'index_bytes'),
          free_bytes: numberOf(row, 'free_bytes'),
          tables: numberOf(row, 'table_count'),
        },
      )
    }
  },
})

/** No server is without tables of its own: the account sees none, and the server does not call that an error. */
function sawNothing(): ProbeError {
  return new ProbeError('NOT_PERMITTED', {
    zh: `语句 mysql.schema：该账号看不到任何表；请 DBA 执行：${GRANT}`,
    en: `statement mysql.schema: the account sees no table; have the DBA run: ${GRANT}`,
  })
}
