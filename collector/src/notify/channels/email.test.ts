import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import type { SMTPServerOptions } from 'smtp-server'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { headersOf, startMailServer as startMail } from '../testing/mail-stand-in.ts'
import { sendOnce } from '../testing/send-once.ts'

const OPENSSL = '/usr/bin/openssl'
let ca: string
let tls: { key: Buffer; cert: Buffer }

beforeEach(({ skip }) => skip(!existsSync(OPENSSL), 'not installed: openssl'))

beforeAll(async () => {
  if (!existsSync(OPENSSL)) return
  const directory = await mkdtemp(join(tmpdir(), 'wardround-mail-'))
  const key = join(directory, 'key.pem')
  ca = join(directory, 'ca.pem')
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  execFileSync(OPENSSL, [...request.split(' '), '-keyout', key, '-out', ca], { stdio: 'ignore' })
  tls = { key: await readFile(key), cert: await readFile(ca) }
})

const startMailServer = (options: SMTPServerOptions = {}) => startMail({ ...tls, ...options })

const open = (port: number, settings: object = {}, environment = { PASSWORD: 's3cret' }) =>
  aChannel(
    {
      type: 'email',
      host: 'localhost',
      port,
      ca,
      from: 'wardround@example.org',
      to: ['duty@example.org'],
      ...settings,
    },
    environment,
  )

function partsOf(raw: string): string[] {
  const [, boundary = ''] = /boundary="([^"]+)"/.exec(raw) ?? []
  return raw
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const body = part.slice(part.indexOf('\r\n\r\n') + 4)
      return /base64/i.test(part)
        ? Buffer.from(body, 'base64').toString('utf8')
        : Buffer.from(
            body
              .replace(/=\r\n/g, '')
              .replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ).toString('utf8')
    })
}

describe('an e-mail', () => {
  test('goes out encrypted and signed in, as text and HTML, to duty and the people on call', async () => {
    const { port, mails } = await startMailServer()
    const channel = await open(port, { user: 'watch', password: { env: 'PASSWORD' } })
    const people = [{ name: '张三', email: 'zhang@example.org' }, { name: '李四' }]
    expect(await sendOnce(channel, [aNotice({ people })])).toEqual({ kind: 'accepted' })
    const [mail] = mails
    expect(mail).toMatchObject({
      from: 'wardround@example.org',
      to: ['duty@example.org', 'zhang@example.org'],
      user: 'watch',
      secure: true,
    })
    expect(headersOf(mail?.raw ?? '').get('message-id')).toBe('<d-1@wardround.invalid>')
    const [text, html] = partsOf(mail?.raw ?? '')
    expect(text).toContain('现象：/u01 已使用 95%')
    expect(html).toContain('<td>/u01 已使用 95%</td>')
  })

  test('is not sent where the server offers no encryption, unless it is told so', async () => {
    const { port, mails } = await startMailServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
    })
    expect(await sendOnce(await open(port))).toMatchObject({
      kind: expect.not.stringMatching('accepted'),
    })
    expect(mails).toEqual([])
    expect(await sendOnce(await open(port, { security: 'none' }))).toEqual({ kind: 'accepted' })
  })

  test('is encrypted from the start where the server wants that', async () => {
    const { port, mails } = await startMailServer({ secure: true })
    expect(await sendOnce(await open(port, { security: 'tls' }))).toEqual({ kind: 'accepted' })
    expect(mails).toHaveLength(1)
  })

  test('is not sent to a server whose certificate nobody vouches for', async () => {
    const { port, mails } = await startMailServer()
    const channel = await open(port, { ca: undefined })
    expect(await sendOnce(channel)).toMatchObject({ kind: 'failed', reason: 'network' })
    expect(mails).toEqual([])
  })

  test('with a wrong password is given up, and no password is shown', async () => {
    const { port } = await startMailServer()
    const channel = await open(
      port,
      { user: 'watch', password: { env: 'PASSWORD' } },
      { PASSWORD: 'canary-4711' },
    )
    const outcome = await sendOnce(channel)
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'authError' })
    expect(JSON.stringify(outcome)).not.toContain('canary')
  })

  test.each([
    [450, { reason: 'rateLimited', pauseMs: 60_000 }],
    [452, { reason: 'serverError' }],
    [550, { reason: 'clientError' }],
    [552, { reason: 'tooLong' }],
  ])('a reply of %i is told apart', async (responseCode, meaning) => {
    const { port } = await startMailServer({
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error('said so'), { responseCode })),
    })
    expect(await sendOnce(await open(port))).toMatchObject({ kind: 'refused', ...meaning })
  })

  test('to a server that says nothing ends in time', async () => {
    const { port } = await startMailServer({ onConnect: () => undefined })
    const channel = await open(port, { timeout: '300ms' })
    expect(await sendOnce(channel)).toMatchObject({ kind: 'failed', reason: 'timeout' })
  })

  test('to nobody is given up', async () => {
    const { port } = await startMailServer()
    expect(await sendOnce(await open(port, { to: [] }))).toMatchObject({ reason: 'clientError' })
  })

  test('text of unknown origin makes no header, no recipient and no markup (S9)', async () => {
    const { port, mails } = await startMailServer()
    const channel = await open(port)
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(
        'x\r\nBcc: all@example.org',
        'x\nSubject: other',
        '\r\n\r\n<script>alert(1)</script>',
        '=?utf-8?Q?x=0D=0ABcc:_a@b?=',
        '"><img src=x onerror=alert(1)>',
        'a@example.org, b@example.org',
        '\r\n.\r\nMAIL FROM:<x@example.org>',
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, other) => {
        const alert = anAlert({
          host: one,
          name: { zh: other, en: other },
          summary: { zh: one, en: one },
        })
        const people = [{ name: one, email: other }]
        const before = mails.length
        await sendOnce(channel, [
          aNotice({ alerts: [aNoticeAlert({ alert, quote: other })], people }),
        ])
        expect(mails.length).toBe(before + 1)
        const { raw = '', to } = mails.at(-1) ?? {}
        expect(to?.slice(0, 1)).toEqual(['duty@example.org'])
        expect([...headersOf(raw).keys()].sort()).toEqual(HEADERS)
        const [, html = ''] = partsOf(raw)
        expect(
          [...html.matchAll(/<(\w+)/g)].map(([, tag]) => tag).filter((tag) => !TAGS.has(tag ?? '')),
        ).toEqual([])
        expect(html).not.toMatch(/onerror=alert\(1\)>/)
      }),
      { numRuns: 40 },
    )
  })
})

const TAGS = new Set(['html', 'head', 'meta', 'body', 'h2', 'table', 'tr', 'td', 'p', 'a'])

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'references',
  'subject',
  'to',
  'x-mailer',
]

test.each([
  { note: 'an address that is none', settings: { to: ['a\r\nb@example.org'] } },
  { note: 'a sender with a name', settings: { from: 'Watch <a@example.org>' } },
])('$note is refused', async ({ settings }) => {
  await expect(open(25, settings)).rejects.toMatchObject({ name: 'ConfigError' })
})

test.each(['169.254.169.254', '2130706433', 'a b', 'metadata.google.internal'])(
  'the server %s is refused',
  async (host) => {
    await expect(open(25, { host })).rejects.toMatchObject({
      name: 'ChannelSettingsError',
      path: ['channels', 0, 'host'],
    })
  },
)
