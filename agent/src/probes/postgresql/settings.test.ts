import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import settings from './settings.ts'

const SECRET = 'Str3ngGeheim'
const used = usePostgresql({
  conf: {
    archive_mode: 'on',
    archive_command: `'curl -u wal:${SECRET} %p'`,
    restore_command: `'scp ${SECRET} %p'`,
    primary_conninfo: `'host=10.0.0.9 password=${SECRET}'`,
    'hospital.api_url': `'http://u:${SECRET}@10.0.0.9/'`,
    shared_preload_libraries: "'auto_explain'",
    'auto_explain.log_min_duration': "'3s'",
    log_destination: "'stderr'",
    cluster_name: `'token ${SECRET}'`,
    work_mem: '8MB',
  },
})

async function readSettings() {
  await using opened = await openPostgresql(used.server)
  return await sampleOnce(settings, opened.session)
}

describeProbe(settings, { open: () => openPostgresql(used.server) })

test('has what the site has set, and no secret', async () => {
  const { documents } = await readSettings()
  const text = JSON.stringify(documents)
  expect(documents[0]?.name).toBe('postgresql_settings:hcpg')
  expect(text).not.toContain(SECRET)
  expect(text).toContain(
    '{"name":"work_mem","value":"8192","unit":"kB","source":"configuration file"}',
  )
  expect(text).toContain('{"name":"auto_explain.log_min_duration","value":"3000"')
  for (const name of ['archive_command', 'primary_conninfo', 'cluster_name'])
    expect(text).toContain(`{"name":"${name}","value":"***"`)
  // What our own session sets is no setting of the site.
  expect(text).not.toContain('lock_timeout')
})

test('counts what waits for a restart', async () => {
  await used.server.sql(['ALTER SYSTEM SET max_connections = 50', 'SELECT pg_reload_conf()'])
  await expect
    .poll(async () => (await readSettings()).samples[0]?.fields['pending_restart'])
    .toBe(1)
})
