import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClocks } from '../../clocks.ts'
import type { Statement } from '../../statement.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { MYSQL_PROBES } from '../../testing/mysql-probes.ts'
import {
  makeMonitorAccount,
  MONITOR_PASSWORD,
  openMysqlSource,
} from '../../testing/open-mysql-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MysqlDriver, type MysqlTarget } from './mysql-driver.ts'

const OPENSSL = '/usr/bin/openssl'
const missing = NO_MARIADB ?? (existsSync(OPENSSL) ? undefined : 'not installed: openssl')

let server: MariadbServer
/** The account's password as the session hands it over. */
let secret: Parameters<MysqlDriver['connect']>[0]

beforeAll(async () => {
  if (missing !== undefined) return
  const { readSecret } = await import('@wardround/program/running')
  secret = await readSecret({ env: 'P' }, { P: MONITOR_PASSWORD })
  server = await MariadbServer.start(['--log-bin=binlog', '--server-id=1', '--userstat=ON'])
  await makeMonitorAccount(server)
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(({ skip }) => skip(missing !== undefined, missing))

describe('a session that the server itself limits', () => {
  test('may change nothing, waits for no lock, and says who it is', async () => {
    await using session = await logOn()
    const [row] = await session.send(
      ask(
        'SELECT @@tx_read_only AS read_only, @@lock_wait_timeout AS lock_wait, @@innodb_lock_wait_timeout AS row_wait, @@wait_timeout AS idle, @@sql_mode AS mode, @@max_statement_time AS seconds',
      ),
    )
    expect(row).toEqual({
      read_only: '1',
      lock_wait: '2',
      row_wait: '2',
      idle: '600',
      mode: '',
      seconds: 2,
    })
    await server.query('CREATE DATABASE IF NOT EXISTS shop', 'GRANT ALL ON shop.* TO wardround')
    await expect(session.send(ask('CREATE TABLE shop.t (a INT)'))).rejects.toMatchObject({
      vendorCode: '1792',
    })
    await server.query('REVOKE ALL ON shop.* FROM wardround')
  })

  test('is asked for no file of our machine', async () => {
    await using session = await logOn()
    await server.query(
      'CREATE DATABASE IF NOT EXISTS shop',
      'CREATE TABLE IF NOT EXISTS shop.texts (a TEXT)',
      'GRANT INSERT ON shop.texts TO wardround',
    )
    await expect(
      session.send(ask("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE shop.texts")),
    ).rejects.toMatchObject({ vendorCode: '4166' }) // the client has not offered it
    await server.query('REVOKE INSERT ON shop.texts FROM wardround')
  })

  test('goes on after a statement that the server cancelled', async () => {
    await using session = await logOn()
    await expect(session.send(ask('SELECT SLEEP(60)'), 300)).rejects.toMatchObject({
      failure: 'timeout',
      vendorCode: '1969',
    })
    expect(await session.send(ask('SELECT 1 AS one'))).toEqual([{ one: 1 }])
  })

  test('keeps whole numbers beyond 2^53 and decimals as they are, and one statement to a send', async () => {
    await using session = await logOn()
    const [row] = await session.send(
      ask('SELECT 18446744073709551615 AS big, 0.10 AS tenth, NULL AS none, NOW() AS t'),
    )
    expect(row).toMatchObject({ big: '18446744073709551615', tenth: '0.10', none: null })
    expect(row?.['t']).toMatch(/^\d{4}-\d\d-\d\d /)
    await expect(session.send(ask('SELECT 1; SELECT 2'))).rejects.toMatchObject({
      vendorCode: '1064',
    })
  })

  test('says what it has cost', async () => {
    await using session = await logOn()
    await session.send(ask('SELECT BENCHMARK(200000, MD5(1)) AS b'))
    expect(await session.cpuSeconds()).toBeGreaterThan(0)
    await server.query('SET GLOBAL userstat = OFF')
    await using other = await logOn()
    expect(await other.cpuSeconds()).toBeUndefined()
    await server.query('SET GLOBAL userstat = ON')
  })

  test.each([
    ['SELECT nothere FROM mysql.nothere', 'denied', '1142', 'nothere'],
    ['SELECT 1 FROM information_schema.nothere', 'missing', '1109', undefined],
    ['SELECT nothere FROM information_schema.TABLES', 'missing', '1054', undefined],
    ['SELECT @@nothere', 'missing', '1193', undefined],
    ['SHUTDOWN', 'denied', '1227', 'SHUTDOWN'],
    ['SELEC 1', 'other', '1064', undefined],
  ])('%s: %s', async (text, failure, vendorCode, object) => {
    await using session = await logOn()
    await expect(session.send(ask(text))).rejects.toMatchObject({ failure, vendorCode, object })
  })
})

describe('a server that stands still', () => {
  test('is given up at the deadline, and the line is cut', async () => {
    await using session = await logOn()
    await session.send(ask('SELECT 1'), 200)
    server.freeze()
    try {
      await expect(session.send(ask('SELECT 1'), 200)).rejects.toMatchObject({ failure: 'silent' })
      await expect(session.send(ask('SELECT 1'), 200)).rejects.toMatchObject({ failure: 'lost' })
      await session.connection.close()
      await expect(logOn({ connectTimeoutMs: 500 })).rejects.toMatchObject({ failure: 'timeout' })
    } finally {
      server.thaw()
    }
    await using again = await logOn()
    expect(await again.send(ask('SELECT 1 AS one'))).toEqual([{ one: 1 }])
  })

  test('holds up no run beyond its deadline, and has one session when it moves again', async () => {
    let skippedMs = 0
    const clocks = { ...systemClocks, monotonicMs: () => systemClocks.monotonicMs() + skippedMs }
    await using opened = await openMysqlSource(server, {
      clocks,
      options: { connectTimeout: '1s' },
    })
    await sampleOnce(MYSQL_PROBES.status, opened.session)
    server.freeze()
    try {
      for (let run = 0; run < 3; run++) {
        skippedMs += 60_000
        const signal = AbortSignal.timeout(500)
        await expect(sampleOnce(MYSQL_PROBES.status, opened.session, { signal })).rejects.toThrow()
      }
    } finally {
      server.thaw()
    }
    await expect
      .poll(async () => {
        skippedMs += 60_000
        const { samples } = await sampleOnce(MYSQL_PROBES.up, opened.session)
        return samples[0]?.fields['up']
      })
      .toBe(1)
    await expect.poll(countSessions).toBe(1)
  })

  test('is given up when the run is over', async () => {
    server.freeze()
    try {
      const abort = new AbortController()
      const connecting = logOn({ connectTimeoutMs: 60_000 }, abort.signal)
      abort.abort()
      await expect(connecting).rejects.toMatchObject({ failure: 'timeout' })
    } finally {
      server.thaw()
    }
  })
})

describe('a server that was restarted', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('by %s is logged on to again', async (signal) => {
    let skippedMs = 0
    const clocks = { ...systemClocks, monotonicMs: () => systemClocks.monotonicMs() + skippedMs }
    await using opened = await openMysqlSource(server, { clocks })
    await sampleOnce(MYSQL_PROBES.up, opened.session)
    await server.stop(signal)
    const down = await sampleOnce(MYSQL_PROBES.up, opened.session)
    expect(down.samples[0]?.fields['up']).toBe(0)
    const still = await sampleOnce(MYSQL_PROBES.up, opened.session)
    expect(still.samples[0]?.fields).toMatchObject({ up: 0, error_code: 1 })
    await server.begin()
    skippedMs += 60_000
    const up = await sampleOnce(MYSQL_PROBES.up, opened.session)
    expect(up.samples[0]?.fields).toMatchObject({ up: 1, error_code: 0 })
    expect(await countSessions()).toBe(1)
  })
})

describe('encryption', () => {
  test('that is demanded of a server without it is refused before the password is sent', async () => {
    for (const tls of ['require', 'verify'] as const)
      await expect(logOn({ tls })).rejects.toMatchObject({
        failure: 'tls',
        message: expect.stringContaining('offers no encryption'),
      })
  })

  test('with a certificate', async () => {
    const files = makeCertificates(server.directory)
    await server.stop()
    await server.begin([
      '--log-bin=binlog',
      '--server-id=1',
      '--userstat=ON',
      `--ssl-cert=${files.cert}`,
      `--ssl-key=${files.key}`,
    ])
    for (const target of [
      { tls: 'require' },
      { tls: 'verify', caFile: files.ca },
    ] satisfies Partial<MysqlTarget>[]) {
      await using session = await logOn(target)
      const [row] = await session.send(ask("SHOW SESSION STATUS LIKE 'Ssl_version'"))
      expect(row?.['Value']).toMatch(/^TLSv1\.[23]$/)
    }
    const refused = [
      { tls: 'verify', caFile: files.otherCa },
      { tls: 'verify' },
      { tls: 'verify', caFile: '/nonexistent/ca.pem' },
      { tls: 'verify', caFile: files.ca, address: { host: 'localhost', port: server.port } },
    ] satisfies Partial<MysqlTarget>[]
    for (const target of refused)
      await expect(logOn(target)).rejects.toMatchObject({ failure: 'tls' })
    const denied = await server.query("SHOW GLOBAL STATUS LIKE 'Access_denied_errors'")
    expect(denied[0]?.['Value']).toBe('0')
  })
})

test('a server that is too old is refused in words', async () => {
  await server.stop()
  await server.begin(['--version=10.3.39-MariaDB'])
  await expect(logOn()).rejects.toMatchObject({
    failure: 'unsupported',
    message: expect.stringContaining('MariaDB 10.3.39-MariaDB'),
  })
  await server.stop()
  await server.begin([])
})

test('an account over the socket needs no network', async () => {
  await using session = await logOn({ address: { path: server.socketPath } })
  expect(session.connection.facts).toMatchObject({
    version: [10, 11, expect.any(Number)],
    traits: { flavour: 'mariadb', performance_schema: 'off' },
  })
})

function ask(text: string): Statement {
  return { id: 'mysql.test', text, reads: [], grants: [], cost: 'cheap' }
}

async function logOn(
  target: Partial<MysqlTarget> = {},
  signal: AbortSignal = new AbortController().signal,
) {
  const driver = new MysqlDriver({
    address: { host: '127.0.0.1', port: server.port },
    server: 'MySQL under test',
    user: 'wardround',
    tls: 'off',
    caFile: undefined,
    connectTimeoutMs: 20_000,
    ...target,
  })
  const connection = await driver.connect(secret, signal, (_statement, work) => work())
  const send = (statement: Statement, timeoutMs = 2_000) =>
    connection.send(statement, [], timeoutMs)
  return {
    connection,
    send,
    cpuSeconds: () => connection.cpuSeconds(send),
    [Symbol.asyncDispose]: () => connection.close(),
  }
}

async function countSessions(): Promise<number> {
  const [row] = await server.query(
    "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'wardround'",
  )
  return Number(row?.['n'])
}

/** A CA, a certificate of its for 127.0.0.1 alone, and another CA. */
function makeCertificates(directory: string) {
  const at = (name: string) => join(directory, name)
  const openssl = (line: string) =>
    execFileSync(OPENSSL, line.split(' '), { cwd: directory, stdio: 'ignore' })
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30'
  openssl(`${request} -keyout ca.key -out ca.pem -subj /CN=test-ca`)
  openssl(`${request} -keyout other.key -out other.pem -subj /CN=other-ca`)
  openssl(
    `${request} -keyout server.key -out server.pem -subj /CN=db -addext subjectAltName=IP:127.0.0.1 -CA ca.pem -CAkey ca.key`,
  )
  return {
    ca: at('ca.pem'),
    otherCa: at('other.pem'),
    cert: at('server.pem'),
    key: at('server.key'),
  }
}
