import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { CHANNEL_KINDS } from '../notify/channels/kinds.ts'
import { startMailServer } from '../notify/testing/mail-stand-in.ts'
import { startWebhookServer, type Behaviour } from '../notify/testing/webhook-server.ts'
import { startDingTalk } from '../notify/testing/robot-stand-ins.ts'

const BIN = fileURLToPath(new URL('../../bin/wardround-collector.mjs', import.meta.url))

let environment: Readonly<Record<string, string>> = {}

async function testNotify(channels: readonly object[], ...args: string[]) {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-test-notify-'))
  const file = join(directory, 'collector.yaml')
  await writeFile(file, JSON.stringify({ state: join(directory, 'state'), notify: { channels } }))
  const child = spawn(process.execPath, [BIN, 'test-notify', '--config', file, ...args], {
    env: { PATH: process.env['PATH'], SECRET: 'SEC-canary', TOKEN: 'token-canary', ...environment },
  })
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = await stream.toArray()
    return Buffer.concat(chunks).toString()
  })
  const [code] = await once(child, 'close')
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const written = names.filter((entry) => entry.isFile())
  const files = await Promise.all(
    written.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')),
  )
  return { code: Number(code), out: (await out) ?? '', err: (await err) ?? '', files }
}

test('sends a sample and prints the whole exchange, secrets masked', async () => {
  await using robot = await startDingTalk({ secret: 'SEC-canary' })
  environment = { URL: `${robot.url}?access_token=url-canary` }
  const channels = [
    { name: 'group', type: 'dingtalk', url: { env: 'URL' }, signingSecret: { env: 'SECRET' } },
    { name: 'other', type: 'webhook', url: robot.url, bearerToken: { env: 'TOKEN' } },
  ]
  const { code, out } = await testNotify(channels, '--channel', 'group')
  expect(robot.codes).toEqual([0])
  expect(robot.texts[0]).toContain('【警告·测试】通知测试')
  expect(out).toContain('── group (dingtalk) ──\n> POST http://127.0.0.1:')
  expect(out).toContain('?access_token=<secret>&timestamp=<secret>&sign=<secret>')
  expect(out).toContain('< {"errcode":0,"errmsg":"ok"}')
  expect(out).toMatch(/已送达\n$/)
  expect(out).not.toContain('canary')
  expect(code).toBe(0)
})

/** Says back all that it heard, in the ways in which services and gateways write it. */
const echo: Behaviour = ({ path, headers, body }, answer) => {
  const heard = `${path} ${JSON.stringify(headers)} ${body}`
  const said = [
    heard,
    decodeURIComponent(path),
    path.split(/[/?&=]/).join('\n'),
    JSON.stringify(heard),
    JSON.stringify(JSON.stringify(heard)),
    heard.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
    heard.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`),
    encodeURIComponent(heard).replace(/%../g, (code) => code.toLowerCase()),
    Buffer.from(heard).toString('base64'),
    ...Object.values(headers).map((value) => Buffer.from(String(value)).toString('base64')),
    ...path.split(/[/?&=]/).map((part) => Buffer.from(decodeURIComponent(part)).toString('hex')),
  ].join('\n')
  answer.setHeader('x-heard', encodeURIComponent(path))
  answer.end(
    JSON.stringify({ errcode: 310000, code: 19021, errmsg: said, msg: said, status: 'no' }),
  )
}

test(
  'whatever a service says back, no secret of any channel is shown, on no stream and in no file',
  { timeout: 60_000 },
  async () => {
    await using server = await startWebhookServer(echo)
    // Characters that are written differently in URLs, JSON, HTML and forms. Each place has its own.
    const plant = (place: string) => `can4ry-${place}+a b"/&<é`
    const leaf = (place: string) => `can4ry${place}`
    const query = new URLSearchParams({ access_token: plant('query'), key: plant('key') })
    environment = {
      URL: `${server.url}/${leaf('path')}?${query.toString()}`,
      BASE: `${server.url}/${leaf('base')}`,
      SIGN: plant('sign'),
      BEARER: 'can4ry-bearer-token',
      HEADER: 'can4ry-header-value',
      PROXY: `http://${leaf('user')}:${encodeURIComponent(plant('proxy'))}@127.0.0.1:${new URL(server.url).port}`,
      PASSWORD: plant('password'),
    }
    const mail = await startMailServer({
      onAuth: ({ username, password }, _session, done) =>
        done(new Error(`${username} ${password} ${Buffer.from(`${password}`).toString('base64')}`)),
    })
    const url = { env: 'URL' }
    const signingSecret = { env: 'SIGN' }
    const bearerToken = { env: 'BEARER' }
    const channels = [
      { type: 'dingtalk', url, signingSecret },
      { type: 'wecom', url },
      { type: 'feishu', url, signingSecret },
      { type: 'webhook', url, bearerToken },
      { type: 'webhook', url, bearerToken, proxy: { env: 'PROXY' } },
      { type: 'alertmanager', url: { env: 'BASE' }, bearerToken },
      { type: 'http', url, signingSecret, headers: { 'X-Key': { env: 'HEADER' } } },
      {
        type: 'http',
        url,
        success: { member: 'code', equals: 0 },
        format: 'form',
        body: { a: '{{title}}' },
      },
      {
        type: 'relay',
        url: { env: 'BASE' },
        as: 'north',
        channel: 'x',
        secret: signingSecret,
        bearerToken,
      },
      {
        type: 'email',
        host: '127.0.0.1',
        port: mail.port,
        security: 'none',
        user: 'watch',
        password: { env: 'PASSWORD' },
        from: 'a@example.org',
        to: ['b@example.org'],
      },
      { type: 'sms-modem', command: ['/bin/false'], phones: ['13800000000'] },
    ].map((settings, at) => ({ name: `c${at}`, timeout: '3s', ...settings }))
    expect(new Set(channels.map(({ type }) => type)).size).toBe(CHANNEL_KINDS.length)
    const { code, out, err, files } = await testNotify(channels)
    const shown = [out, err, ...files].join('\n')
    for (const { name } of channels) expect(shown).toContain(`── ${name} (`)
    expect(shown.match(/.{0,60}(can4ry|Y2FuNHJ5|63616e34).{0,40}/gi)).toBeNull()
    // What can be read in base64 at another offset.
    for (const [text] of shown.matchAll(/[A-Za-z0-9+/]{16,}/g))
      for (const offset of [0, 1, 2, 3])
        expect(Buffer.from(text.slice(offset), 'base64').toString()).not.toContain('can4ry')
    expect(code).toBe(69) // the proxy refuses
  },
)

test('a refusal is 1, nobody there is 69, and no such channel is wrong usage', async () => {
  await using robot = await startDingTalk({ secret: 'SEC-canary' })
  const refused = { name: 'group', type: 'dingtalk', url: robot.url }
  const gone = { name: 'gone', type: 'webhook', url: 'http://127.0.0.1:1/' }
  expect(await testNotify([refused])).toMatchObject({
    code: 1,
    out: expect.stringContaining('被拒绝：310000'),
  })
  expect(await testNotify([refused, gone], '--lang', 'en')).toMatchObject({
    code: 69,
    out: expect.stringContaining('Not reached: ECONNREFUSED'),
  })
  expect(await testNotify([gone], '--channel', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('没有通道“x”；已配置：gone'),
  })
})
