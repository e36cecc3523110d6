import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { sendOnce } from '../testing/send-once.ts'
import { startWebhookServer, status } from '../testing/webhook-server.ts'

const PEOPLE = [
  { name: '张三', phone: '13800000000' },
  { name: '李四', phone: '13900000000' },
]

const open = (settings: object, environment = {}) =>
  aChannel({ type: 'http', url: 'http://10.0.0.8/', ...settings }, environment)

/** The body that a template makes. */
async function bodyOf(settings: object, notice = aNotice({ people: PEOPLE })): Promise<string> {
  await using server = await startWebhookServer()
  await sendOnce(await open({ url: server.url, ...settings }), [notice])
  return server.hits[0]?.body ?? ''
}

test('a template nests as deep as a service wants, with lists, numbers and mappings in their own form', async () => {
  const body = {
    msg: { to: '{{phones}}', vars: [{ k: 'who', v: '{{people}} 收' }, '{{count}}'] },
    value: '{{alert.value}}',
    labels: '{{alert.labels}}',
    rows: { forEach: 'alerts', item: { host: '{{alert.host}}', path: 'at {{alert.labels.path}}' } },
    fixed: [1, true, null],
  }
  expect(JSON.parse(await bodyOf({ body }))).toEqual({
    msg: {
      to: ['13800000000', '13900000000'],
      vars: [{ k: 'who', v: '张三,李四 收' }, 1],
    },
    value: 95.04,
    labels: anAlert().labels,
    rows: [{ host: 'db1', path: 'at /u01' }],
    fixed: [1, true, null],
  })
})

test('a gateway for short messages gets a form', async () => {
  const form = new URLSearchParams(
    await bodyOf({ format: 'form', body: { mobile: '{{phones}}', content: '【巡检】{{short}}' } }),
  )
  expect(form.get('mobile')).toBe('13800000000,13900000000')
  expect(form.get('content')).toMatch(/^【巡检】【严重】文件系统空间不足 · db1\n/)
  expect(Buffer.byteLength(form.get('content') ?? '')).toBeLessThan(450)
})

test('what is put in is never read as a template or as markup again', async () => {
  const labels = { ...anAlert().labels, path: '"},{{title}},{"x":"' }
  const notice = aNotice({ alerts: [aNoticeAlert({ alert: anAlert({ labels }) })] })
  const text = await bodyOf({ body: { a: 'x{{alert.labels.path}}' } }, notice)
  expect(JSON.parse(text)).toEqual({ a: 'x"},{{title}},{"x":"' })
})

test('a body that can not be made goes out as plain text with the error beside it', async () => {
  const labels = { ...anAlert().labels, path: 'x'.repeat(65_536) }
  const alerts = Array.from({ length: 20 }, () => aNoticeAlert({ alert: anAlert({ labels }) }))
  const text = await bodyOf({ body: '{{alerts}}' }, aNotice({ alerts }))
  expect(JSON.parse(text)).toEqual({
    text: expect.stringContaining('20 条告警'),
    templateError: expect.stringContaining('more than 1048576 bytes'),
  })
})

test('the signature covers the time and the body', async () => {
  await using server = await startWebhookServer()
  const nowMs = Date.UTC(2026, 10, 22, 4, 31, 31)
  const settings = { url: server.url, signingSecret: { env: 'KEY' } }
  await sendOnce(await open(settings, { KEY: 's3cret' }), undefined, { nowMs })
  const { headers, body = '' } = server.hits[0] ?? {}
  expect(headers?.['wardround-timestamp']).toBe('1795321891')
  const expected = createHmac('sha256', 's3cret').update(`1795321891.${body}`).digest('hex')
  expect(headers?.['wardround-signature']).toBe(`sha256=${expected}`)
})

test('headers and method are sent as configured', async () => {
  await using server = await startWebhookServer()
  const headers = { 'X-Key': { env: 'KEY' }, 'Content-Type': 'application/x-own' }
  await sendOnce(await open({ url: server.url, headers }, { KEY: 'k' }))
  expect(server.hits[0]?.headers).toMatchObject({
    'x-key': 'k',
    'content-type': 'application/x-own',
    'wardround-delivery-id': 'd-1',
  })
})

test.each([
  ['{"data":{"code":0}}', { kind: 'accepted' }],
  ['{"data":{"code":"0"}}', { kind: 'accepted' }],
  ['{"data":{"code":7}}', { kind: 'refused', reason: 'serverError' }],
  ['<html>', { kind: 'refused', reason: 'serverError' }],
])('where HTTP 200 is no success, %s is judged', async (answered, outcome) => {
  await using server = await startWebhookServer((_hit, answer) => void answer.end(answered))
  const success = { member: 'data.code', equals: 0 }
  expect(await sendOnce(await open({ url: server.url, success }))).toMatchObject(outcome)
})

test('without a word of its own the status decides', async () => {
  await using server = await startWebhookServer(status(503, { 'retry-after': '7' }))
  expect(await sendOnce(await open({ url: server.url }))).toEqual({
    kind: 'answered',
    status: 503,
    retryAfter: '7',
  })
})

test.each([
  { note: 'an unknown place', settings: { body: { a: ['{{titel}}'] } }, path: ['body', 'a', '0'] },
  { note: 'braces that do not pair', settings: { body: { a: '{{title' } }, path: ['body', 'a'] },
  {
    note: 'a list of something else',
    settings: { body: { forEach: 'hosts', item: 'x' } },
    path: ['body', 'forEach'],
  },
  { note: 'a nested form', settings: { format: 'form', body: { a: { b: 'c' } } }, path: ['body'] },
  { note: 'text that is none', settings: { format: 'text', body: { a: 'b' } }, path: ['body'] },
  { note: 'a header’s name', settings: { headers: { 'a b': 'c' } }, path: ['headers', 'a b'] },
  { note: 'a header of HTTP', settings: { headers: { Host: 'x' } }, path: ['headers', 'Host'] },
])('$note is refused with its place', async ({ settings, path }) => {
  await expect(open(settings)).rejects.toMatchObject({
    name: 'ChannelSettingsError',
    path: ['channels', 0, ...path],
  })
})
