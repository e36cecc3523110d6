import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { NotifySettings } from '../notify-settings.ts'
import { readChannels } from './read-channels.ts'
import { ChannelSettingsError } from './settings-reader.ts'

const read = (text: string, environment = {}) => {
  const { value } = checkYaml(NotifySettings, { file: 'notify.yaml', text })
  return readChannels(value, environment, 'zh-CN')
}

test('addresses and tokens come from the file, a secret file or the environment, and are never shown', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'wardround-channel-')), 'url')
  await writeFile(file, 'https://robot.example/send?key=canary\n', { mode: 0o600 })
  const channels = await read(
    `channels:
  - {name: plain, type: webhook, url: "http://10.0.0.8:9000/hook", language: en}
  - {name: robot, type: webhook, url: {file: ${file}}, timeout: 3s, giveUpAfter: 1h, bearerToken: {env: TOKEN}}
`,
    { TOKEN: 'canary' },
  )
  expect(channels).toMatchObject([
    { name: 'plain', timeoutMs: 10_000, giveUpAfterMs: 259_200_000, language: 'en' },
    { name: 'robot', timeoutMs: 3000, giveUpAfterMs: 3_600_000, language: 'zh-CN' },
  ])
  expect(channels[1]?.secrets.map((secret) => secret.reveal())).toEqual([
    'https://robot.example/send?key=canary',
    'canary',
  ])
  expect(inspect(channels, { depth: 9 }) + JSON.stringify(channels)).not.toContain('canary')
})

test('there may be none', async () => {
  expect(await read('')).toEqual([])
})

test.each([
  { note: 'no URL', entry: '{name: a, type: webhook, url: "10.0.0.8/canary"}', path: 'url' },
  { note: 'another scheme', entry: '{name: a, type: webhook, url: "ftp://canary/x"}', path: 'url' },
  {
    note: 'a secret that is missing',
    entry: '{name: a, type: webhook, url: {env: NOT_SET}}',
    path: 'url',
  },
  {
    note: 'a token that is missing',
    entry: '{name: a, type: webhook, url: "http://x/", bearerToken: {file: /nonexistent/token}}',
    path: 'bearerToken',
  },
  {
    note: 'DingTalk’s token in the clear',
    entry:
      '{name: a, type: dingtalk, url: "https://oapi.dingtalk.com/robot/send?access_token=canary"}',
    path: 'url',
    file: 'a-url',
  },
  {
    note: 'WeCom’s key in the clear',
    entry:
      '{name: a, type: wecom, url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canary"}',
    path: 'url',
    file: 'a-url',
  },
  {
    note: 'the key of a Feishu robot in the clear',
    entry: '{name: a, type: feishu, url: "https://open.feishu.cn/open-apis/bot/v2/hook/canary"}',
    path: 'url',
    file: 'a-url',
  },
  {
    note: 'a gateway’s API key in the clear',
    entry: '{name: a, type: http, url: "http://10.0.0.8/sms?phone=1&Api-Key=canary"}',
    path: 'url',
    file: 'a-url',
  },
  {
    note: 'a proxy’s password in the clear',
    entry: '{name: a, type: webhook, url: "http://x/", proxy: "http://u:canary@10.0.0.9:3128"}',
    path: 'proxy',
    file: 'a-proxy',
  },
  {
    note: 'a name that is there twice',
    entry:
      '{name: b, type: webhook, url: "http://x/"}\n  - {name: b, type: webhook, url: "http://y/"}',
    path: 'name',
  },
])('$note is refused with its place and without the value', async ({ entry, path, file }) => {
  const refused = read(`channels:\n  - ${entry}\n`)
  await expect(refused).rejects.toMatchObject({
    name: 'ChannelSettingsError',
    path: ['channels', path === 'name' ? 1 : 0, path],
    what: { zh: expect.any(String), en: expect.not.stringContaining('canary') },
  })
  // A secret in the clear: what is to be written instead.
  if (file !== undefined)
    await expect(refused).rejects.toMatchObject({
      what: {
        zh: expect.stringContaining(`写成 ${path}: {file: /etc/wardround/secrets/${file}}`),
        en: expect.stringContaining(`${path}: {env: VARIABLE}`),
      },
    })
})

test.each(['Authorization', 'X-Api-Key', 'x-auth-token', 'Cookie', 'Private-Token'])(
  'a header %s in the clear is refused',
  async (name) => {
    const entry = `{name: a, type: http, url: "http://x/", headers: {${name}: canary}}`
    await expect(read(`channels:\n  - ${entry}\n`)).rejects.toMatchObject({
      path: ['channels', 0, 'headers', name],
      what: { zh: expect.stringContaining('明文密钥'), en: expect.not.stringContaining('canary') },
    })
  },
)

test('addresses whose query is no secret, and headers that are none, stand as they are', async () => {
  const entry =
    '{name: a, type: http, url: "http://10.0.0.8/sms?channel=1&keyword=x&key=", headers: {X-Source: watch, Accept: "*/*"}}'
  expect(await read(`channels:\n  - ${entry}\n`)).toHaveLength(1)
})

test('what is wrong with several channels is told at once', async () => {
  const refused = await read(`channels:
  - {name: a, type: webhook, url: "ftp://x/"}
  - {name: b, type: webhook, url: "http://10.0.0.8/"}
  - {name: b, type: webhook, url: {env: NOT_SET}}
`).catch((error: unknown) => error)
  if (!(refused instanceof ChannelSettingsError)) throw new Error('expected a refusal')
  expect([refused, ...refused.others].map(({ path }) => path.join('.'))).toEqual([
    'channels.0.url',
    'channels.2.name',
    'channels.2.url',
  ])
})
