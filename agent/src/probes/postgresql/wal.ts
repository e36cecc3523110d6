import { counter, gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'

const FILES: Statement = {
  id: 'postgresql.wal.files',
  text: `SELECT count(*) AS wal_files, coalesce(sum(f.size), 0) AS wal_bytes
FROM pg_ls_waldir() AS f
WHERE f.name ~ '^[0-9A-F]{24}$'`,
  reads: ['pg_ls_waldir'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

const POSITION = `pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()
    ELSE pg_current_wal_lsn() END, '0/0')`

const WRITTEN: Statement = {
  id: 'postgresql.wal.written',
  since: [14],
  text: `SELECT ${POSITION} AS position, w.wal_records AS records, w.wal_fpi AS full_pages, w.wal_buffers_full AS buffers_full
FROM pg_stat_wal AS w`,
  reads: ['pg_stat_wal'],
  grants: [],
  cost: 'cheap',
}

const WRITTEN_BEFORE_14: Statement = {
  id: 'postgresql.wal.written',
  before: [14],
  text: `SELECT ${POSITION} AS position, NULL AS records, NULL AS full_pages, NULL AS buffers_full`,
  reads: [],
  grants: [],
  cost: 'cheap',
}

/** Write-ahead log: files on disk and what is written. Reads: pg_ls_waldir(), pg_stat_wal. Needs: pg_monitor. Since: 10; pg_stat_wal 14. Cost: 1 ms for 100 files. */
export default defineProbe({
  name: 'postgresql.wal',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'pg_ls_waldir(), pg_stat_wal, pg_current_wal_lsn(), pg_last_wal_replay_lsn()',
  needs: 'pg_monitor',
  help: { zh: 'PostgreSQL 预写日志（WAL）', en: 'Write-ahead log of PostgreSQL' },
  measurements: {
    pg_wal: {
      identifyingTags: ['instance'],
      fields: {
        wal_bytes: gauge('bytes', 'WAL 目录占用空间', 'Size of the WAL files on disk'),
        wal_files: gauge('count', 'WAL 文件数', 'WAL files on disk'),
        written_bytes_total: counter(
          'bytes',
          'WAL 位置（备库为回放位置）',
          'Position in the WAL: bytes written so far, on a standby replayed',
        ),
        records_total: counter('count', 'WAL 记录数（14 起）', 'WAL records (14)'),
        full_page_images_total: counter(
          'count',
          '全页写（full page image）次数（14 起）',
          'Full page images (14)',
        ),
        buffers_full_total: counter(
          'count',
          'WAL 缓冲区满而被迫写出的次数（14 起）',
          'Writes because the WAL buffers were full (14)',
        ),
      },
    },
  },
  statements: [FILES, WRITTEN, WRITTEN_BEFORE_14],
  async sample({ session, emit, remark, signal }) {
    const tags = { instance: session.instance }
    const parts = new Parts(remark)
    const [files] = (await parts.ask(session.rows([FILES], signal))) ?? []
    if (files !== undefined)
      emit('pg_wal', tags, {
        wal_bytes: numberOf(files, 'wal_bytes'),
        wal_files: numberOf(files, 'wal_files'),
      })
    const [written] = (await parts.ask(session.rows([WRITTEN, WRITTEN_BEFORE_14], signal))) ?? []
    if (written !== undefined)
      emit('pg_wal', tags, {
        written_bytes_total: numberOf(written, 'position'),
        records_total: numberOf(written, 'records'),
        full_page_images_total: numberOf(written, 'full_pages'),
        buffers_full_total: numberOf(written, 'buffers_full'),
      })
    parts.settle()
  },
})
