import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import type { Source } from '../../source.ts'
import { SourceMemory } from '../../source-memory.ts'
import { openTomcatSource } from '../../testing/open-tomcat-source.ts'
import { StandInTomcat, type StandInAnswer } from '../../testing/stand-in-tomcat.ts'
import type { PageAnswer } from './page-check.ts'

const { signal } = new AbortController()

async function ask(answer: StandInAnswer | undefined): Promise<PageAnswer> {
  await using standIn = await StandInTomcat.open(answer === undefined ? {} : { '/': answer })
  await using opened = await openTomcatSource({ connect: standIn.url })
  return await opened.session.askPage(signal)
}

test.each([
  {
    note: 'a page',
    answer: 'up',
    expected: { up: true, status: 200, failure: undefined, text: undefined },
  },
  {
    note: 'no application at /: Tomcat itself answers',
    answer: undefined,
    expected: { up: true, status: 404, failure: undefined },
  },
  {
    note: 'a logon that is wanted',
    answer: { status: 401 },
    expected: { up: true, status: 401, failure: undefined },
  },
  {
    note: 'a redirect, without its query',
    answer: { status: 302, headers: { location: '/login;jsessionid=1?token=geheim' } },
    expected: {
      up: true,
      status: 302,
      text: {
        en: expect.stringMatching(/redirects to \/login, which is not followed/),
        zh: expect.stringContaining('重定向到 /login，'),
      },
    },
  },
  {
    note: 'an application that is stopped',
    answer: { status: 503 },
    expected: { up: false, status: 503, failure: 'not_open' },
  },
  {
    note: 'an application that fails',
    answer: { status: 500 },
    expected: {
      up: false,
      status: 500,
      failure: 'other',
      text: {
        en: expect.stringContaining('answered HTTP 500'),
        zh: expect.stringContaining('HTTP 500'),
      },
    },
  },
  {
    note: 'a port that wants TLS',
    answer: {
      status: 400,
      body: 'Bad Request\r\nThis combination of host and port requires TLS.\r\n',
    },
    expected: { up: false, failure: 'tls', text: { en: expect.stringContaining('https://') } },
  },
])('$note', async ({ answer, expected }) => {
  expect(await ask(answer)).toMatchObject({ portOpen: true, ...expected })
})

test('a page of the site that is not there is down', async () => {
  await using standIn = await StandInTomcat.open({})
  await using opened = await openTomcatSource({ connect: standIn.url, page: '/shop/health' })
  expect(await opened.session.askPage(signal)).toMatchObject({
    up: false,
    status: 404,
    failure: 'unknown_service',
  })
  expect(opened.standing.state).toBe('failing')
  expect(standIn.requests.map(({ path }) => path)).toEqual(['/shop/health'])
})

test('a cookie is sent back, so that the checks make one session and not four a minute', async () => {
  await using standIn = await StandInTomcat.open({
    '/': { headers: { 'set-cookie': 'JSESSIONID=abc; Path=/; HttpOnly' } },
  })
  await using opened = await openTomcatSource({ connect: standIn.url })
  for (let at = 0; at < 3; at++) await opened.session.askPage(signal)
  expect(standIn.requests.map(({ cookie }) => cookie)).toEqual([
    undefined,
    'JSESSIONID=abc',
    'JSESSIONID=abc',
  ])
})

test('the password is not sent with the page', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'up' })
  await using opened = await openTomcatSource({
    connect: standIn.url,
    user: 'status',
    password: 'geheim',
  })
  await opened.session.askPage(signal)
  expect(standIn.requests.map(({ authorization }) => authorization)).toEqual([undefined])
})

test('is silent while the source is paused, in quiet hours, and where it is switched off', async () => {
  await using standIn = await StandInTomcat.open({ '/': 'up' })
  const memory = await SourceMemory.open(undefined, 'app1')
  await memory.setPaused(0)
  await using paused = await openTomcatSource({ connect: standIn.url }, { memory })
  await using quiet = await openTomcatSource({ connect: standIn.url, quietHours: ['00:00-24:00'] })
  await using off = await openTomcatSource({ connect: standIn.url, off: ['tomcat.up'] })
  for (const { session } of [paused, quiet, off])
    await expect(session.askPage(signal)).rejects.toThrow(NoDataError)
  expect([paused.standing.state, quiet.standing.state]).toEqual(['paused', 'quiet'])
  expect(standIn.requests).toEqual([])
})

test('a pause cuts what is under way, and the page can be asked again after that', async () => {
  await using standIn = await StandInTomcat.open({ '/': () => undefined })
  await using opened = await openTomcatSource({ connect: standIn.url })
  const asking = opened.session.askPage(signal)
  await expect.poll(() => standIn.requests.length).toBe(1)
  opened.cut?.()
  expect(await asking).toMatchObject({ up: false, failure: 'other' })
  standIn.answers['/'] = 'up'
  expect(await opened.session.askPage(signal)).toMatchObject({ up: true })
})

test('nobody there: the text names the server, the reason and what to look at', async () => {
  const standIn = await StandInTomcat.open({})
  await standIn[Symbol.asyncDispose]()
  await using opened = await openTomcatSource({ connect: standIn.url })
  expect(await opened.session.askPage(signal)).toMatchObject({
    up: false,
    portOpen: false,
    failure: 'unreachable',
    text: {
      en: expect.stringMatching(/^Tomcat 127\.0\.0\.1:\d+: not reachable; see whether Tomcat runs/),
      zh: expect.stringContaining('无法连接'),
    },
  })
  expect(opened.standing.state).toBe('failing')
})

test.each([
  {
    note: 'an address that is none',
    options: { connect: 'http://127.0.0.1:99999' },
    en: 'connect is no address',
  },
  {
    note: 'a user without a password',
    options: { connect: 'http://127.0.0.1:1', user: 'status' },
    en: 'user and password go together',
  },
  {
    note: 'a password without a user',
    options: { connect: 'http://127.0.0.1:1', password: 'geheim' },
    en: 'user and password go together',
  },
  {
    note: 'a caFile that is not there',
    options: { connect: 'https://127.0.0.1:1', caFile: '/no/such/file.pem' },
    en: 'caFile /no/such/file.pem can’t be used',
  },
  {
    note: 'a caFile without a certificate',
    options: { connect: 'https://127.0.0.1:1', caFile: import.meta.filename },
    en: 'no PEM certificate in it',
  },
])('$note is told when the source is opened', async ({ options, en }) => {
  await expect(openTomcatSource(options)).rejects.toMatchObject({
    code: 'UNREADABLE',
    text: { en: expect.stringContaining(en), zh: expect.stringMatching(/\p{Script=Han}/u) },
  })
})

test('the pattern of connect takes no user, path or query', async () => {
  const { tomcatSource } = await import('../tomcat.ts')
  const { connect } = (tomcatSource as Source<unknown>).options ?? {}
  const pattern = new RegExp(connect?.type === 'string' ? (connect.pattern ?? '') : '')
  expect(
    ['http://127.0.0.1:8080', 'https://[::1]:8443/', 'http://app1'].every((one) =>
      pattern.test(one),
    ),
  ).toBe(true)
  expect(
    ['ftp://x', 'http://user:pw@x', 'http://x/manager', 'http://x?a', 'x:8080'].some((one) =>
      pattern.test(one),
    ),
  ).toBe(false)
})
