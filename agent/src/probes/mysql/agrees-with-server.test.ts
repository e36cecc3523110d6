import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { NoDataError, type Probe } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { MYSQL_PROBES } from '../../testing/mysql-probes.ts'
import {
  makeMonitorAccount,
  openMysqlSource,
  type OpenedMysqlSource,
} from '../../testing/open-mysql-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'

/** The source of a replication, and its replica: what most is compared on. */
let source: MariadbServer
let replica: MariadbServer
let opened: OpenedMysqlSource
let onReplica: OpenedMysqlSource

beforeAll(async () => {
  if (NO_MARIADB !== undefined) return
  source = await MariadbServer.start(['--log-bin=binlog', '--server-id=1', '--read-only=OFF'])
  replica = await MariadbServer.start(['--server-id=2', '--read-only=ON'])
  await makeMonitorAccount(source)
  await makeMonitorAccount(replica)
  await source.query(
    'CREATE DATABASE shop',
    'USE shop',
    'CREATE TABLE shop.orders (id INT PRIMARY KEY, note VARCHAR(200), KEY (note))',
    "INSERT INTO shop.orders SELECT seq, REPEAT('x', 100) FROM seq_1_to_5000",
    'ANALYZE TABLE shop.orders',
  )
  await replica.replicate(source)
  opened = await openMysqlSource(source)
  onReplica = await openMysqlSource(replica)
})
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]()
  await onReplica?.[Symbol.asyncDispose]()
  await replica?.[Symbol.asyncDispose]()
  await source?.[Symbol.asyncDispose]()
})
beforeEach(({ skip }) => skip(NO_MARIADB !== undefined, NO_MARIADB))

/** The session is kept for all; the contract's own dispose leaves it open. */
const setting = {
  open: async () => ({ session: opened.session, async [Symbol.asyncDispose]() {} }),
}

describe('on a real MariaDB', () => {
  const { replica: ofReplica, ...others } = MYSQL_PROBES
  for (const probe of Object.values(others)) describeProbe(probe, setting)

  test('the probe of replicas has no data on a server that is none', async () => {
    await expect(sampleOnce(ofReplica, opened.session)).rejects.toThrow(NoDataError)
  })
})

describe('the numbers are those of the mariadb client', () => {
  test('of the status counters', async () => {
    const before = await shown(source, 'STATUS')
    const fields = await fieldsOf(MYSQL_PROBES.status)
    const after = await shown(source, 'STATUS')
    const steady = { open_files: 'Open_files', max_used_connections: 'Max_used_connections' }
    const rising = {
      aborted_connects_total: 'Aborted_connects',
      questions_total: 'Questions',
      com_select_total: 'Com_select',
      com_insert_total: 'Com_insert',
      bytes_in_total: 'Bytes_received',
      bytes_out_total: 'Bytes_sent',
      created_tmp_tables_total: 'Created_tmp_tables',
      created_tmp_disk_tables_total: 'Created_tmp_disk_tables',
      slow_queries_total: 'Slow_queries',
      table_open_cache_misses_total: 'Table_open_cache_misses',
      select_full_join_total: 'Select_full_join',
    }
    for (const [field, name] of Object.entries({ ...rising, ...steady }))
      expectBetween(field, before.get(name), fields[field], after.get(name))
    const variables = await shown(source, 'VARIABLES')
    expect(fields['max_connections']).toBe(Number(variables.get('max_connections')))
    expect(fields['open_files_limit']).toBe(Number(variables.get('open_files_limit')))
    expect(fields['used_percent']).toBeCloseTo(
      ((fields['threads_connected'] ?? 0) / (fields['max_connections'] ?? 0)) * 100,
    )
  })

  test('of InnoDB', async () => {
    const before = await shown(source, 'STATUS')
    const fields = await fieldsOf(MYSQL_PROBES.innodb)
    const after = await shown(source, 'STATUS')
    for (const [field, name] of Object.entries({
      buffer_pool_pages_total: 'Innodb_buffer_pool_pages_total',
      bp_reads_total: 'Innodb_buffer_pool_reads',
      bp_read_requests_total: 'Innodb_buffer_pool_read_requests',
      row_lock_waits_total: 'Innodb_row_lock_waits',
      row_lock_time_ms_total: 'Innodb_row_lock_time',
      log_waits_total: 'Innodb_log_waits',
      deadlocks_total: 'Innodb_deadlocks',
      data_fsyncs_total: 'Innodb_data_fsyncs',
    }))
      expectBetween(field, before.get(name), fields[field], after.get(name))
    const size = Number((await shown(source, 'VARIABLES')).get('innodb_buffer_pool_size'))
    expect(fields['buffer_pool_bytes']).toBeGreaterThan(size * 0.95)
    expect(fields['buffer_pool_bytes']).toBeLessThanOrEqual(size)
  })

  test('of uptime, read-only and the version', async () => {
    const [[before = ''] = []] = await source
      .client("SHOW GLOBAL STATUS LIKE 'Uptime'")
      .then((rows) => rows.map(([, value = '']) => [value]))
    const { samples, documents } = await sampleOnce(MYSQL_PROBES.instance, opened.session)
    expect(samples[0]?.fields['uptime_seconds']).toBeGreaterThanOrEqual(Number(before))
    expect(samples[0]?.fields['uptime_seconds']).toBeLessThan(Number(before) + 60)
    expect(samples[0]?.fields['read_only']).toBe(0)
    const [[version] = []] = await source.client('SELECT VERSION()')
    expect(JSON.stringify(documents)).toContain(version)
    expect((await fieldsOf(MYSQL_PROBES.instance, onReplica))['read_only']).toBe(1)
  })

  test('of the schemas', async () => {
    const { samples } = await sampleOnce(MYSQL_PROBES.schema, opened.session)
    const rows = await source.client(
      "SELECT table_schema, SUM(data_length), SUM(index_length), SUM(data_free), COUNT(*) FROM information_schema.tables WHERE table_schema IN ('shop', 'mysql') AND table_type = 'BASE TABLE' GROUP BY 1",
    )
    expect(rows).toHaveLength(2)
    for (const [schema, data, index, free, tables] of rows)
      expect(samples.find(({ tags }) => tags['schema'] === schema)?.fields).toEqual({
        data_bytes: Number(data),
        index_bytes: Number(index),
        free_bytes: Number(free),
        tables: Number(tables),
      })
  })

  test('of the binary log, its oldest file dated once its beginning was seen', async () => {
    const first = await sampleOnce(MYSQL_PROBES.binlog, opened.session)
    const files = await source.client('SHOW BINARY LOGS')
    expect(first.samples[0]?.fields).toEqual({
      files: files.length,
      bytes: files.reduce((sum, [, size]) => sum + Number(size), 0),
      oldest_age_seconds: undefined,
    })
    await source.query('FLUSH BINARY LOGS')
    const again = { memory: first.memory, monotonicMs: 600_000 }
    const second = await sampleOnce(MYSQL_PROBES.binlog, opened.session, again)
    expect(second.samples[0]?.fields['oldest_age_seconds']).toBeUndefined()
    const [newest] = (await source.client('SHOW BINARY LOGS')).at(-1) ?? []
    await expect
      .poll(async () => {
        // What the replica still reads is kept.
        await source.query(`PURGE BINARY LOGS TO '${newest}'`)
        return source.client('SHOW BINARY LOGS')
      })
      .toHaveLength(1)
    const later = { memory: second.memory, monotonicMs: 1_200_000 }
    const third = await sampleOnce(MYSQL_PROBES.binlog, opened.session, later)
    expect(third.samples[0]?.fields).toMatchObject({ files: 1, oldest_age_seconds: 600 })
    await expect(sampleOnce(MYSQL_PROBES.binlog, onReplica.session)).rejects.toThrow(NoDataError)
  })

  test('of the settings, and no secret with them', async () => {
    await source.query("SET GLOBAL init_connect = 'SELECT ''hush'''")
    const { documents } = await sampleOnce(MYSQL_PROBES.settings, opened.session)
    await source.query("SET GLOBAL init_connect = ''")
    const text = JSON.stringify(documents[0]?.body)
    expect(documents[0]?.name).toBe('mysql_settings:hisdb1')
    expect(text).toContain('{"name":"server_id","value":"1","origin":"COMMAND-LINE"}')
    expect(text).toContain('"name":"innodb_buffer_pool_size","value":"33554432"')
    expect(text).toContain('"name":"init_connect","value":"***"')
    expect(text).not.toMatch(/hush|gtid_binlog_pos/)
  })

  test('of the passwords', async () => {
    await source.query(
      "CREATE USER aging@'10.0.0.%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 90 DAY",
      "CREATE USER spent IDENTIFIED BY 'x' PASSWORD EXPIRE",
      "CREATE USER barred IDENTIFIED BY 'x' ACCOUNT LOCK",
      'CREATE ROLE readers',
      "UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.password_last_changed', UNIX_TIMESTAMP() - 30 * 86400) WHERE User IN ('aging', 'wardround')",
      'SET GLOBAL default_password_lifetime = 180',
      'FLUSH PRIVILEGES',
    )
    const { samples } = await sampleOnce(MYSQL_PROBES.user, opened.session)
    const of = (user: string) => samples.find(({ tags }) => tags['user'] === user)?.fields
    expect(of('aging@10.0.0.%')).toMatchObject({ expired: 0, locked: 0 })
    expect(of('aging@10.0.0.%')?.['password_age_days']).toBeCloseTo(30, 1)
    expect(of('aging@10.0.0.%')?.['days_to_expiry']).toBeCloseTo(60, 1)
    expect(of('spent@%')).toMatchObject({ expired: 1, locked: 0, password_age_days: undefined })
    expect(of('barred@%')).toMatchObject({ expired: 0, locked: 1 })
    expect(samples.map(({ tags }) => tags['user']).join()).not.toMatch(/readers|mariadb\.sys/)
    const own = await fieldsOf(MYSQL_PROBES.account)
    expect(own['password_age_days']).toBeCloseTo(30, 1)
    expect(own['days_to_expiry']).toBeCloseTo(150, 1)
    await source.query('SET GLOBAL default_password_lifetime = 0')
    expect(await fieldsOf(MYSQL_PROBES.account)).toMatchObject({ days_to_expiry: undefined })
  })
})

describe('what goes on in the server shows', () => {
  test('a long transaction, and one that waits for its row lock', async () => {
    await using first = await application()
    await using second = await application()
    await first.query('BEGIN')
    await first.query("UPDATE shop.orders SET note = 'a' WHERE id = 1")
    expect(await fieldsOf(MYSQL_PROBES.tx)).toMatchObject({ open_count: 1, lock_waits: 0 })
    await second.query('SET SESSION innodb_lock_wait_timeout = 60')
    const waiting = second.query("UPDATE shop.orders SET note = 'b' WHERE id = 1")
    waiting.catch(() => undefined) // looked at below; a failure before that must not hide what failed
    await expect
      // InnoDB's list of transactions is made anew only when nobody has asked for it for a tenth of a second
      .poll(() => fieldsOf(MYSQL_PROBES.tx, opened, { longSeconds: 1 }), { interval: 500 })
      .toMatchObject({ open_count: 2, lock_waits: 1, long_tx_count: 2 })
    const [[oldest] = []] = await source.client(
      'SELECT MAX(TIMESTAMPDIFF(SECOND, trx_started, NOW())) FROM information_schema.innodb_trx',
    )
    const now = await fieldsOf(MYSQL_PROBES.tx)
    expectBetween('oldest_tx_seconds', oldest, now['oldest_tx_seconds'], `${Number(oldest) + 60}`)
    expect(now['long_tx_count']).toBe(0)
    expect((await fieldsOf(MYSQL_PROBES.innodb))['row_lock_current_waits']).toBe(1)
    await first.query('ROLLBACK')
    await waiting
    await second.query('ROLLBACK')
  })

  test('a wait for a metadata lock', async () => {
    await using first = await application()
    await using second = await application()
    await first.query('BEGIN')
    await first.query('SELECT * FROM shop.orders LIMIT 1')
    const altering = second.query('ALTER TABLE shop.orders ADD COLUMN IF NOT EXISTS more INT')
    await expect.poll(() => fieldsOf(MYSQL_PROBES.tx)).toMatchObject({ metadata_lock_waits: 1 })
    await first.query('COMMIT')
    await altering
    await expect.poll(() => fieldsOf(MYSQL_PROBES.tx)).toMatchObject({ metadata_lock_waits: 0 })
  })

  test('a deadlock', async () => {
    const before = (await fieldsOf(MYSQL_PROBES.innodb))['deadlocks_total'] ?? 0
    await using first = await application()
    await using second = await application()
    for (const [connection, id] of [
      [first, 10],
      [second, 20],
    ] as const) {
      await connection.query('BEGIN')
      await connection.query(`UPDATE shop.orders SET note = 'd' WHERE id = ${id}`)
    }
    const crossing = await Promise.allSettled([
      first.query("UPDATE shop.orders SET note = 'd' WHERE id = 20"),
      second.query("UPDATE shop.orders SET note = 'd' WHERE id = 10"),
    ])
    expect(crossing.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect
      .poll(async () => (await fieldsOf(MYSQL_PROBES.innodb))['deadlocks_total'])
      .toBe(before + 1)
  })

  test('a connection refused because all are in use', async () => {
    const before = (await fieldsOf(MYSQL_PROBES.status))['connection_errors_max_connections_total']
    await source.query('SET GLOBAL max_connections = 10')
    const others: Connection[] = []
    await expect(
      (async () => {
        for (let count = 0; count < 12; count++) others.push(await source.connect())
      })(),
    ).rejects.toThrow('Too many connections')
    const fields = await fieldsOf(MYSQL_PROBES.status)
    expect(fields['connection_errors_max_connections_total']).toBe((before ?? 0) + 1)
    // One above the limit is kept for an administrator.
    expect(fields['used_percent']).toBeCloseTo(110)
    await Promise.all(others.map((connection) => connection.end()))
    await source.query('SET GLOBAL max_connections = 151')
  })
})

describe('a replica', () => {
  test('that runs is told so, and agrees with SHOW ALL SLAVES STATUS', async () => {
    await expect
      .poll(() => replicaFields())
      .toEqual({
        io_running: 1,
        sql_running: 1,
        seconds_behind: 0,
        sql_delay: 0,
        last_io_errno: 0,
        last_sql_errno: 0,
        gtid_gap: 0,
      })
    const { samples, documents } = await sampleOnce(MYSQL_PROBES.replica, onReplica.session)
    expect(samples[0]?.tags).toEqual({ instance: 'hisdb1', channel: 'default' })
    expect(documents[0]?.body).toEqual({
      channels: [{ channel: 'default', host: '127.0.0.1', port: source.port }],
    })
  })

  test('keeps the contract', async () => {
    const once = await sampleOnce(MYSQL_PROBES.replica, onReplica.session)
    expect(Object.keys(once.samples[0]?.fields ?? {})).toEqual(
      Object.keys(MYSQL_PROBES.replica.measurements['mysql_replica']?.fields ?? {}),
    )
  })

  test('that lags behind a locked table has a gap and a lag', async () => {
    await using holder = await replica.connect()
    await holder.query('LOCK TABLES shop.orders WRITE')
    await source.query("INSERT INTO shop.orders (id, note) VALUES (9001, 'late')")
    await expect.poll(async () => (await replicaFields())['gtid_gap']).toBe(1)
    await expect
      .poll(async () => (await replicaFields())['seconds_behind'])
      .toBeGreaterThanOrEqual(2)
    const [slave] = await replica.query('SHOW ALL SLAVES STATUS')
    const fields = await replicaFields()
    expectBetween(
      'seconds_behind',
      String(slave?.['Seconds_Behind_Master']),
      fields['seconds_behind'],
      `${Number(slave?.['Seconds_Behind_Master']) + 30}`,
    )
    await holder.query('UNLOCK TABLES')
    await expect.poll(replicaFields).toMatchObject({ gtid_gap: 0, seconds_behind: 0 })
  })

  test('with a delay on purpose says so', async () => {
    await replica.query('STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY = 3600', 'START SLAVE')
    await source.query("INSERT INTO shop.orders (id, note) VALUES (9002, 'delayed')")
    await expect.poll(replicaFields).toMatchObject({ sql_delay: 3600, gtid_gap: 1, sql_running: 1 })
    await replica.query('STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY = 0', 'START SLAVE')
    await expect.poll(replicaFields).toMatchObject({ sql_delay: 0, gtid_gap: 0 })
  })

  test('that a duplicate key has stopped', async () => {
    await replica.query("INSERT INTO shop.orders (id, note) VALUES (9003, 'mine')")
    await source.query("INSERT INTO shop.orders (id, note) VALUES (9003, 'secret text')")
    await expect.poll(replicaFields).toEqual({
      io_running: 1,
      sql_running: 0,
      seconds_behind: undefined,
      sql_delay: 0,
      last_io_errno: 0,
      last_sql_errno: 1062,
      gtid_gap: 1,
    })
    const run = await sampleOnce(MYSQL_PROBES.replica, onReplica.session)
    expect(JSON.stringify(run)).not.toContain('secret')
    await replica.query('DELETE FROM shop.orders WHERE id = 9003', 'START SLAVE')
    await expect.poll(replicaFields).toMatchObject({ sql_running: 1, last_sql_errno: 0 })
  })

  test('that its source does not let in', async () => {
    await source.query("ALTER USER replica IDENTIFIED BY 'changed'")
    await replica.query('STOP SLAVE', 'START SLAVE')
    await expect
      .poll(replicaFields)
      .toMatchObject({ io_running: 2, sql_running: 1, last_io_errno: 1045 })
  })

  test('that was stopped', async () => {
    await replica.query('STOP SLAVE')
    await expect
      .poll(replicaFields)
      .toMatchObject({ io_running: 0, sql_running: 0, seconds_behind: undefined })
  })

  test('of a second source has a channel of its own', async () => {
    await replica.query(
      "CHANGE MASTER 'branch' TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='x', MASTER_PASSWORD='y'",
    )
    const { samples } = await sampleOnce(MYSQL_PROBES.replica, onReplica.session)
    expect(new Set(samples.map(({ tags }) => tags['channel']))).toEqual(
      new Set(['branch', 'default']),
    )
    expect(samples.find(({ tags }) => tags['channel'] === 'branch')?.fields).toMatchObject({
      io_running: 0,
      gtid_gap: undefined,
    })
  })
})

async function replicaFields() {
  return fieldsOf(MYSQL_PROBES.replica, onReplica)
}

async function fieldsOf(
  probe: Probe,
  { session }: OpenedMysqlSource = opened,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, number | undefined>>> {
  const { samples, remarks } = await sampleOnce(probe, session, { options })
  expect(remarks).toEqual([])
  return samples[0]?.fields ?? {}
}

/** SHOW GLOBAL STATUS or VARIABLES as the client prints it. */
async function shown(server: MariadbServer, what: 'STATUS' | 'VARIABLES') {
  const rows = await server.client(`SHOW GLOBAL ${what}`)
  return new Map(rows.map(([name = '', value = '']) => [name, value]))
}

function expectBetween(
  field: string,
  least: string | undefined,
  value: number | undefined,
  most: string | undefined,
): void {
  expect(value, field).toBeGreaterThanOrEqual(Number(least))
  expect(value, field).toBeLessThanOrEqual(Number(most))
}

/** A session of somebody who works with the database. */
async function application() {
  const connection = await source.connect()
  return {
    query: (sql: string) => connection.query(sql),
    [Symbol.asyncDispose]: () => connection.end(),
  }
}
