import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

import { systemClocks } from '../../clocks.ts'
import { ProbeError } from '../../probe.ts'
import { openRedfishSource } from '../../testing/open-redfish-source.ts'
import { makeOwnCertificate } from '../../testing/own-certificate.ts'
import { collectionOf, HEALTHY, StandInRedfish } from '../../testing/stand-in-redfish.ts'

const signal = () => AbortSignal.timeout(30_000)

const SYSTEMS = {
  '/redfish/v1/Systems': collectionOf('/redfish/v1/Systems/1'),
  '/redfish/v1/Systems/1': { Name: 'db1', Status: HEALTHY },
}

test('opens one session, asks one thing at a time, and deletes the session in the end', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  const opened = await openRedfishSource(device)
  const { session } = opened
  const found = await Promise.all([
    session.read(signal()).members('/redfish/v1/Systems'),
    session.read(signal()).members('/redfish/v1/Systems'),
    session.ping(signal()),
  ])
  expect(found[0]).toMatchObject([{ Name: 'db1' }])
  expect(found[2]).toMatchObject({ up: true })
  expect([...device.sessions]).toHaveLength(1)
  await opened[Symbol.asyncDispose]()
  expect([...device.sessions]).toEqual([])
  expect(device.mostSessions).toBe(1)
  expect(device.mostUnderWay).toBe(1)
})

test('sends nothing but GET, and POST and DELETE of its own session', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  const opened = await openRedfishSource(device)
  await opened.session.read(signal()).members('/redfish/v1/Systems')
  await opened[Symbol.asyncDispose]()
  expect(device.methods).toEqual(['DELETE', 'GET', 'POST'])
  expect(device.requests.filter((request) => !request.startsWith('GET'))).toEqual([
    'POST /redfish/v1/SessionService/Sessions',
    'DELETE /redfish/v1/SessionService/Sessions/t1',
  ])
  expect(device.logons).toEqual([JSON.stringify({ UserName: 'wardround', Password: 'right' })])
})

test('opens a new session when the device ended the old one, once', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  await using opened = await openRedfishSource(device)
  await opened.session.ping(signal())
  device.forgetSessions()
  const members = await opened.session.read(signal()).members('/redfish/v1/Systems')
  expect(members).toMatchObject([{ Name: 'db1' }])
  expect(device.logons).toHaveLength(2)
})

test('a resource that answers 401 for ever leaves no session behind', async () => {
  await using device = await StandInRedfish.open({ '/redfish/v1/Systems': 401 })
  const opened = await openRedfishSource(device)
  const reading = opened.session.read(signal())
  await expect(reading.find('/redfish/v1/Systems')).rejects.toThrow('the session is over')
  await opened[Symbol.asyncDispose]()
  expect([...device.sessions]).toEqual([])
  expect(device.mostSessions).toBe(1)
})

test('a refused password is tried once, and not again', async () => {
  await using device = await StandInRedfish.open()
  device.password = 'another'
  await using opened = await openRedfishSource(device)
  for (let time = 0; time < 3; time++)
    expect(await opened.session.ping(signal())).toEqual({
      up: false,
      responseMs: undefined,
      failure: 'wrong_password',
    })
  expect(device.logons).toHaveLength(1)
  expect(opened.standing.state).toBe('refused')
  expect(opened.standing.reason?.zh).toContain('用户名或密码被拒绝')
})

test.each([
  {
    note: 'a full table, by Redfish',
    status: 503,
    body: 'Base.1.0.SessionLimitExceeded',
    failure: 'too_many_sessions',
  },
  {
    note: 'a full table, by Dell',
    status: 400,
    body: 'IDRAC.2.8.RAC0218',
    failure: 'too_many_sessions',
  },
  {
    note: 'a locked account',
    status: 401,
    body: 'the account is locked',
    failure: 'account_locked',
  },
  {
    note: 'wrong, by iLO',
    status: 400,
    body: 'iLO.2.14.UnauthorizedLoginAttempt',
    failure: 'wrong_password',
  },
  { note: 'no role', status: 403, body: '', failure: 'not_permitted' },
  { note: 'no session service', status: 404, body: '', failure: 'unsupported' },
  { note: 'a start', status: 503, body: '', failure: 'not_open' },
  { note: 'a session without a token', status: 201, body: '{}', failure: 'garbage' },
])('$note is told as $failure', async ({ status, body, failure }) => {
  await using device = await StandInRedfish.open()
  device.onLogon = (response) => void response.writeHead(status).end(body)
  await using opened = await openRedfishSource(device)
  expect(await opened.session.ping(signal())).toMatchObject({ up: false, failure })
})

test('backs off: what failed is not asked again at once', async () => {
  await using device = await StandInRedfish.open()
  device.onLogon = (response) => void response.writeHead(503).end()
  await using opened = await openRedfishSource(device)
  for (let time = 0; time < 5; time++) await opened.session.ping(signal())
  expect(device.logons).toHaveLength(1)
})

test('no password goes to a device with another certificate', async () => {
  await using device = await StandInRedfish.open()
  const { fingerprint } = makeOwnCertificate('other')
  await using opened = await openRedfishSource(device, { fingerprint })
  expect(await opened.session.ping(signal())).toMatchObject({ up: false, failure: 'tls' })
  expect(opened.standing.reason?.en).toContain('another certificate')
  expect(device.requests).toEqual([])
})

test('without a pin the certificate must be signed by an authority that is trusted', async () => {
  await using device = await StandInRedfish.open()
  await using opened = await openRedfishSource(device, { fingerprint: undefined })
  expect(await opened.session.ping(signal())).toMatchObject({ up: false, failure: 'tls' })
  expect(device.requests).toEqual([])
})

test('takes the device’s own certificate as its authority', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-redfish-'))
  try {
    await using device = await StandInRedfish.open()
    const caFile = join(directory, 'bmc.pem')
    await writeFile(caFile, device.certificate.cert)
    await using opened = await openRedfishSource(device, { fingerprint: undefined, caFile })
    expect(await opened.session.ping(signal())).toMatchObject({ up: true })
    await using other = await openRedfishSource(device, {
      fingerprint: undefined,
      caFile,
      serverName: 'bmc.example',
    })
    expect(await other.session.ping(signal())).toMatchObject({ up: false, failure: 'tls' })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('an answer that never comes is given up, its session kept and taken up again', async () => {
  await using device = await StandInRedfish.open({ '/redfish/v1/Systems': () => undefined })
  const opened = await openRedfishSource(device, { timeout: '3s' })
  await expect(opened.session.read(signal()).find('/redfish/v1/Systems')).rejects.toThrow(
    'not whole within 3000 ms',
  )
  expect(await opened.session.ping(signal())).toMatchObject({ up: true })
  expect(device.logons).toHaveLength(1)
  await opened[Symbol.asyncDispose]()
  expect([...device.sessions]).toEqual([])
})

test('an answer of one byte a while is given up at its deadline', async () => {
  const timers: NodeJS.Timeout[] = []
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': (response) => {
      response.writeHead(200)
      timers.push(setInterval(() => response.write(' '), 50))
    },
  })
  await using opened = await openRedfishSource(device, { timeout: '3s' })
  await expect(opened.session.read(signal()).find('/redfish/v1/Systems')).rejects.toThrow(
    'not whole within',
  )
  timers.forEach(clearInterval)
})

test('a logon that a run did not wait for leaves no second session', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  const { promise: asked, resolve: tell } = Promise.withResolvers<void>()
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>()
  device.onLogon = (response) => {
    tell()
    void mayAnswer.then(() => {
      device.sessions.add('t9')
      const location = '/redfish/v1/SessionService/Sessions/t9'
      response.writeHead(201, { 'x-auth-token': 't9', location }).end()
    })
  }
  const opened = await openRedfishSource(device)
  const abort = new AbortController()
  const given = opened.session.ping(abort.signal).catch((error: unknown) => error)
  await asked
  abort.abort()
  await given
  answer()
  await opened[Symbol.asyncDispose]()
  expect([...device.sessions]).toEqual([])
  expect(device.requests.at(-1)).toBe('DELETE /redfish/v1/SessionService/Sessions/t9')
})

test('ends its session when the source is paused, and sends nothing more', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  await using opened = await openRedfishSource(device)
  await opened.session.ping(signal())
  await opened.context.memory.setPaused(systemClocks.nowMs())
  opened.cut?.()
  await expect.poll(() => [...device.sessions], { timeout: 30_000 }).toEqual([])
  const before = device.requests.length
  await expect(opened.session.ping(signal())).rejects.toThrow('paused')
  expect(device.requests).toHaveLength(before)
})

test.each([
  { note: 'longer than 4 MiB', body: Buffer.alloc(5 * 1_048_576, 0x20), packed: false },
  { note: 'a gzip bomb', body: gzipSync(Buffer.alloc(64 * 1_048_576)), packed: true },
  { note: 'packed wrongly', body: Buffer.from('no gzip'), packed: true },
])('refuses an answer that is $note', async ({ body, packed }) => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': (response) =>
      void response.writeHead(200, packed ? { 'content-encoding': 'gzip' } : {}).end(body),
  })
  await using opened = await openRedfishSource(device)
  const refused = opened.session.read(signal()).find('/redfish/v1/Systems')
  await expect(refused).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
})

test('takes an answer that is packed though it was not asked for', async () => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': (response) =>
      void response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync('{"Name":"packed"}')),
  })
  await using opened = await openRedfishSource(device)
  const found = await opened.session.read(signal()).find('/redfish/v1/Systems')
  expect(found).toMatchObject({ Name: 'packed' })
})

test('a broken resource is left out and told in the end', async () => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': collectionOf(
      '/redfish/v1/Systems/1',
      '/redfish/v1/Systems/2',
      '/redfish/v1/Systems/3',
    ),
    '/redfish/v1/Systems/1': '{"Name": ',
    '/redfish/v1/Systems/2': { Name: 'good' },
    '/redfish/v1/Systems/3': '[1, 2]',
  })
  await using opened = await openRedfishSource(device)
  const reading = opened.session.read(signal())
  expect(await reading.members('/redfish/v1/Systems')).toMatchObject([{ Name: 'good' }])
  expect(() => reading.finish()).toThrow(ProbeError)
  expect(() => reading.finish()).toThrow('/redfish/v1/Systems/1 is no JSON')
})

test('asks for a collection with its members where the service can, plainly where it then can’t', async () => {
  const root = {
    ...SYSTEMS,
    ProtocolFeaturesSupported: { ExpandQuery: { NoLinks: true, Levels: true } },
  }
  await using device = await StandInRedfish.open({
    '/redfish/v1': { ...root, '@odata.id': '/redfish/v1/' },
    ...SYSTEMS,
    '/redfish/v1/Systems?$expand=.($levels=1)': {
      Members: [{ '@odata.id': '/redfish/v1/Systems/1', Name: 'db1' }],
    },
    '/redfish/v1/Chassis': collectionOf('/redfish/v1/Chassis/1'),
    '/redfish/v1/Chassis?$expand=.($levels=1)': 500,
    '/redfish/v1/Chassis/1': { Name: '1U' },
  })
  await using opened = await openRedfishSource(device)
  const reading = opened.session.read(signal())
  expect(await reading.members('/redfish/v1/Systems')).toMatchObject([{ Name: 'db1' }])
  expect(await reading.members('/redfish/v1/Chassis')).toMatchObject([{ Name: '1U' }])
  expect(() => reading.finish()).not.toThrow()
  await opened.session.read(signal()).members('/redfish/v1/Chassis')
  expect(device.requests.filter((request) => request.includes('Chassis?'))).toHaveLength(1)
  expect(device.requests).not.toContain('GET /redfish/v1/Systems/1')
})

test('follows pages, and links that lead in a circle come to an end', async () => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': {
      Members: [{ '@odata.id': '/redfish/v1/Systems/1' }],
      'Members@odata.nextLink': '/redfish/v1/Systems?$skip=1',
    },
    '/redfish/v1/Systems?$skip=1': {
      Members: [{ '@odata.id': '/redfish/v1/Systems/1' }, { '@odata.id': '/redfish/v1/Systems' }],
      'Members@odata.nextLink': '/redfish/v1/Systems?$skip=1',
    },
    '/redfish/v1/Systems/1': { Name: 'db1' },
  })
  await using opened = await openRedfishSource(device)
  await opened.session.read(signal()).members('/redfish/v1/Systems')
  expect(device.requests.filter((request) => request.includes('Systems'))).toHaveLength(4)
})

test('a service with links without end is read no further than 400 requests', async () => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': collectionOf(
      ...Array.from({ length: 1_000 }, (_, at) => `/redfish/v1/Systems/${at}`),
    ),
  })
  await using opened = await openRedfishSource(device)
  const reading = opened.session.read(signal())
  await expect(reading.members('/redfish/v1/Systems')).rejects.toMatchObject({ code: 'FLOOD' })
  expect(device.requests.length).toBeLessThan(410)
})

test('a stop under a request that hangs still ends the session on the device', async () => {
  const { promise: asked, resolve: tell } = Promise.withResolvers<void>()
  await using device = await StandInRedfish.open({ '/redfish/v1/Systems': () => tell() })
  const opened = await openRedfishSource(device)
  const reading = opened.session.read(signal()).find('/redfish/v1/Systems')
  const ended = expect(reading).rejects.toThrow()
  await asked
  await opened[Symbol.asyncDispose]()
  await ended
  expect([...device.sessions]).toEqual([])
  expect(device.requests.at(-1)).toBe('DELETE /redfish/v1/SessionService/Sessions/t1')
})

test('a device that was restarted is asked for a new session, and no more than one stands', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  const opened = await openRedfishSource(device)
  for (let time = 0; time < 3; time++) {
    expect(await opened.session.read(signal()).members('/redfish/v1/Systems')).toHaveLength(1)
    device.forgetSessions()
    device.hangUp()
  }
  expect(device.mostSessions).toBe(1)
  await opened[Symbol.asyncDispose]()
  expect([...device.sessions]).toEqual([])
})

test('headers without end are refused', async () => {
  await using device = await StandInRedfish.open({
    '/redfish/v1/Systems': (response) =>
      void response.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end('{}'),
  })
  await using opened = await openRedfishSource(device)
  await expect(opened.session.read(signal()).find('/redfish/v1/Systems')).rejects.toMatchObject({
    code: 'NOT_ANSWERING',
  })
})

test('quiet hours end the session, and nothing is sent in them', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  // local time, as the option has it
  const noon = new Date(2026, 10, 22, 12).getTime()
  let nowMs = noon
  const clocks = { ...systemClocks, nowMs: () => nowMs }
  await using opened = await openRedfishSource(device, { quietHours: ['13:00-14:00'] }, { clocks })
  expect(await opened.session.ping(signal())).toMatchObject({ up: true })
  nowMs = noon + 90 * 60_000
  const before = device.requests.length
  await expect(opened.session.ping(signal())).rejects.toThrow('quiet hours')
  await expect.poll(() => [...device.sessions], { timeout: 30_000 }).toEqual([])
  expect(device.requests.slice(before)).toEqual(['DELETE /redfish/v1/SessionService/Sessions/t1'])
})

test('of a device with more logs than are remembered, the same ones are, each time', async () => {
  await using device = await StandInRedfish.open(SYSTEMS)
  await using opened = await openRedfishSource(device)
  const { session } = opened
  const logs = Array.from({ length: 40 }, (_, at) => `/log/${at}`)
  const readAll = async () => {
    const known: string[] = []
    for (const log of logs) {
      if ((await session.seenEntries(log)) !== undefined) known.push(log)
      await session.keepSeenEntries(log, ['1'])
    }
    return known
  }
  expect(await readAll()).toEqual([])
  expect(await readAll()).toEqual(logs.slice(0, 32))
  expect(await readAll()).toEqual(logs.slice(0, 32))
})
