import { checkYaml, ConfigError } from '@wardround/program'
import { beforeAll, describe, expect, test } from 'vitest'
import { AgentConfig } from './config.ts'
import { resolveSettings } from './settings.ts'
import { loadRe2 } from './sources/re2-engine.ts'

beforeAll(async () => {
  await loadRe2()
})

const COLLECTOR = 'collector: {url: ws://127.0.0.1:8470/agent/v1, token: {env: TOKEN}}\n'

const settingsOf = (text: string) =>
  resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text: COLLECTOR + text }))

test('a file that names the collector alone is enough', () => {
  const settings = settingsOf('')
  expect(settings.urls).toEqual(['ws://127.0.0.1:8470/agent/v1'])
  expect(settings.outbox).toMatchObject({
    maxBytes: 268_435_456,
    maxAgeMs: 604_800_000,
    spillAfterMs: 1_000,
  })
  expect(settings.probes.get('host.cpu')).toMatchObject({ enabled: true, everyMs: 10_000 })
  expect(settings.sources.map(({ name }) => name)).toEqual(['account', 'host', 'patch', 'storage'])
  expect(settings.sources).toContainEqual({ type: 'host', name: 'host', options: { root: '/' } })
})

test('a probe can be switched off, slowed down and told what to do', () => {
  const settings = settingsOf(
    'probes:\n  host.cpu: {every: 30s, perCore: true}\n  host.disk: {enabled: false}\n',
  )
  expect(settings.probes.get('host.cpu')).toMatchObject({
    everyMs: 30_000,
    options: { perCore: true },
  })
  expect(settings.probes.get('host.disk')?.enabled).toBe(false)
})

describe('what no schema can say is refused with its place', () => {
  test.each([
    {
      note: 'an interval under a second',
      text: 'probes:\n  host.cpu: {every: 10ms}',
      expected: 'agent.yaml:3:21: 10ms is too short an interval; expected 1s or more',
    },
    {
      note: 'a pattern that is no regular expression',
      text: "probes:\n  host.procstat: {services: [{name: a, pattern: '('}]}",
      expected:
        /^agent\.yaml:3:\d+: .*missing closing \).*expected an expression in the syntax of RE2/,
    },
    {
      note: 'one name for two services',
      text: 'probes:\n  host.procstat: {services: [{name: a}, {name: a}]}',
      expected: 'agent.yaml:3:48: "a" is given twice; expected a name of its own for each',
    },
    {
      note: 'a tag that the collector stamps',
      text: 'tags: {rack: A1, host: other}',
      expected: /^agent\.yaml:2:\d+: the collector stamps host; expected another name/,
    },
    {
      note: 'one instance for two sources',
      text: `sources:
  - {type: postgresql, name: a, instance: his, connect: '127.0.0.1:5432/postgres', user: w}
  - {type: postgresql, name: b, instance: his, connect: '127.0.0.1:5433/postgres', user: w}`,
      expected: /^agent\.yaml:4:\d+: source "a" has instance: his already/,
    },
    {
      note: 'one server for two sources',
      text: `sources:
  - {type: mysql, instance: a, connect: '127.0.0.1:3306', user: w}
  - {type: mysql, instance: b, connect: '127.0.0.1:3306', user: w}`,
      expected: /^agent\.yaml:4:\d+: source "a" has connect: 127\.0\.0\.1:3306 already/,
    },
    {
      note: 'a statement to be switched off that there is none of',
      text: `sources:
  - {type: mysql, instance: a, connect: '127.0.0.1:3306', user: w, off: [mysql.shema]}`,
      expected:
        /^agent\.yaml:3:\d+: there is no statement "mysql\.shema" that can be switched off; .*did you mean "mysql\.schema"/,
    },
    {
      note: 'a statement to be switched off that a session needs',
      text: `sources:
  - {type: mysql, instance: a, connect: '127.0.0.1:3306', user: w, off: [mysql.session.server]}`,
      expected: /there is no statement "mysql\.session\.server" that can be switched off/,
    },
    {
      note: 'the jmxproxy of Tomcat without an account',
      text: `sources:
  - {type: tomcat, instance: web, connect: 'http://127.0.0.1:8080', jmx: true}`,
      expected: /^agent\.yaml:3:\d+: jmx needs an account; expected user and password/,
    },
    {
      note: 'an account of Tomcat without its password',
      text: `sources:
  - {type: tomcat, instance: web, connect: 'http://127.0.0.1:8080', user: w}`,
      expected: /^agent\.yaml:3:\d+: user and password belong together; expected both, or neither/,
    },
    {
      note: 'a port that there is none of',
      text: `sources:
  - {type: tomcat, instance: web, connect: 'http://127.0.0.1:99999'}`,
      expected: /^agent\.yaml:3:\d+: http:\/\/127\.0\.0\.1:99999 is no address/,
    },
    {
      note: 'one name for two sources',
      text: 'sources: [{type: host}, {type: host}]',
      expected: /^agent\.yaml:2:\d+: source "host" is given twice/,
    },
    {
      note: 'a probe that does not exist',
      text: 'probes:\n  host.cpux: {}',
      expected: /^agent\.yaml:3:3: unknown key "host\.cpux"; .*did you mean "host\.cpu"\?$/,
    },
  ])('$note', ({ text, expected }) => {
    let message = ''
    try {
      settingsOf(text)
    } catch (error) {
      message = error instanceof ConfigError ? error.format('en') : String(error)
    }
    expect(message).toMatch(expected)
  })
})

describe('an address that can not be dialled is refused', () => {
  test.each([
    { url: 'ws://', expected: 'is no address' },
    { url: 'wss://user:secret@monitor/agent/v1', expected: 'must not hold a password' },
    { url: 'wss://monitor/agent/v1#x', expected: "can't have #x" },
    { url: 'ws://monitor:8470', expected: 'does not end with /agent/v1' },
    { url: 'http://monitor/agent/v1', expected: '' },
  ])('$url', ({ url, expected }) => {
    const text = `collector: {url: ['ws://good/agent/v1', '${url}'], token: {env: TOKEN}}\n`
    let message = ''
    try {
      resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text }))
    } catch (error) {
      message = error instanceof ConfigError ? error.format('en') : String(error)
    }
    expect(message).toMatch(/^agent\.yaml:1:/)
    expect(message).toContain(expected)
    expect(message).not.toContain('secret@')
  })
})
