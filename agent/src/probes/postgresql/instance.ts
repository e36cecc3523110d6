import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { booleanOf, flagOf, numberOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import type { Statement } from '../../statement.ts'

const INSTANCE: Statement = {
  id: 'postgresql.instance',
  text: `SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) AS uptime_seconds,
  pg_is_in_recovery() AS in_recovery,
  (SELECT c.timeline_id FROM pg_control_checkpoint() AS c) AS timeline`,
  reads: ['pg_control_checkpoint'],
  grants: [],
  cost: 'cheap',
}

/**
 * The server: how long it runs, and as what. Reads: pg_control_checkpoint(). Needs: nothing. Since: 10. Cost: 1 ms. The version goes into
 * the document `postgresql_instance:<instance>`, when it changes and once a day.
 */
export default defineProbe({
  name: 'postgresql.instance',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'pg_postmaster_start_time(), pg_is_in_recovery(), pg_control_checkpoint()',
  needs: 'none',
  help: { zh: 'PostgreSQL 实例：运行时长与角色', en: 'The PostgreSQL server: uptime and role' },
  measurements: {
    pg_instance: {
      identifyingTags: ['instance'],
      fields: {
        uptime_seconds: gauge('seconds', '运行时长', 'Time since the start of the server'),
        in_recovery: gauge(
          'boolean',
          '处于恢复状态：1 备库或正在恢复，0 主库',
          '1: a standby, or still recovering, 0: a primary',
        ),
        timeline: gauge(
          'count',
          '时间线编号；主备切换后增大',
          'Timeline; it rises with each promotion',
        ),
      },
    },
  },
  statements: [INSTANCE],
  remembers: remembers<SentDocument>(),
  async sample({ session, emit, emitDocument, memory, monotonicMs, signal }) {
    const { instance } = session
    const [row = {}] = await session.rows([INSTANCE], signal)
    emit(
      'pg_instance',
      { instance },
      {
        uptime_seconds: numberOf(row, 'uptime_seconds'),
        in_recovery: flagOf(row, 'in_recovery'),
        timeline: numberOf(row, 'timeline'),
      },
    )
    const { versionText } = await session.facts(signal)
    const name = `postgresql_instance:${instance}`
    return sendWhenChanged({ emitDocument, monotonicMs }, name, describe(row, versionText), memory)
  },
})

function describe(row: Row, version: string) {
  return {
    version,
    role: booleanOf(row, 'in_recovery') === true ? 'standby' : 'primary',
    timeline: numberOf(row, 'timeline') ?? null,
  }
}
