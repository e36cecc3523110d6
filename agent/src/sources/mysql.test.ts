import { createServer, type AddressInfo, type Socket } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClocks } from '../clocks.ts'
import { NoDataError, type Probe } from '../probe.ts'
import { MariadbServer, NO_MARIADB } from '../testing/mariadb-server.ts'
import { MYSQL_PROBES } from '../testing/mysql-probes.ts'
import {
  makeMonitorAccount,
  MONITOR_PASSWORD,
  openMysqlSource,
  writeMysqlPassword,
  type OpenedMysqlSource,
} from '../testing/open-mysql-source.ts'
import { sampleOnce } from '../testing/sample-once.ts'
import { CONNECT_FAILURES, type ConnectFailure } from './server/connect-failure.ts'

let server: MariadbServer
let directory: string

beforeAll(async () => {
  if (NO_MARIADB !== undefined) return
  directory = await mkdtemp(join(tmpdir(), 'mysql-'))
  server = await MariadbServer.start(['--log-bin=binlog', '--server-id=1'])
  await makeMonitorAccount(server)
})
afterAll(async () => {
  if (NO_MARIADB !== undefined) return
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})
beforeEach(({ skip }) => skip(NO_MARIADB !== undefined, NO_MARIADB))

describe('a session with MariaDB', () => {
  test('is one, whatever probes ask at the same time', async () => {
    await using opened = await openMysqlSource(server)
    await Promise.allSettled(
      Object.values(MYSQL_PROBES).map((probe) => sampleOnce(probe, opened.session)),
    )
    expect(opened.standing.counts.connections).toBe(1)
    expect(await countSessions()).toBe(1)
  })

  test('is closed with the source', async () => {
    {
      await using opened = await openMysqlSource(server)
      await sampleOnce(MYSQL_PROBES.up, opened.session)
    }
    await expect.poll(countSessions).toBe(0)
  })

  test('needs no more than the declared grants for every probe', async () => {
    await using opened = await openMysqlSource(server)
    const failed: string[] = []
    for (const probe of Object.values(MYSQL_PROBES))
      await sampleOnce(probe, opened.session)
        .then(({ remarks }) => failed.push(...remarks.map(({ en }) => en)))
        .catch((error: unknown) => {
          if (!(error instanceof NoDataError)) failed.push(String(error))
        })
    expect(failed).toEqual([])
  })

  test('after it was killed by the DBA is opened again', async () => {
    await using opened = await openMysqlSource(server)
    await sampleOnce(MYSQL_PROBES.up, opened.session)
    const [row] = await server.query(
      "SELECT id FROM information_schema.processlist WHERE user = 'wardround'",
    )
    await server.query(`KILL ${String(row?.['id'])}`)
    const first = await sampleOnce(MYSQL_PROBES.up, opened.session)
    expect(first.samples[0]?.fields).toMatchObject({ up: 0, error_code: codeOf('unreachable') })
    const { samples } = await sampleOnce(MYSQL_PROBES.up, opened.session)
    expect(samples[0]?.fields).toMatchObject({ up: 1, error_code: 0 })
  })

  test('is not opened while the source is paused', async () => {
    await using opened = await openMysqlSource(server, {
      options: { quietHours: ['00:00-24:00'] },
    })
    await expect(sampleOnce(MYSQL_PROBES.up, opened.session)).rejects.toThrow(NoDataError)
    expect(opened.standing.counts.connections).toBe(0)
  })

  test('leaves out what agent.yaml switches off, and the rest of the probe goes on', async () => {
    await using opened = await openMysqlSource(server, {
      options: { off: ['mysql.tx.metadata-locks', 'mysql.schema'] },
    })
    const { samples, remarks } = await sampleOnce(MYSQL_PROBES.tx, opened.session)
    expect(Object.keys(samples[0]?.fields ?? {})).not.toContain('metadata_lock_waits')
    expect(samples[0]?.fields['open_count']).toBe(0)
    expect(remarks).toEqual([])
    await expect(sampleOnce(MYSQL_PROBES.schema, opened.session)).rejects.toThrow(NoDataError)
  })
})

describe('a refused password', () => {
  test('is tried once, not again after a restart of the agent, and once more when the file changes', async () => {
    const passwordFile = await writeMysqlPassword(directory, 'wrong')
    const settings = { passwordFile, stateDirectory: join(directory, 'refused') }
    const before = await accessDenied()
    {
      await using opened = await openMysqlSource(server, settings)
      for (let run = 0; run < 3; run++) expect(await failureOf(opened)).toBe('wrong_password')
      expect(opened.standing.state).toBe('refused')
      expect(opened.standing.reason?.en).toContain('MySQL 127.0.0.1:')
      expect(opened.standing.reason?.zh).toContain('密码')
      expect(opened.standing.reason?.en).not.toContain('wrong\n')
    }
    expect(await accessDenied()).toBe(before + 1)
    {
      await using again = await openMysqlSource(server, settings)
      expect(await failureOf(again)).toBe('wrong_password')
      expect(again.standing.counts.connections).toBe(0)
    }
    expect(await accessDenied()).toBe(before + 1)
    await writeMysqlPassword(directory, MONITOR_PASSWORD)
    await using changed = await openMysqlSource(server, settings)
    expect(await failureOf(changed)).toBe('none')
    expect(await accessDenied()).toBe(before + 1)
  })

  test('of a running agent is looked at again within a minute after the file has changed', async () => {
    const passwordFile = await writeMysqlPassword(directory, 'wrong-too')
    let skippedMs = 0
    const clocks = { ...systemClocks, monotonicMs: () => systemClocks.monotonicMs() + skippedMs }
    await using opened = await openMysqlSource(server, { passwordFile, clocks })
    expect(await failureOf(opened)).toBe('wrong_password')
    skippedMs += 61_000
    expect(await failureOf(opened)).toBe('wrong_password')
    expect(opened.standing.counts.connections).toBe(1)
    await writeMysqlPassword(directory, MONITOR_PASSWORD)
    skippedMs += 61_000
    expect(await failureOf(opened)).toBe('none')
    expect(opened.standing.counts.connections).toBe(2)
  })
})

describe('an account that may not log on', () => {
  const accounts: readonly [string, ConnectFailure, string][] = [
    ["CREATE USER locked1 IDENTIFIED BY 'x' ACCOUNT LOCK", 'account_locked', 'ACCOUNT UNLOCK'],
    ["CREATE USER expired1 IDENTIFIED BY 'x' PASSWORD EXPIRE", 'password_expired', 'ALTER USER'],
    ["CREATE USER encrypted1 IDENTIFIED BY 'x' REQUIRE SSL", 'wrong_password', 'tls: require'],
    ["CREATE USER elsewhere1@'10.9.9.9' IDENTIFIED BY 'x'", 'wrong_password', 'this machine'],
    [
      "CREATE USER ed1 IDENTIFIED VIA ed25519 USING PASSWORD('x')",
      'unsupported',
      'authentication plugin',
    ],
  ]
  test.each(accounts)('%s: %s', async (create, failure, advice) => {
    await server
      .query(
        "INSTALL SONAME 'auth_ed25519'",
        create.replace('CREATE USER', 'CREATE OR REPLACE USER'),
      )
      .catch(() => server.query(create.replace('CREATE USER', 'CREATE OR REPLACE USER')))
    const user = /USER (\w+)/.exec(create)?.[1] ?? ''
    await using opened = await openMysqlSource(server, { options: { user }, password: 'x' })
    expect(await failureOf(opened)).toBe(failure)
    expect(opened.standing.reason?.en).toContain(advice)
  })

  test('blocked after too many errors', async () => {
    await server.query(
      "CREATE OR REPLACE USER blocked1 IDENTIFIED BY 'x'",
      'SET GLOBAL max_password_errors = 1',
    )
    await using wrong = await openMysqlSource(server, {
      options: { user: 'blocked1' },
      password: 'y',
    })
    expect(await failureOf(wrong)).toBe('wrong_password')
    await using right = await openMysqlSource(server, {
      options: { user: 'blocked1' },
      password: 'x',
    })
    expect(await failureOf(right)).toBe('account_locked')
    await server.query('SET GLOBAL max_password_errors = 4294967295', 'FLUSH PRIVILEGES')
  })

  test('with all its own connections in use', async () => {
    await server.query("CREATE OR REPLACE USER few1 IDENTIFIED BY 'x' WITH MAX_USER_CONNECTIONS 1")
    const settings = { options: { user: 'few1' }, password: 'x' }
    await using first = await openMysqlSource(server, settings)
    await using second = await openMysqlSource(server, settings)
    expect(await failureOf(first)).toBe('none')
    expect(await failureOf(second)).toBe('too_many_sessions')
  })
})

describe('a server without a connection left', () => {
  test('says so, and is up again when there is one', async () => {
    let skippedMs = 0
    const clocks = { ...systemClocks, monotonicMs: () => systemClocks.monotonicMs() + skippedMs }
    await server.query('SET GLOBAL max_connections = 10')
    const others = await Promise.all(Array.from({ length: 9 }, () => server.connect()))
    await using opened = await openMysqlSource(server, { clocks })
    expect(await failureOf(opened)).toBe('too_many_sessions')
    expect(opened.standing.state).toBe('failing')
    await Promise.all(others.map((connection) => connection.end()))
    await server.query('SET GLOBAL max_connections = 151')
    skippedMs += 60_000
    await expect
      .poll(async () => {
        skippedMs += 60_000
        return failureOf(opened)
      })
      .toBe('none')
  })
})

describe('an account without privileges', () => {
  const wanted: readonly [keyof typeof MYSQL_PROBES, string][] = [
    ['tx', 'GRANT PROCESS ON *.* TO usage1'],
    ['replica', 'GRANT REPLICA MONITOR ON *.* TO usage1'],
    ['binlog', 'GRANT BINLOG MONITOR ON *.* TO usage1'],
    ['schema', 'GRANT SHOW VIEW ON *.* TO wardround'],
    ['user', 'GRANT SELECT ON wardround.account_dates TO usage1'],
    ['account', 'GRANT SELECT ON wardround.account_dates TO usage1'],
  ]

  test('is told which grant each probe lacks, in both languages, and the others go on', async () => {
    await server.query("CREATE OR REPLACE USER usage1 IDENTIFIED BY 'x'")
    await using opened = await openMysqlSource(server, {
      options: { user: 'usage1' },
      password: 'x',
    })
    for (const [name, grant] of wanted) {
      const text = await denialOf(MYSQL_PROBES[name], opened)
      expect(text.en).toContain(`have the DBA run: `)
      expect(text.en).toContain(grant)
      expect(text.zh).toContain(grant)
    }
    for (const name of ['up', 'instance', 'status', 'innodb', 'settings'] as const)
      await sampleOnce(MYSQL_PROBES[name], opened.session)
  })

  test('is not asked again at once what was denied', async () => {
    await using opened = await openMysqlSource(server, {
      options: { user: 'usage1' },
      password: 'x',
    })
    await denialOf(MYSQL_PROBES.replica, opened)
    await denialOf(MYSQL_PROBES.replica, opened)
    expect(opened.sent.filter(({ statement }) => statement.id === 'mysql.replica')).toHaveLength(1)
  })
})

describe('what is no MySQL server', () => {
  test.each([
    // a name server that does not answer in time does not say so
    ['no-such-host.invalid:3306', ['unknown_host', 'timeout']],
    ['127.0.0.1:1', ['unreachable']],
    ['/nonexistent/mysqld.sock', ['unreachable']],
  ] as const)('%s: %s', async (connect, failures) => {
    await using opened = await openMysqlSource(server, { options: { connect } })
    expect(await failureOf(opened)).toBeOneOf([...failures])
    expect(opened.standing.reason?.en).toContain(connect)
  })

  test.each([
    ['speaks HTTP', 'garbage', (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['speaks SSH', 'garbage', (socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['sends zeros', 'garbage', (socket: Socket) => socket.write(Buffer.alloc(64))],
    ['says nothing', 'timeout', () => undefined],
    [
      'stops in its greeting',
      'timeout',
      (socket: Socket) => socket.write(GREETING.subarray(0, 20)),
    ],
    ['closes at once', 'unreachable', (socket: Socket) => socket.end()],
    ['closes after its greeting', 'unreachable', (socket: Socket) => socket.end(GREETING)],
    ['answers the logon with rubbish', 'garbage', answerWithRubbish],
  ] as const)('a peer that %s: %s', async (_, failure, answer) => {
    await using peer = await listen(answer)
    await using opened = await openMysqlSource(peer, { options: { connectTimeout: '1s' } })
    expect(await failureOf(opened)).toBe(failure)
    await expect.poll(() => peer.open()).toBe(0)
  })
})

describe('a server that refuses before its greeting', () => {
  test.each([
    [
      1130,
      "Host '10.0.0.9' is not allowed to connect to this MySQL server",
      'not_permitted',
      'CREATE USER',
    ],
    [
      1129,
      "Host '10.0.0.9' is blocked because of many connection errors",
      'not_permitted',
      'flush-hosts',
    ],
    [1040, 'Too many connections', 'too_many_sessions', 'max_connections'],
    [1053, 'Server shutdown in progress', 'not_open', 'shutting down'],
  ] as const)('%i: %s', async (number, message, failure, advice) => {
    await using peer = await listen((socket) => socket.end(errorPacket(number, message)))
    await using opened = await openMysqlSource(peer)
    expect(await failureOf(opened)).toBe(failure)
    expect(opened.standing.reason?.en).toContain(advice)
    expect(opened.standing.reason?.en).toContain(`${number}: ${message}`)
  })
})

function errorPacket(number: number, message: string): Buffer {
  const body = Buffer.concat([Buffer.from([0xff, number & 255, number >> 8]), Buffer.from(message)])
  return Buffer.concat([Buffer.from([body.length, 0, 0, 0]), body])
}

/** Of a MariaDB 10.11, with a salt of its own. */
const GREETING = Buffer.concat([
  Buffer.from([0x62, 0, 0, 0, 10]),
  Buffer.from('5.5.5-10.11.14-MariaDB\0', 'latin1'),
  Buffer.from([1, 0, 0, 0]),
  Buffer.from('abcdefgh\0', 'latin1'),
  Buffer.from([0xfe, 0xf7, 0x2d, 2, 0, 0xff, 0x81, 21]),
  Buffer.alloc(6),
  Buffer.from([0x1d, 0, 0, 0]),
  Buffer.from('ijklmnopqrst\0', 'latin1'),
  Buffer.from('mysql_native_password\0', 'latin1'),
])
GREETING.writeUIntLE(GREETING.length - 4, 0, 3)

function answerWithRubbish(socket: Socket): void {
  socket.write(GREETING)
  socket.once('data', () => socket.write(Buffer.from([3, 0, 0, 2, 0x77, 0x77, 0x77])))
}

/** A peer on loopback that answers each connection in its own way. */
async function listen(answer: (socket: Socket) => unknown) {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined)
    answer(socket)
    socket.resume()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a listener on TCP has one
  const { port } = listener.address() as AddressInfo
  return {
    port,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** How mysql.up finds its server. */
async function failureOf({ session }: OpenedMysqlSource): Promise<ConnectFailure | 'none'> {
  const { samples } = await sampleOnce(MYSQL_PROBES.up, session)
  const code = samples[0]?.fields['error_code'] ?? 0
  return code === 0 ? 'none' : (CONNECT_FAILURES[code - 1] ?? 'other')
}

function codeOf(failure: ConnectFailure): number {
  return CONNECT_FAILURES.indexOf(failure) + 1
}

async function denialOf(probe: Probe, { session }: OpenedMysqlSource) {
  const error: unknown = await sampleOnce(probe, session).catch((each: unknown) => each)
  expect(error).toMatchObject({ code: 'NOT_PERMITTED' })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the line above
  return (error as { text: { zh: string; en: string } }).text
}

async function accessDenied(): Promise<number> {
  const [row] = await server.query("SHOW GLOBAL STATUS LIKE 'Access_denied_errors'")
  return Number(row?.['Value'])
}

async function countSessions(): Promise<number> {
  const [row] = await server.query(
    "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'wardround'",
  )
  return Number(row?.['n'])
}
