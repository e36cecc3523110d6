import { counter, gauge } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { flagOf, numberOf, textOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'

const ARCHIVER: Statement = {
  id: 'postgresql.archiver',
  text: `SELECT current_setting('archive_mode') AS archive_mode, a.archived_count, a.failed_count,
  extract(epoch FROM clock_timestamp() - a.last_archived_time) AS last_archived_age_seconds,
  extract(epoch FROM clock_timestamp() - a.last_failed_time) AS last_failed_age_seconds,
  coalesce(a.last_failed_time > coalesce(a.last_archived_time, '-infinity'), false) AS failing
FROM pg_stat_archiver AS a`,
  reads: ['pg_stat_archiver'],
  grants: [],
  cost: 'cheap',
}

const READY: Statement = {
  id: 'postgresql.archiver.ready',
  since: [12],
  text: `SELECT count(*) AS ready FROM pg_ls_archive_statusdir() AS f WHERE f.name LIKE '%.ready'`,
  reads: ['pg_ls_archive_statusdir'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

/** Archiving of WAL. Reads: pg_stat_archiver, pg_ls_archive_statusdir(). Needs: pg_monitor for the files that wait. Since: 10; ready_count 12. Cost: 1 ms, more where thousands of files wait. */
export default defineProbe({
  name: 'postgresql.archiver',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'pg_stat_archiver, pg_ls_archive_statusdir()',
  needs: 'pg_monitor',
  help: {
    zh: 'PostgreSQL 的 WAL 归档；未启用归档时没有数据',
    en: 'Archiving of WAL by PostgreSQL; no data where archive_mode is off',
  },
  measurements: {
    pg_archiver: {
      identifyingTags: ['instance'],
      fields: {
        archived_total: counter('count', '已归档文件数', 'Files archived'),
        failed_total: counter('count', '归档失败次数', 'Attempts to archive that failed'),
        last_archived_age_seconds: gauge(
          'seconds',
          '距上次归档成功的时间',
          'Time since a file was last archived',
        ),
        last_failed_age_seconds: gauge(
          'seconds',
          '距上次归档失败的时间',
          'Time since an attempt last failed',
        ),
        failing: gauge(
          'boolean',
          '最近一次归档失败：1 是，0 否',
          '1: the last attempt failed, 0: it did not',
        ),
        ready_count: gauge(
          'count',
          '等待归档的文件数（12 起）',
          'Files that wait to be archived (12)',
        ),
      },
    },
  },
  statements: [ARCHIVER, READY],
  async sample({ session, emit, remark, signal }) {
    const tags = { instance: session.instance }
    const parts = new Parts(remark)
    const [row] = (await parts.ask(session.rows([ARCHIVER], signal))) ?? []
    if (row !== undefined && textOf(row, 'archive_mode') === 'off')
      throw new NoDataError({ zh: 'archive_mode 未开启', en: 'archive_mode is off' })
    if (row !== undefined) emit('pg_archiver', tags, toFields(row))
    const [ready] = (await parts.ask(session.rows([READY], signal))) ?? []
    if (ready !== undefined) emit('pg_archiver', tags, { ready_count: numberOf(ready, 'ready') })
    parts.settle()
  },
})

function toFields(row: Row) {
  return {
    archived_total: numberOf(row, 'archived_count'),
    failed_total: numberOf(row, 'failed_count'),
    last_archived_age_seconds: numberOf(row, 'last_archived_age_seconds'),
    last_failed_age_seconds: numberOf(row, 'last_failed_age_seconds'),
    failing: flagOf(row, 'failing'),
  }
}
