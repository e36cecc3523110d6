import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import type { Statement } from '../../statement.ts'
import { MOST_DATABASES } from './most-databases.ts'

const SIZES: Statement = {
  id: 'postgresql.database-size',
  text: `SELECT d.datname AS db, pg_database_size(d.oid) AS size_bytes
FROM pg_database AS d
ORDER BY d.oid
LIMIT $1`,
  reads: ['pg_database'],
  grants: [GRANT_MONITOR],
  cost: 'slow',
}

/**
 * Size of each database. Reads: pg_database_size(), which looks at every file. Needs: pg_monitor. Since: 10. Cost: about 1 ms for 1,000
 * files, more where the directory is not cached.
 */
export default defineProbe({
  name: 'postgresql.database-size',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 65_000,
  cost: 'slow',
  reads: 'pg_database, pg_database_size()',
  needs: 'pg_monitor',
  help: { zh: 'PostgreSQL 各数据库的大小', en: 'Size of each database of PostgreSQL' },
  options: { maxDatabases: MOST_DATABASES },
  measurements: {
    pg_database: {
      identifyingTags: ['instance', 'db'],
      fields: { size_bytes: gauge('bytes', '数据库大小', 'Size of the database') },
    },
  },
  statements: [SIZES],
  async sample({ session, emit, options, signal }) {
    const rows = await session.rows([SIZES], signal, [String(options.maxDatabases)])
    for (const row of rows) {
      const tags = { instance: session.instance, db: textOf(row, 'db') ?? '' }
      emit('pg_database', tags, { size_bytes: numberOf(row, 'size_bytes') })
    }
  },
})
