import { checkYaml, ConfigError } from '@wardround/program'
import { expect, test } from 'vitest'

import { AgentConfig } from '../../config.ts'
import { resolveSettings } from '../../settings.ts'

const COLLECTOR = 'collector: {url: ws://127.0.0.1:8470/agent/v1, token: {env: TOKEN}}\n'
const GOOD = 'type: postgresql, instance: hcpg, connect: 10.0.0.5:5432/hc, user: wardround'

function sourceOf(entry: string) {
  const text = `${COLLECTOR}sources: [{${entry}}]\n`
  return resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text })).sources
}

function problemOf(entry: string): { readonly zh: string; readonly en: string } {
  try {
    sourceOf(entry)
  } catch (error) {
    if (error instanceof ConfigError) return { zh: error.format('zh-CN'), en: error.format('en') }
    throw error
  }
  return { zh: '', en: '' }
}

test('four lines are enough', () => {
  expect(sourceOf(GOOD)).toContainEqual({
    type: 'postgresql',
    name: 'hcpg',
    options: {
      instance: 'hcpg',
      connect: '10.0.0.5:5432/hc',
      user: 'wardround',
      tls: 'off',
      connectTimeout: '5s',
      quietHours: [],
      off: [],
    },
  })
})

test.each([
  ['an unknown key', `${GOOD}, pasword: {env: P}`, 'unknown key "pasword"'],
  [
    'a password as it is',
    `${GOOD}, password: geheim`,
    'a secret must not stand in the configuration',
  ],
  ['a wrong type', `${GOOD}, connectTimeout: [7]`, '7'],
  ['an encryption that there is not', `${GOOD}, tls: prefer`, 'prefer'],
  ['a URL', GOOD.replace('10.0.0.5:5432/hc', "'postgres://10.0.0.5/hc'"), 'postgres://'],
  ['a port that there is not', GOOD.replace('5432', '70000'), '70000'],
  ['quiet hours that are none', `${GOOD}, quietHours: [night]`, 'night'],
  ['no user', GOOD.replace(', user: wardround', ''), 'user'],
])('refuses %s, in both languages, with its place', (_note, entry, named) => {
  const { zh, en } = problemOf(entry)
  for (const text of [zh, en]) expect(text).toMatch(/^agent\.yaml:2:\d+: /)
  expect(en).toContain(named)
  expect(zh).toMatch(/\p{Script=Han}/u)
  expect(zh + en).not.toContain('geheim')
})
