import { checkYaml, ConfigError } from '@wardround/program'
import { beforeAll, describe, expect, test } from 'vitest'

import { AgentConfig } from '../config.ts'
import { resolveSettings } from '../settings.ts'
import { logSource } from './log.ts'

beforeAll(() => logSource.load?.())

/** What is wrong with an entry, in English. */
function problemsOf(entry: string): string[] {
  const text = `collector: {url: "ws://127.0.0.1:1/agent/v1", token: {file: /x}}\nstate: /x\nsources:\n  - {type: log, name: kernel, ${entry}}\n`
  try {
    resolveSettings(checkYaml(AgentConfig, { file: 'agent.yaml', text }), [])
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ what, path }) => `${path}: ${what.en}`)
  }
}

describe('an entry of type log', () => {
  test.each([
    'files: [/var/log/messages], pack: linux',
    "files: ['/var/log/app/app-*.log'], rules: [{name: x, match: 'a(?<b>c)', tags: [b]}]",
    'journal: {}, pack: linux, without: [Service failed]',
    'journal: {units: [sshd.service], identifiers: [kernel], priority: warning}, pack: linux',
    'files: [/x], encoding: gbk, excerpt: false, maxBytesPerRun: 8MiB, rules: [{name: 中文, match: 严重, except: 测试, ignoreCase: true, severity: critical, atLeast: 3}]',
  ])('may say %s', (entry) => expect(problemsOf(entry)).toEqual([]))

  test.each([
    ['pack: linux', 'no log is named'],
    ['files: [/x], journal: {}, pack: linux', 'exclude each other'],
    ['files: [var/log], pack: linux', 'no absolute path'],
    ["files: ['/var/*/x'], pack: linux", 'no * in its directory'],
    ["files: ['/x/*-*.log'], pack: linux", 'one * at most'],
    [
      'files: [/x], rules: [{name: x, match: a}, {name: x, match: b}]',
      'sources.0.rules.1.name: "x" is given twice',
    ],
    ['files: [/x, /x], pack: linux', 'sources.0.files.1: /x is given twice'],
    ['files: [/x]', 'there is no rule'],
    ['files: [/x], pack: linux, without: [OOM]', 'pack linux has no rule "OOM"'],
    [
      "files: [/x], rules: [{name: x, match: 'a(?<=b)'}]",
      'sources.0.rules.0.match: match of rule "x": at character 2, (?<=b): RE2 has no look-behind',
    ],
    ["files: [/x], rules: [{name: x, match: '(a)\\1'}]", 'RE2 has no back-references'],
    ["files: [/x], rules: [{name: x, match: a, except: '('}]", 'except of rule "x"'],
    [
      'files: [/x], rules: [{name: x, match: a, tags: [b]}]',
      'tags of rule "x": match has no group named b',
    ],
  ])('may not say %s', (entry, message) => expect(problemsOf(entry).join('\n')).toContain(message))

  test('says what a rule without a fixed text costs', () => {
    const notes = logSource.notes?.({ files: ['/x'], rules: [{ name: 'x', match: '\\d+' }] })
    expect(notes?.map(({ en }) => en)).toEqual([
      expect.stringContaining('rule "x" has no fixed text'),
    ])
    expect(logSource.notes?.({ files: ['/x'], rules: [{ name: 'x', match: 'error' }] })).toEqual([])
  })
})
