import { gauge } from '../../field.ts'
import { MASK, maskSetting } from '../../mask-secrets.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { booleanOf, textOf, type Row } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import type { Statement } from '../../statement.ts'

const SETTINGS: Statement = {
  id: 'postgresql.settings',
  text: `SELECT s.name, s.setting AS value, s.unit, s.source, s.pending_restart
FROM pg_settings AS s
WHERE s.source IN ('configuration file', 'command line', 'environment variable') OR s.pending_restart
ORDER BY s.name
LIMIT 1000`,
  reads: ['pg_settings'],
  grants: [GRANT_MONITOR],
  cost: 'moderate',
}

/** Connection strings and commands, in which a site may write what it likes. */
const OPAQUE = new Set([
  'primary_conninfo',
  'ssl_passphrase_command',
  'archive_command',
  'restore_command',
  'archive_cleanup_command',
  'recovery_end_command',
])

/** Extensions whose settings are known; those of others may be called anything. */
const KNOWN_EXTENSION =
  /^(?:pg_stat_statements|auto_explain|pg_prewarm|plpgsql|pg_trgm|timescaledb)\./

/**
 * Settings that the site has made, as the document `postgresql_settings:<instance>`, when they change and once a day. Reads: pg_settings.
 * Needs: pg_monitor, else those for superusers are not shown. Since: 10. Cost: 5 ms.
 */
export default defineProbe({
  name: 'postgresql.settings',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'moderate',
  reads: 'pg_settings',
  needs: 'pg_monitor',
  help: { zh: 'PostgreSQL 参数清单', en: 'Settings of PostgreSQL that are not the default' },
  measurements: {
    pg_settings: {
      identifyingTags: ['instance'],
      fields: {
        pending_restart: gauge(
          'count',
          '已修改但需重启才生效的参数个数',
          'Settings that were changed and take effect with a restart',
        ),
        changed: gauge('count', '非默认参数个数', 'Settings that are not the default'),
      },
    },
  },
  statements: [SETTINGS],
  remembers: remembers<SentDocument>(),
  async sample({ session, emit, emitDocument, memory, monotonicMs, signal }) {
    const { instance } = session
    const rows = await session.rows([SETTINGS], signal)
    emit(
      'pg_settings',
      { instance },
      {
        pending_restart: rows.filter((row) => booleanOf(row, 'pending_restart')).length,
        changed: rows.length,
      },
    )
    const body = { settings: rows.map(toSetting) }
    const name = `postgresql_settings:${instance}`
    return sendWhenChanged({ emitDocument, monotonicMs }, name, body, memory)
  },
})

function toSetting(row: Row) {
  const name = textOf(row, 'name') ?? ''
  const unit = textOf(row, 'unit')
  return {
    name,
    value: maskValue(name, textOf(row, 'value') ?? ''),
    ...(unit === undefined ? {} : { unit }),
    source: textOf(row, 'source') ?? '',
    ...(booleanOf(row, 'pending_restart') === true ? { pendingRestart: true } : {}),
  }
}

function maskValue(name: string, value: string): string {
  const isOpaque = OPAQUE.has(name) || (name.includes('.') && !KNOWN_EXTENSION.test(name))
  return isOpaque && value !== '' ? MASK : maskSetting(name, value)
}
