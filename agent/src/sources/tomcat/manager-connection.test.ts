import { expect, test } from 'vitest'
import { systemClocks } from '../../clocks.ts'
import connector from '../../probes/tomcat/connector.ts'
import context from '../../probes/tomcat/context.ts'
import gc from '../../probes/tomcat/gc.ts'
import up from '../../probes/tomcat/up.ts'
import type { Probe } from '../../probe.ts'
import type { SentStatement, SourceContext } from '../../source.ts'
import { openTomcatSource, type OpenedTomcat } from '../../testing/open-tomcat-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import {
  LOGON_PAGE,
  StandInTomcat,
  STATUS_XML,
  type StandInAnswer,
} from '../../testing/stand-in-tomcat.ts'
import { listTomcatStatements } from '../../testing/tomcat-statements.ts'
import { FORMAT, LOGON } from './tomcat-statements.ts'

const WORKING: Readonly<Record<string, StandInAnswer>> = {
  '/': 'up',
  '/manager/status': LOGON_PAGE,
  '/manager/status/all?JSON=true': LOGON_PAGE,
  '/manager/status/all?XML=true': STATUS_XML,
}

const REFUSED: StandInAnswer = { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }

function open(
  standIn: StandInTomcat,
  options: Readonly<Record<string, unknown>> = {},
  given: Partial<SourceContext> = {},
): Promise<OpenedTomcat> {
  const account = { user: 'status', password: 'geheim' }
  return openTomcatSource({ connect: standIn.url, ...account, ...options }, given)
}

function tell(sent: SentStatement[]): (each: SentStatement) => void {
  return (each) => void sent.push(each)
}

async function errorOf(probe: Probe, { session }: OpenedTomcat, timeMs: number): Promise<unknown> {
  return sampleOnce(probe, session, { timeMs }).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('what the logon asks is told, timed and counted like every other statement', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  const sent: SentStatement[] = []
  await using opened = await open(standIn, { off: ['tomcat.logon'] }, { onStatement: tell(sent) })
  await sampleOnce(connector, opened.session)
  const ids = ['tomcat.logon', 'tomcat.logon.format', 'tomcat.status']
  expect(sent.map(({ statement }) => statement.id)).toEqual(ids)
  expect(opened.standing.counts.statements).toBe(3)
  standIn.answers['/manager/status'] = REFUSED
  await using refused = await open(standIn, {}, { onStatement: tell(sent) })
  await errorOf(connector, refused, 0)
  expect(sent.slice(3)).toMatchObject([
    { statement: LOGON, error: { en: expect.stringContaining('HTTP 401') } },
  ])
})

test.each([LOGON, FORMAT])('the logon asks nothing that is not on the list: $id', async (left) => {
  await using standIn = await StandInTomcat.open(WORKING)
  const statements = listTomcatStatements().filter((statement) => statement !== left)
  await using opened = await open(standIn, {}, { statements })
  expect(String(await errorOf(connector, opened, 0))).toContain(`${left.id} is not on the list`)
  const path = left.text.replace('GET ', '')
  expect(standIn.requests.map((request) => request.path)).not.toContain(path)
})

test('a release without JSON is asked for XML', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  await using opened = await open(standIn)
  const { samples } = await sampleOnce(connector, opened.session)
  expect(samples).toMatchObject([
    {
      tags: { name: 'http-nio-8080', source: standIn.url },
      fields: { max_threads: 200, current_threads_busy: 50, busy_percent: 25 },
    },
  ])
  expect(standIn.requests.map(({ path }) => path)).toEqual([
    '/manager/status',
    '/manager/status/all?JSON=true',
    '/manager/status/all?XML=true',
  ])
  expect(standIn.requests.map(({ authorization }) => authorization)).toEqual(
    Array.from({ length: 3 }, () => `Basic ${btoa('status:geheim')}`),
  )
})

test('the manager at another path, the account with letters beyond ASCII', async () => {
  const moved = Object.fromEntries(
    Object.entries(WORKING).map(([path, answer]) => [
      path.replace('/manager', '/verwaltung'),
      answer,
    ]),
  )
  await using standIn = await StandInTomcat.open(moved)
  await using opened = await open(standIn, {
    manager: '/verwaltung/',
    user: '监控',
    password: 'pä:ss',
  })
  expect((await sampleOnce(connector, opened.session)).samples.length).toBe(1)
  const sent = standIn.requests[0]?.authorization?.replace('Basic ', '') ?? ''
  expect(Buffer.from(sent, 'base64').toString('utf8')).toBe('监控:pä:ss')
})

test('a password that is changed under way is refused once in the session and once at the logon, then never', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  await using opened = await open(standIn)
  await sampleOnce(connector, opened.session)
  for (const path of Object.keys(WORKING)) if (path !== '/') standIn.answers[path] = REFUSED
  const before = standIn.requests.length
  expect(await errorOf(connector, opened, 1)).toMatchObject({ code: 'NOT_ANSWERING' })
  for (let round = 2; round < 8; round++)
    expect(await errorOf(connector, opened, round)).toMatchObject({ code: 'REFUSED' })
  expect(standIn.requests.length - before).toBe(2)
  expect(opened.standing.state).toBe('refused')
})

test.each([
  {
    note: 'another program’s page',
    answer: '<html>nginx</html>',
    code: 11,
    en: 'is not Tomcat’s manager',
  },
  {
    note: 'a redirect to a logon',
    answer: { status: 302, headers: { location: 'https://sso.example.org/in?from=x' } },
    code: 9,
    en: 'redirects to https://sso.example.org/in (HTTP 302), which is not followed',
  },
  { note: 'a server that starts', answer: { status: 503 }, code: 8, en: 'answered HTTP 503' },
  { note: 'an error', answer: { status: 500 }, code: 14, en: 'answered HTTP 500' },
  {
    note: 'another authentication',
    answer: { status: 401, headers: { 'www-authenticate': 'Digest realm="x", nonce="y"' } },
    code: 13,
    en: 'does not take BASIC',
  },
])('$note instead of the manager', async ({ answer, code, en }) => {
  await using standIn = await StandInTomcat.open({ ...WORKING, '/manager/status': answer })
  await using opened = await open(standIn)
  expect(await errorOf(connector, opened, 0)).toMatchObject({
    text: { en: expect.stringContaining(en), zh: expect.stringMatching(/\p{Script=Han}/u) },
  })
  expect((await sampleOnce(up, opened.session)).samples.at(-1)?.fields['manager_error_code']).toBe(
    code,
  )
})

test.each([
  { note: 'garbage', answer: 'nonsense', code: 'UNPARSABLE' },
  { note: 'half a document', answer: STATUS_XML.slice(0, 120), code: 'UNPARSABLE' },
  { note: 'half JSON', answer: '{"tomcat":', code: 'UNPARSABLE' },
  { note: 'nothing', answer: '', code: 'UNPARSABLE' },
  { note: 'five megabytes', answer: 'x'.repeat(5 * 1024 * 1024), code: 'UNREADABLE' },
  { note: 'an error', answer: { status: 500 }, code: 'UNREADABLE' },
  { note: 'a missing role', answer: { status: 403 }, code: 'NOT_PERMITTED' },
  { note: 'a redirect', answer: { status: 302, headers: { location: '/x' } }, code: 'UNREADABLE' },
  {
    note: 'a closed line',
    answer: (response: { destroy: () => void }) => response.destroy(),
    code: 'NOT_ANSWERING',
  },
])('$note as status', async ({ answer, code }) => {
  await using standIn = await StandInTomcat.open({
    ...WORKING,
    '/manager/status/all?XML=true': answer,
  })
  await using opened = await open(standIn)
  expect(await errorOf(connector, opened, 0)).toMatchObject({ code })
  standIn.answers['/manager/status/all?XML=true'] = STATUS_XML
  if (code !== 'NOT_PERMITTED')
    expect((await sampleOnce(connector, opened.session, { timeMs: 1 })).samples.length).toBe(1)
})

test('an answer with `Error - ` and status 200 is an error, and its stack trace is not told', async () => {
  const path = '/manager/jmxproxy/?qry=java.lang:type=GarbageCollector,name=*'
  await using standIn = await StandInTomcat.open({
    ...WORKING,
    [path]: 'Error - java.lang.SecurityException: no\njava.lang.SecurityException: no\n\tat geheim',
  })
  await using opened = await open(standIn, { jmx: true })
  const error = await errorOf(gc, opened, 0)
  expect(error).toMatchObject({
    code: 'UNREADABLE',
    message: expect.stringContaining('java.lang.SecurityException: no'),
  })
  expect(String(error)).not.toContain('geheim')
  standIn.answers[path] = '<html>'
  expect(await errorOf(gc, opened, 1)).toMatchObject({
    code: 'UNREADABLE',
    message: expect.stringContaining('neither OK nor Error'),
  })
})

test('one tick asks for the status once, however many probes want it', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  await using opened = await open(standIn)
  const probes = [connector, context, connector]
  await Promise.all(probes.map((probe) => errorOf(probe, opened, 15_000)))
  expect(standIn.requests.filter(({ path }) => path.endsWith('XML=true')).length).toBe(1)
  await errorOf(connector, opened, 30_000)
  expect(standIn.requests.filter(({ path }) => path.endsWith('XML=true')).length).toBe(2)
  expect(standIn.connections).toBe(1)
})

test('a server that was started anew as another release is asked what it is, once a minute at most', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  let nowMs = 0
  const clocks = { ...systemClocks, monotonicMs: () => nowMs }
  await using opened = await openTomcatSource(
    { connect: standIn.url, user: 'status', password: 'geheim' },
    { clocks },
  )
  const told = async () => {
    await sampleOnce(connector, opened.session, { timeMs: nowMs })
    const { facts } = await opened.session.version(new AbortController().signal)
    return facts
  }
  expect(await told()).toMatchObject({ version: [8, 5, 100], traits: { status: 'xml' } })
  standIn.hangUp()
  standIn.answers['/manager/status'] = LOGON_PAGE.replace('8.5.100', '9.0.98')
  nowMs = 15_000
  expect(await told()).toMatchObject({ version: [8, 5, 100] })
  nowMs = 75_000
  expect(await told()).toMatchObject({ version: [9, 0, 98], versionText: 'Apache Tomcat/9.0.98' })
  const asked = standIn.requests.length
  standIn.hangUp()
  nowMs = 300_000
  await told()
  expect(standIn.requests.length).toBe(asked + 1)
  // a new line alone makes no new question of the format
  nowMs = 400_000
  await told()
  expect(standIn.requests.slice(asked + 1).map(({ path }) => path)).toEqual([
    '/manager/status',
    '/manager/status/all?XML=true',
  ])
})

test('JSON that can’t be read is not asked for again: XML is', async () => {
  const broken = {
    headers: { 'content-type': 'application/json;charset=utf-8' },
    body: '{"tomcat":{"x":"y"z"}}',
  }
  await using standIn = await StandInTomcat.open({
    ...WORKING,
    '/manager/status/all?JSON=true': broken,
  })
  await using opened = await open(standIn)
  expect((await sampleOnce(connector, opened.session)).samples.length).toBe(1)
})

test('closeIdleAfter closes the connection, and the next question opens one', async () => {
  await using standIn = await StandInTomcat.open(WORKING)
  await using opened = await open(standIn, { closeIdleAfter: '1s' })
  await sampleOnce(connector, opened.session)
  expect(standIn.open).toBe(1)
  await expect.poll(() => standIn.open, { timeout: 10_000 }).toBe(0)
  await sampleOnce(connector, opened.session, { timeMs: 1 })
  expect(standIn.connections).toBe(2)
})
