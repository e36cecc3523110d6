import { checkYaml, ConfigError } from '@wardround/program'
import { beforeAll, expect, test } from 'vitest'

import { AgentConfig } from './config.ts'
import { resolveSettings } from './settings.ts'
import { loadRe2 } from './sources/re2-engine.ts'

beforeAll(async () => {
  await loadRe2()
})

const COLLECTOR = 'collector: {url: ws://127.0.0.1:8470/agent/v1, token: {env: TOKEN}}\n'

/** What is wrong in agent.yaml, with its place. */
function problemsOf(text: string): string[] {
  try {
    resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text: COLLECTOR + text }))
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, what }) => `${path}: ${what.en}`)
  }
}

const backup = (pattern: string) =>
  `sources: [{type: backup, job: his, tool: file, files: [/b/*.dmp], schedule: 1d, trailerPattern: '${pattern}'}]`

test.each([
  ['sources.0.trailerPattern', backup('(?<!a)b')],
  [
    'sources.0.processes.1.pattern',
    "sources: [{type: snmp, subject: sw1, connect: '10.0.0.1', user: u, processes: [{name: a, pattern: x}, {name: b, pattern: '(?<!a)b'}]}]",
  ],
  [
    'sources.0.http.0.matchPattern',
    "sources: [{type: reach, http: [{url: 'http://a/', matchPattern: '(?<!a)b'}]}]",
  ],
  [
    'probes.host.procstat.services.0.pattern',
    "probes: {host.procstat: {services: [{name: a, pattern: '(?<!a)b'}]}}",
  ],
])('%s that RE2 does not take is refused at its place', (place, text) => {
  expect(problemsOf(text)).toEqual([`${place}: at character 1, (?<!a)b: RE2 has no look-behind`])
})

test.each(['a(', '[', 'a{9999}'])('%s is no expression', (pattern) => {
  expect(problemsOf(backup(pattern))).toHaveLength(1)
})

test.each(['^(a+)+$', '(?i)dump complete', String.raw`-- \d+ rows`])('%s is one', (pattern) => {
  expect(problemsOf(backup(pattern))).toEqual([])
})

test('what a source may name once is told where it comes again', () => {
  const tcp = "[{address: 'a:1'}, {address: 'b:1'}, {address: 'a:1'}]"
  expect(problemsOf(`sources: [{type: reach, tcp: ${tcp}}]`)).toEqual([
    'sources.0.tcp.2.address: "a:1" is given twice',
  ])
})
