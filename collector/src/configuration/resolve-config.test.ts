import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { expect, onTestFinished, test } from 'vitest'
import { readConfig } from './read-config.ts'
import { resolveConfig } from './resolve-config.ts'

/** What is wrong with a site of these files, each line without its directory. */
async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-site-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  for (const name of ['rules.d', 'projects.d', 'metrics.d']) await mkdir(join(directory, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const config = await readConfig({ file: join(directory, 'collector.yaml') }, {})
  const error: unknown = await resolveConfig(config, {}).catch((reason: unknown) => reason)
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error })
  return error.format('zh-CN').replaceAll(`${directory}/`, '').split('\n')
}

const BAD_RULE = `rules:
  - id: busy
    name: {zh: 繁忙, en: Busy}
    value: cpu.usage_activ
    warning: {above: 50}
    summary: {zh: 忙, en: busy}
`
const BAD_CHANNELS = `notify:
  channels:
    - {name: a, type: webhook, url: "ftp://x/"}
    - {name: b, type: webhook, url: {env: NOT_SET}}
  relayFrom: []
  heartbeats: [{name: beat, url: "gopher://x/"}]
stores: [{name: s, kind: victoriametrics, url: "http://x/", token: {env: NOT_SET}}]
`

test('what is wrong in several files, and with several channels, is told at once', async () => {
  const problems = await problemsOf({
    'collector.yaml': BAD_CHANNELS,
    'rules.d/site.yaml': BAD_RULE,
    'rules.d/broken.yaml': 'rules: [',
  })
  const places = problems.map((line) => line.split(' ', 1)[0])
  expect(places).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^rules\.d\/broken\.yaml:1:/),
      expect.stringMatching(/^rules\.d\/site\.yaml:4:/),
      expect.stringMatching(/^collector\.yaml:3:/),
      expect.stringMatching(/^collector\.yaml:4:/),
      expect.stringMatching(/^collector\.yaml:6:/),
      expect.stringMatching(/^collector\.yaml:7:/),
    ]),
  )
})

test('projects are checked beside channels, and a telephone number without quotes says that it wants them', async () => {
  const problems = await problemsOf({
    'collector.yaml': 'notify: {channels: [{name: a, type: webhook, url: "ftp://x/"}]}',
    'projects.d/his.yaml': `project: his
name: {zh: 系统, en: system}
duty: {people: [{id: a, name: 甲, phone: 13800138000}]}
`,
  })
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^collector\.yaml:1:/),
      expect.stringMatching(
        /^projects\.d\/his\.yaml:3:\d+: 值 13800138000 不合要求；应为电话号码：.*例如 '13800000000'，并用引号括起来$/,
      ),
    ]),
  )
})
