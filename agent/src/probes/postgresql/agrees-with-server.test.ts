import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Probe } from '../../probe.ts'
import {
  loadPostgresqlProbes,
  NO_POSTGRESQL,
  openPostgresql,
} from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'

const used = usePostgresql(
  {
    conf: {
      archive_mode: 'on',
      archive_command: "'true'",
      max_prepared_transactions: '5',
      shared_preload_libraries: "'pg_stat_statements'",
    },
  },
  async (server) => {
    await server.sql([
      "SELECT pg_create_physical_replication_slot('left_behind', true)",
      'CREATE TABLE bed (id integer)',
      "CREATE ROLE his LOGIN VALID UNTIL '2030-01-01'",
      'CREATE DATABASE his',
    ])
    await server.sql(
      [
        'CREATE TABLE orders AS SELECT g AS n FROM generate_series(1, 3000) AS g',
        'DELETE FROM orders WHERE n <= 1000',
        'VACUUM orders',
        'DELETE FROM orders WHERE n <= 1500',
        'SELECT count(*) FROM orders',
      ],
      'his',
    )
    await server.sql(['SELECT pg_switch_wal()', 'CHECKPOINT'])
    await server.sql(['BEGIN', 'INSERT INTO bed VALUES (1)', "PREPARE TRANSACTION 'left'"])
  },
)

/** Sessions that stay as they are through all tests: one idle, one idle in a transaction, one that waits for it. */
const clients: Client[] = []

beforeAll(async () => {
  if (NO_POSTGRESQL !== undefined) return
  for (let at = 0; at < 3; at++) clients.push(await used.server.connect())
  const [, holder, waiter] = clients
  await holder?.query('BEGIN')
  await holder?.query('LOCK TABLE bed IN ACCESS SHARE MODE')
  waiter?.query('BEGIN; LOCK TABLE bed').catch(() => undefined) // ended with the server
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
})

/** The other sessions, as psql sees them: our own two are left out by what they are called. */
const OTHERS = `FROM pg_stat_activity WHERE backend_type = 'client backend'
  AND application_name NOT IN ('wardround-agent', 'psql')`
const HIS = "FROM pg_stat_database WHERE datname = 'his'"
const LEFT = "FROM pg_replication_slots WHERE slot_name = 'left_behind'"
const ORDERS = "FROM pg_stat_all_tables WHERE relname = 'orders'"
const CHECKPOINT = 'FROM pg_stat_bgwriter'
const AGE = 'extract(epoch FROM now()'

/** What psql says of each field: asked before and after the probe, and the probe's number lies between. */
const EXPECTED: Readonly<Record<string, string>> = {
  'pg_up up': 'SELECT 1',
  'pg_instance uptime_seconds': `SELECT ${AGE} - pg_postmaster_start_time())`,
  'pg_instance in_recovery': 'SELECT pg_is_in_recovery()::integer',
  'pg_instance timeline':
    "SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer",
  'pg_connections total': `SELECT 1 + count(*) ${OTHERS}`,
  'pg_connections active': `SELECT count(*) ${OTHERS} AND state = 'active'`,
  'pg_connections idle': `SELECT count(*) ${OTHERS} AND state = 'idle'`,
  'pg_connections idle_in_tx': `SELECT count(*) ${OTHERS} AND state = 'idle in transaction'`,
  'pg_connections idle_in_tx_aborted': 'SELECT 0',
  'pg_connections waiting': `SELECT count(*) ${OTHERS} AND wait_event_type = 'Lock'`,
  'pg_connections max': "SELECT setting FROM pg_settings WHERE name = 'max_connections'",
  'pg_connections reserved':
    "SELECT setting FROM pg_settings WHERE name = 'superuser_reserved_connections'",
  'pg_connections used_percent': `SELECT 100.0 * (1 + count(*)) / 37 ${OTHERS}`,
  'pg_connections oldest_tx_seconds': `SELECT ${AGE} - min(xact_start)) ${OTHERS}`,
  'pg_connections oldest_query_seconds': `SELECT ${AGE} - min(query_start)) ${OTHERS} AND state = 'active'`,
  'pg_connections oldest_idle_in_tx_seconds': `SELECT ${AGE} - min(state_change)) ${OTHERS} AND state = 'idle in transaction'`,
  'pg_connections blocked': 'SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted',
  // The idle transaction, and the prepared one.
  'pg_connections blockers': 'SELECT 2',
  'pg_database{his} backends': `SELECT numbackends ${HIS}`,
  'pg_database{his} xact_commit_total': `SELECT xact_commit ${HIS}`,
  'pg_database{his} xact_rollback_total': `SELECT xact_rollback ${HIS}`,
  'pg_database{his} blks_read_total': `SELECT blks_read ${HIS}`,
  'pg_database{his} blks_hit_total': `SELECT blks_hit ${HIS}`,
  'pg_database{his} tup_returned_total': `SELECT tup_returned ${HIS}`,
  'pg_database{his} tup_fetched_total': `SELECT tup_fetched ${HIS}`,
  'pg_database{his} tup_inserted_total': `SELECT tup_inserted ${HIS}`,
  'pg_database{his} tup_updated_total': `SELECT tup_updated ${HIS}`,
  'pg_database{his} tup_deleted_total': `SELECT tup_deleted ${HIS}`,
  'pg_database{his} temp_files_total': `SELECT temp_files ${HIS}`,
  'pg_database{his} temp_bytes_total': `SELECT temp_bytes ${HIS}`,
  'pg_database{his} deadlocks_total': `SELECT deadlocks ${HIS}`,
  'pg_database{his} conflicts_total': `SELECT conflicts ${HIS}`,
  'pg_database{his} checksum_failures_total': `SELECT checksum_failures ${HIS}`,
  'pg_database{his} xid_age': "SELECT age(datfrozenxid) FROM pg_database WHERE datname = 'his'",
  'pg_database{his} mxid_age': "SELECT mxid_age(datminmxid) FROM pg_database WHERE datname = 'his'",
  'pg_database{his} size_bytes': "SELECT pg_database_size('his')",
  'pg_slot{left_behind} active': `SELECT active::integer ${LEFT}`,
  'pg_slot{left_behind} retained_bytes': `SELECT pg_current_wal_lsn() - restart_lsn ${LEFT}`,
  'pg_slot{left_behind} wal_status': `SELECT array_position(ARRAY['reserved', 'extended', 'unreserved', 'lost'], wal_status) ${LEFT}`,
  'pg_wal wal_bytes': `SELECT sum(size) FROM pg_ls_waldir() WHERE length(name) = 24`,
  'pg_wal wal_files': `SELECT count(*) FROM pg_ls_waldir() WHERE length(name) = 24`,
  'pg_wal written_bytes_total': "SELECT pg_current_wal_lsn() - '0/0'",
  'pg_wal records_total': 'SELECT wal_records FROM pg_stat_wal',
  'pg_wal full_page_images_total': 'SELECT wal_fpi FROM pg_stat_wal',
  'pg_wal buffers_full_total': 'SELECT wal_buffers_full FROM pg_stat_wal',
  'pg_archiver archived_total': 'SELECT archived_count FROM pg_stat_archiver',
  'pg_archiver failed_total': 'SELECT failed_count FROM pg_stat_archiver',
  'pg_archiver last_archived_age_seconds': `SELECT ${AGE} - last_archived_time) FROM pg_stat_archiver`,
  'pg_archiver failing': 'SELECT 0',
  'pg_archiver ready_count':
    "SELECT count(*) FROM pg_ls_dir('pg_wal/archive_status') AS f WHERE f LIKE '%.ready'",
  'pg_checkpoint timed_total': `SELECT checkpoints_timed ${CHECKPOINT}`,
  'pg_checkpoint req_total': `SELECT checkpoints_req ${CHECKPOINT}`,
  'pg_checkpoint write_ms_total': `SELECT checkpoint_write_time ${CHECKPOINT}`,
  'pg_checkpoint sync_ms_total': `SELECT checkpoint_sync_time ${CHECKPOINT}`,
  'pg_checkpoint buffers_checkpoint_total': `SELECT buffers_checkpoint ${CHECKPOINT}`,
  'pg_checkpoint buffers_clean_total': `SELECT buffers_clean ${CHECKPOINT}`,
  'pg_checkpoint maxwritten_clean_total': `SELECT maxwritten_clean ${CHECKPOINT}`,
  'pg_checkpoint buffers_backend_total': `SELECT buffers_backend ${CHECKPOINT}`,
  'pg_checkpoint buffers_alloc_total': `SELECT buffers_alloc ${CHECKPOINT}`,
  'pg_locks{AccessExclusiveLock} count':
    "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'",
  'pg_locks{AccessExclusiveLock} waiting':
    "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted",
  'pg_locks{AccessExclusiveLock} longest_wait_seconds': `SELECT ${AGE} - min(waitstart)) FROM pg_locks`,
  'pg_wraparound xid_age': 'SELECT max(age(datfrozenxid)) FROM pg_database',
  'pg_wraparound mxid_age': 'SELECT max(mxid_age(datminmxid)) FROM pg_database',
  'pg_wraparound xid_used_percent':
    'SELECT 100.0 * max(age(datfrozenxid)) / (2::numeric ^ 31) FROM pg_database',
  'pg_wraparound mxid_used_percent':
    'SELECT 100.0 * max(mxid_age(datminmxid)) / (2::numeric ^ 31) FROM pg_database',
  'pg_wraparound freeze_max_age':
    "SELECT setting FROM pg_settings WHERE name = 'autovacuum_freeze_max_age'",
  'pg_wraparound backend_xmin_age': `SELECT max(age(backend_xmin)) ${OTHERS}`,
  'pg_wraparound prepared': 'SELECT count(*) FROM pg_prepared_xacts',
  'pg_wraparound prepared_xid_age': 'SELECT max(age(transaction)) FROM pg_prepared_xacts',
  'pg_wraparound oldest_prepared_seconds': `SELECT ${AGE} - min(prepared)) FROM pg_prepared_xacts`,
  'pg_user{his} days_to_expiry':
    "SELECT extract(epoch FROM valuntil - now()) / 86400 FROM pg_user WHERE usename = 'his'",
  'pg_user{his} expired': 'SELECT 0',
  'pg_account{wardround} superuser':
    "SELECT usesuper::integer FROM pg_user WHERE usename = 'wardround'",
  'pg_settings pending_restart': 'SELECT count(*) FROM pg_settings WHERE pending_restart',
  'pg_settings changed':
    "SELECT count(*) FROM pg_settings WHERE sourcefile IS NOT NULL OR source = 'command line'",
}

/** Likewise, in the database his. */
const EXPECTED_IN_HIS: Readonly<Record<string, string>> = {
  'pg_table{orders} dead_tup': `SELECT n_dead_tup ${ORDERS}`,
  'pg_table{orders} live_tup': `SELECT n_live_tup ${ORDERS}`,
  'pg_table{orders} dead_percent': `SELECT 100.0 * n_dead_tup / (n_dead_tup + n_live_tup) ${ORDERS}`,
  'pg_table{orders} last_vacuum_age_seconds': `SELECT ${AGE} - last_vacuum) ${ORDERS}`,
  'pg_table{orders} n_mod_since_analyze': `SELECT n_mod_since_analyze ${ORDERS}`,
  'pg_table{orders} seq_scan_total': `SELECT seq_scan ${ORDERS}`,
}

/** Compared elsewhere, or of the logon and not of the server. */
const ELSEWHERE =
  /^pg_(up (connect_ms|error_code)|replica|database\{(?!his)|locks\{(?!AccessExcl)|table\{bed)/

/** Values by `measurement{tag} field`, the tag that tells its rows apart. */
async function readAll(probe: Probe): Promise<Map<string, number>> {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(probe, opened.session)
  return new Map(
    samples.flatMap(({ measurement, tags, fields }) => {
      const { instance: _, db, ...others } = tags
      const name = others['table'] ?? others['slot'] ?? others['mode'] ?? others['user'] ?? db
      return Object.entries(fields).flatMap(([field, value]): [string, number][] =>
        value === undefined
          ? []
          : [[`${measurement}${name === undefined ? '' : `{${name}}`} ${field}`, value]],
      )
    }),
  )
}

describe('the numbers of', () => {
  const probes = new Map<string, Probe>()

  beforeAll(async () => {
    for (const probe of await loadPostgresqlProbes()) probes.set(probe.name, probe)
  })

  test.each([
    'account',
    'archiver',
    'checkpoint',
    'connections',
    'database',
    'database-size',
    'instance',
    'locks',
    'settings',
    'slot',
    'table',
    'up',
    'wal',
    'wraparound',
  ])('postgresql.%s are those of psql', async (subject) => {
    const probe = probes.get(`postgresql.${subject}`)
    if (probe === undefined) throw new Error(`there is no probe ${subject}`)
    const before = await askAll(probe)
    const values = await readAll(probe)
    const after = await askAll(probe)
    let compared = 0
    for (const [name, value] of values) {
      if (!before.has(name) && ELSEWHERE.test(name)) continue
      const [low, high] = [before.get(name), after.get(name)].toSorted((a = 0, b = 0) => a - b)
      expect(low, `psql is not asked for ${name}`).toBeDefined()
      // Numbers of psql are rounded where they are fractions.
      expect(value, name).toBeGreaterThanOrEqual((low ?? 0) - 1e-6 * Math.abs(low ?? 0) - 1e-9)
      expect(value, name).toBeLessThanOrEqual((high ?? 0) + 1e-6 * Math.abs(high ?? 0) + 1e-9)
      compared++
    }
    expect(compared).toBeGreaterThan(0)
    const missing = [...before.keys()].filter((name) => !values.has(name))
    expect(missing).toEqual([])
  })

  /** psql's answer to all that the probe measures. */
  async function askAll(probe: Probe): Promise<Map<string, number>> {
    const wanted = (name: string) => {
      const [, measurement = '', field = ''] = /^(\w+?)(?:\{.*\})? (\w+)$/.exec(name) ?? []
      return field in (probe.measurements[measurement]?.fields ?? {})
    }
    const answers = new Map<string, number>()
    for (const [database, questions] of [
      ['postgres', EXPECTED],
      ['his', EXPECTED_IN_HIS],
    ] as const)
      for (const [name, text] of Object.entries(questions))
        if (wanted(name)) answers.set(name, Number(await used.server.psql(text, database)))
    return answers
  }
})
