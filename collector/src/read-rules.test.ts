import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { expect, test } from 'vitest'
import { readRules } from './read-rules.ts'
import { catalogue } from './rules/testing/rules-from-yaml.ts'

async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-rules-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

async function refusal(files: Readonly<Record<string, string>>, language: 'en' | 'zh-CN' = 'en') {
  const directory = await directoryWith(files)
  const error: unknown = await readRules({ defaultPack: true, directory }, catalogue).catch(
    (e) => e,
  )
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error })
  return error.format(language).replaceAll(`${directory}/`, '')
}

const RULE = `rules:
  - id: cpu_used
    name: {zh: 本地, en: Of the site}
    value: 100 - cpu.usage_idle
    where: {cpu: "~^cpu"}
    warning: {above: 70, for: 1m}
    summary: {zh: "{{value}}", en: "{{value}}"}
    basis: contract 003, clause 4
`

test('the default pack is read, and a rule of the site takes the place of one of the same id', async () => {
  const pack = await readRules({ defaultPack: true }, catalogue)
  const directory = await directoryWith({
    'site.yaml': RULE,
    'notes.txt': 'no rule',
    '.x.yaml': '}',
  })
  const both = await readRules({ defaultPack: true, directory }, catalogue)
  expect(both.valueRules.length).toBe(pack.valueRules.length)
  expect(both.valueRules.find(({ id }) => id === 'cpu_used')?.name.en).toBe('Of the site')
  expect((await readRules({ defaultPack: false, directory }, catalogue)).valueRules).toHaveLength(1)
})

test('every problem of every file is told with its line and column, down to the place in an expression', async () => {
  const text = await refusal({
    'a.yaml': RULE.replace('cpu.usage_idle', 'cpu.usage_idel').replace('above: 70', 'above: 170'),
    'b.yaml': RULE.replace('id: cpu_used', 'id: other').replace(
      '{cpu: "~^cpu"}',
      '{cpu: "!~(a+)+$"}',
    ),
  })
  expect(text.split('\n')).toEqual([
    expect.stringMatching(
      /^a\.yaml:4:22: "cpu" has no field "usage_idel"; expected one of usage_active, .*; did you mean "usage_idle"\?$/,
    ),
    expect.stringMatching(/^b\.yaml:5:21: this regular expression back-tracks/),
  ])
})

test('a problem is told in Chinese too', async () => {
  expect(await refusal({ 'a.yaml': RULE.replace('above: 70', 'above: 170') }, 'zh-CN')).toMatch(
    /^a\.yaml:6:22: 这个条件永远不成立；应为/,
  )
})

test('what the schema refuses is told with its place', async () => {
  expect(await refusal({ 'a.yaml': RULE.replace('value:', 'valeu:') })).toContain(
    'a.yaml:4:5: unknown key "valeu"',
  )
  expect(await refusal({ 'a.yaml': RULE.replace('for: 1m', 'for: soon') })).toContain(
    'a.yaml:6:31: "soon" is not acceptable; expected a duration',
  )
})

test('a directory that is not there is told, and so is YAML that is none', async () => {
  const missing = readRules({ defaultPack: false, directory: '/nonexistent/rules.d' }, catalogue)
  await expect(missing).rejects.toThrow("/nonexistent/rules.d:1:1: can't be read (ENOENT)")
  expect(await refusal({ 'a.yaml': 'rules: [' })).toMatch(/^a\.yaml:1:\d+: YAML syntax error/)
})
