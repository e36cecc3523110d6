import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { ProbeError } from '../probe.ts'
import instance from '../probes/postgresql/instance.ts'
import table from '../probes/postgresql/table.ts'
import up from '../probes/postgresql/up.ts'
import { SourceMemory } from '../source-memory.ts'
import type { Statement } from '../statement.ts'
import {
  ACCOUNT,
  listPostgresqlStatements,
  NO_POSTGRESQL,
  openPostgresql,
  PASSWORD,
  type OpenedPostgresql,
} from '../testing/open-postgresql.ts'
import { sampleOnce } from '../testing/sample-once.ts'
import { usePostgresql } from '../testing/use-postgresql.ts'
import { SESSION_STATEMENTS } from './postgresql/session-statements.ts'
import { CONNECT_FAILURES, type ConnectFailure } from './server/connect-failure.ts'

const used = usePostgresql({}, async (server) => {
  await server.sql(['CREATE DATABASE his', 'CREATE TABLE bed (id integer)'])
})
const OPENSSL = '/usr/bin/openssl'
const never = new AbortController().signal
let directory: string
const fakes: Server[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pgs-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))
afterEach(() => {
  for (const fake of fakes.splice(0)) fake.close()
})

/** What pg_up says, and the text of the standing. */
async function readUp(opened: OpenedPostgresql) {
  const { samples } = await sampleOnce(up, opened.session)
  const code = samples[0]?.fields['error_code'] ?? 0
  const failure: ConnectFailure | undefined = CONNECT_FAILURES[code - 1]
  return { up: samples[0]?.fields['up'], failure, reason: opened.standing.reason }
}

async function failsWith(options: Readonly<Record<string, unknown>>, port = used.server.port) {
  await using opened = await openPostgresql({ port }, options)
  return await readUp(opened)
}

/** A stand-in for what is no PostgreSQL. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  fakes.push(server)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  return (server.address() as AddressInfo).port
}

describe('a session', () => {
  test('is one, names itself, changes nothing and has its deadlines on the server', async () => {
    await using opened = await openPostgresql(used.server)
    await Promise.all([
      sampleOnce(up, opened.session),
      sampleOnce(instance, opened.session),
      sampleOnce(instance, opened.session),
    ])
    expect(opened.standing.counts.connections).toBe(1)
    const sessions = await used.server.psql(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wardround-agent'",
    )
    expect(sessions).toBe('1')
  })

  test('is read-only, waits for no lock and is cut off in time', async () => {
    const show = (name: string): Statement => ({
      id: `postgresql.up.${name}`,
      text: `SELECT current_setting('${name}') AS value`,
      reads: [],
      grants: [],
      cost: 'slow',
    })
    const names = [
      'default_transaction_read_only',
      'lock_timeout',
      'statement_timeout',
      'idle_in_transaction_session_timeout',
      'search_path',
      'application_name',
      'jit',
      'client_connection_check_interval',
    ]
    const shown = names.map(show)
    const statements = [...SESSION_STATEMENTS, ...shown]
    await using opened = await openPostgresql(used.server, {}, { statements })
    const values = []
    for (const statement of shown) {
      const [row] = await opened.session.rows([statement], never)
      values.push(row?.['value'])
    }
    expect(values).toEqual([
      'on',
      '1s',
      '1min',
      '10s',
      'pg_catalog',
      'wardround-agent',
      'off',
      '2s',
    ])
  })

  test('can not write, even where the account may', async () => {
    const write: Statement = {
      id: 'postgresql.up.write',
      text: 'INSERT INTO public.bed VALUES (1) RETURNING id',
      reads: [],
      grants: [],
      cost: 'cheap',
    }
    await used.server.sql(`GRANT ALL ON bed TO ${ACCOUNT}`)
    await using opened = await openPostgresql(
      used.server,
      {},
      { statements: [...SESSION_STATEMENTS, write] },
    )
    await expect(opened.session.rows([write], never)).rejects.toThrow('read-only transaction')
  })

  test('does not wait for a lock', async () => {
    const read: Statement = {
      id: 'postgresql.up.read',
      text: 'SELECT count(*) AS n FROM public.bed',
      reads: ['bed'],
      grants: [],
      cost: 'cheap',
    }
    const holder = await used.server.connect()
    await holder.query('BEGIN')
    await holder.query('LOCK TABLE bed')
    await using opened = await openPostgresql(
      used.server,
      {},
      { statements: [...SESSION_STATEMENTS, read] },
    )
    await expect(opened.session.rows([read], never)).rejects.toThrow('lock timeout')
    await holder.end()
    expect(await opened.session.rows([read], never)).toEqual([{ n: '0' }])
    expect(opened.standing.counts.connections).toBe(1)
  })

  test('a statement past its deadline is cancelled by the server, and the session goes on', async () => {
    const sleep: Statement = {
      id: 'postgresql.up.sleep',
      text: 'SELECT pg_sleep(100) IS NULL AS slept',
      reads: [],
      grants: [],
      cost: 'cheap',
      timeoutMs: 200,
    }
    const statements = [...(await listPostgresqlStatements()), sleep]
    await using opened = await openPostgresql(used.server, {}, { statements })
    await expect(opened.session.rows([sleep], never)).rejects.toMatchObject({ code: 'DEADLINE' })
    expect(await readUp(opened)).toMatchObject({ up: 1 })
    expect(opened.standing.counts.connections).toBe(1)
  })

  test('takes one statement at a time, whatever its text', async () => {
    const two: Statement = {
      id: 'postgresql.up.two',
      text: 'SELECT 1 AS a; SELECT 2 AS a',
      reads: [],
      grants: [],
      cost: 'cheap',
    }
    await using opened = await openPostgresql(
      used.server,
      {},
      { statements: [...SESSION_STATEMENTS, two] },
    )
    await expect(opened.session.rows([two], never)).rejects.toThrow('multiple commands')
  })

  test('knows what it cost where the server runs beside the agent', async () => {
    await using opened = await openPostgresql(used.server)
    await sampleOnce(instance, opened.session)
    expect(opened.standing.counts.cpuSeconds).toBeGreaterThanOrEqual(0)
  })

  test('comes by the socket without a password', async () => {
    const { directory: at, port } = used.server
    const options = { connect: `${at}:${port}/his`, password: undefined }
    expect(await failsWith(options)).toMatchObject({ up: 1 })
  })
})

describe('when the server', () => {
  test('is restarted, the session comes back', async () => {
    await using opened = await openPostgresql(used.server)
    expect(await readUp(opened)).toMatchObject({ up: 1 })
    await used.server.stop()
    expect(await readUp(opened)).toMatchObject({ up: 0, failure: 'unreachable' })
    await used.server.launch()
    opened.resume?.()
    expect(await readUp(opened)).toMatchObject({ up: 1 })
  })

  test('is frozen, a run ends at its deadline, no session is added, and it comes back', async () => {
    await using opened = await openPostgresql(used.server, { connectTimeout: '3s' })
    expect(await readUp(opened)).toMatchObject({ up: 1 })
    used.server.freeze()
    const deadline = AbortSignal.timeout(500)
    await expect(sampleOnce(instance, opened.session, { signal: deadline })).rejects.toThrow(
      ProbeError,
    )
    const { failure } = await readUp(opened)
    expect(failure).toBe('timeout')
    for (let at = 0; at < 5; at++) await readUp(opened) // backs off: no further attempt
    expect(opened.standing.counts.connections).toBe(2)
    used.server.freeze(false)
    opened.resume?.()
    expect(await readUp(opened)).toMatchObject({ up: 1 })
    await expect
      .poll(() =>
        used.server.psql(
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wardround-agent'",
        ),
      )
      .toBe('1')
  })

  test('ends the session, the next run opens another', async () => {
    await using opened = await openPostgresql(used.server)
    await readUp(opened)
    await used.server.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wardround-agent'",
    )
    await expect.poll(async () => (await readUp(opened)).up).toBe(1)
    expect(opened.standing.counts.connections).toBe(2)
  })
})

describe('a wrong password', () => {
  async function countLogons(): Promise<number> {
    return used.server.log().split('password authentication failed').length - 1
  }

  test('is tried once, not after a restart either, until its file changes', async () => {
    const file = join(directory, 'password')
    await writeFile(file, 'wrong\n', { mode: 0o600 })
    const options = { password: { file } }
    const before = await countLogons()
    const state = join(directory, 'state')
    for (let start = 0; start < 2; start++) {
      const memory = await SourceMemory.open(state, 'hcpg')
      await using opened = await openPostgresql(used.server, options, { memory })
      for (let at = 0; at < 5; at++)
        expect(await readUp(opened)).toMatchObject({ up: 0, failure: 'wrong_password' })
      expect(opened.standing.state).toBe('refused')
      expect(opened.standing.reason?.zh).toContain('密码')
      expect(JSON.stringify(opened.standing.toJson())).not.toContain('wrong\n')
    }
    await expect.poll(async () => (await countLogons()) - before).toBe(1)
    await writeFile(file, `${PASSWORD}\n`, { mode: 0o600 })
    const memory = await SourceMemory.open(state, 'hcpg')
    await using opened = await openPostgresql(used.server, options, { memory })
    expect(await readUp(opened)).toMatchObject({ up: 1 })
  })

  test('that has become wrong stops the tour of the databases at the first', async () => {
    const file = join(directory, 'rotated')
    await writeFile(file, PASSWORD, { mode: 0o600 })
    await used.server.sql(['CREATE DATABASE lis', 'CREATE DATABASE pacs'])
    await using opened = await openPostgresql(used.server, { password: { file } })
    await sampleOnce(table, opened.session)
    await used.server.sql(`ALTER ROLE ${ACCOUNT} PASSWORD 'another'`)
    const before = await countLogons()
    await expect(sampleOnce(table, opened.session)).rejects.toMatchObject({ code: 'REFUSED' })
    await expect(sampleOnce(table, opened.session)).rejects.toMatchObject({ code: 'REFUSED' })
    await expect.poll(async () => (await countLogons()) - before).toBe(1)
    expect(opened.standing.state).toBe('refused')
    await used.server.sql(`ALTER ROLE ${ACCOUNT} PASSWORD '${PASSWORD}'`)
  })
})

describe('no session with', () => {
  test.each<[string, Readonly<Record<string, unknown>>, ConnectFailure]>([
    ['a database that is not there', { connect: 'DB/nowhere' }, 'unknown_service'],
    ['an account that is not there', { user: 'nobody' }, 'wrong_password'],
    ['a password that is asked for and not given', { password: undefined }, 'not_permitted'],
    ['a server without TLS where it is demanded', { tls: 'verify' }, 'tls'],
    ['a directory without a socket', { connect: '/nowhere' }, 'unreachable'],
    ['a certificate file that is not there', { tls: 'verify', caFile: '/nowhere.pem' }, 'tls'],
  ])('%s', async (_note, options, failure) => {
    const connect = options['connect']
    const given =
      typeof connect === 'string'
        ? { ...options, connect: connect.replace('DB', `127.0.0.1:${used.server.port}`) }
        : options
    const found = await failsWith(given)
    expect(found).toMatchObject({ up: 0, failure })
    expect(found.reason?.zh).toMatch(/\p{Script=Han}/u)
    expect(`${found.reason?.zh}${found.reason?.en}`).not.toContain(PASSWORD)
  })

  test('an account that the DBA locked, and one or a database at its limit: each with its own cure', async () => {
    await used.server.sql([
      `CREATE ROLE locked NOLOGIN PASSWORD '${PASSWORD}'`,
      `CREATE ROLE crowded LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT 0`,
      'CREATE DATABASE crowded CONNECTION LIMIT 0',
    ])
    const { port } = used.server
    const locked = await failsWith({ user: 'locked' })
    expect(locked.failure).toBe('account_locked')
    expect(locked.reason?.zh).toContain('ALTER ROLE … LOGIN')
    const ofRole = await failsWith({ user: 'crowded' })
    expect(ofRole.failure).toBe('too_many_sessions')
    expect(ofRole.reason?.zh).toContain('ALTER ROLE … CONNECTION LIMIT')
    const ofDatabase = await failsWith({ connect: `127.0.0.1:${port}/crowded` })
    expect(ofDatabase.failure).toBe('too_many_sessions')
    expect(ofDatabase.reason?.zh).toContain('ALTER DATABASE … CONNECTION LIMIT')
  })

  test('a host that has no address', async () => {
    const { up: isUp, failure } = await failsWith({ connect: 'no-such-host.invalid' })
    expect(isUp).toBe(0)
    // a name server that does not answer in time does not say so
    expect(failure).toBeOneOf(['unknown_host', 'timeout'])
  })

  test('a port on which nothing listens', async () => {
    const port = await listen(() => undefined)
    const [server] = fakes.splice(0)
    await new Promise((resolve) => server?.close(resolve))
    expect(await failsWith({}, port)).toMatchObject({ failure: 'unreachable' })
  })

  test.each<[string, string, ConnectFailure]>([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'garbage'],
    ['a shell', 'SSH-2.0-OpenSSH_9.2\r\n', 'garbage'],
    ['an error that never ends', 'E\0\0\0\x20SFATAL and no end to it at all..', 'garbage'],
    ['Kerberos alone', 'R\0\0\0\x08\0\0\0\x07', 'unsupported'],
    ['a message that the parser falls over', 'R\0\0\0\x08\0\0\0\0D\0\0\0\x06\x7f\xffxx', 'garbage'],
  ])('%s', async (_note, answer, failure) => {
    const port = await listen((socket) => socket.once('data', () => socket.write(answer, 'latin1')))
    expect(await failsWith({}, port)).toMatchObject({ up: 0, failure })
  })

  test('a web server that is asked for TLS', async () => {
    const port = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect(await failsWith({ tls: 'verify' }, port)).toMatchObject({ failure: 'garbage' })
  })

  test('a peer that closes', async () => {
    const port = await listen((socket) => socket.destroy())
    expect(await failsWith({}, port)).toMatchObject({ failure: 'unreachable' })
  })

  test.each(['off', 'verify'])('a peer that never answers (tls: %s)', async (tls) => {
    const port = await listen(() => undefined)
    expect(await failsWith({ tls, connectTimeout: '300ms' }, port)).toMatchObject({
      failure: 'timeout',
    })
  })
})

describe('over TLS', () => {
  let ca: string

  beforeAll(async () => {
    if (NO_POSTGRESQL !== undefined || !existsSync(OPENSSL)) return
    const { server } = used
    ca = join(directory, 'server.crt')
    const key = join(directory, 'server.key')
    execFileSync(
      OPENSSL,
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=pg',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        ca,
      ],
      { stdio: 'ignore' },
    )
    await server.writeFile('server.crt', await readFile(ca, 'utf8'))
    await server.writeFile('server.key', await readFile(key, 'utf8'))
    await server.sql([
      `ALTER SYSTEM SET ssl_cert_file = '${join(server.directory, 'server.crt')}'`,
      `ALTER SYSTEM SET ssl_key_file = '${join(server.directory, 'server.key')}'`,
      'ALTER SYSTEM SET ssl = on',
    ])
    await server.stop()
    await server.launch()
  })

  beforeEach(({ skip }) => skip(!existsSync(OPENSSL), 'openssl is not installed'))

  test('logs on where the certificate is known, and the line is encrypted', async () => {
    await using opened = await openPostgresql(used.server, { tls: 'verify', caFile: ca })
    expect(await readUp(opened)).toMatchObject({ up: 1 })
    const encrypted = await used.server.psql(
      "SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name = 'wardround-agent'",
    )
    expect(encrypted).toBe('t')
  })

  test('refuses one that nobody vouches for, unless it is not to be checked', async () => {
    expect(await failsWith({ tls: 'verify' })).toMatchObject({ up: 0, failure: 'tls' })
    expect(await failsWith({ tls: 'require' })).toMatchObject({ up: 1 })
  })

  test('refuses one for another name', async () => {
    const connect = `localhost:${used.server.port}`
    const found = await failsWith({ connect, tls: 'verify', caFile: ca })
    expect(found).toMatchObject({ up: 0, failure: 'tls' })
  })
})
