import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { checkYaml } from '@wardround/program'
import { expect, test } from 'vitest'
import { NotifySettings } from '../notify-settings.ts'
import { readChannels } from './read-channels.ts'

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
    note: 'a name that is there twice',
    entry:
      '{name: b, type: webhook, url: "http://x/"}\n  - {name: b, type: webhook, url: "http://y/"}',
    path: 'name',
  },
])('$note is refused with its place and without the value', async ({ entry, path }) => {
  const refused = read(`channels:\n  - ${entry}\n`)
  await expect(refused).rejects.toMatchObject({
    name: 'ChannelSettingsError',
    path: ['channels', path === 'name' ? 1 : 0, path],
    what: { zh: expect.any(String), en: expect.not.stringContaining('canary') },
  })
})
