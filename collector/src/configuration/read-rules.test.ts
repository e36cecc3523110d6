import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@wardround/program'
import { expect, test } from 'vitest'
import { readRules } from './read-rules.ts'
import { catalogue } from '../rules/testing/rules-from-yaml.ts'

async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-rules-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

async function refusal(files: Readonly<Record<string, string>>, language: 'en' | 'zh-CN' = 'en') {
  const directory = await directoryWith(files)
  const error: unknown = await readRules({ pack: 'full', directory }, catalogue).catch((e) => e)
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
`

test('the default pack is read, and a rule of the site takes the place of one of the same id', async () => {
  const pack = await readRules({ pack: 'full' }, catalogue)
  const directory = await directoryWith({
    'site.yaml': RULE,
    'notes.txt': 'no rule',
    '.x.yaml': '}',
  })
  const both = await readRules({ pack: 'full', directory }, catalogue)
  expect(both.valueRules.length).toBe(pack.valueRules.length)
  expect(both.valueRules.find(({ id }) => id === 'cpu_used')?.name.en).toBe('Of the site')
  expect((await readRules({ pack: 'none', directory }, catalogue)).valueRules).toHaveLength(1)
})

test('the minimal pack is the rules that are marked, and none is none', async () => {
  const minimal = await readRules({ pack: 'minimal' }, catalogue)
  const ids = minimal.valueRules.map(({ id }) => id)
  expect(ids).toContain('backup_late')
  expect(ids).not.toContain('load_per_core')
  expect((await readRules({ pack: 'none' }, catalogue)).valueRules).toEqual([])
})

const OWN_CLAUSES = `documents: { "105": { zh: 某系统, en: some system } }
clauses:
  - { id: Z01, documents: ["105", "002"], words: { zh: 每日检查, en: daily check }, number: { zh: 每日, en: daily } }
`

test('a site adds clauses of its own contracts, and its rules name them', async () => {
  const rule = `${RULE}    clauses: [Z01, H01]\n    numbers: contract\n`
  const directory = await directoryWith({ 'a.yaml': rule, 'clauses.yaml': OWN_CLAUSES })
  const { valueRules } = await readRules({ pack: 'none', directory }, catalogue)
  expect(valueRules[0]).toMatchObject({
    numbers: 'contract',
    clauses: [
      {
        id: 'Z01',
        documents: [{ number: '105' }, { number: '002', system: { zh: '保健信息系统' } }],
      },
      { id: 'H01', words: { zh: '服务器CPU占用 / 主机CPU性能管理' }, number: undefined },
    ],
  })
})

test('a clause that is unknown, there twice or of no document is told with its place', async () => {
  const rule = `${RULE}    clauses: [H01, H011]\n`
  expect(await refusal({ 'a.yaml': rule })).toBe(
    'a.yaml:8:20: unknown clause "H011"; expected an id of clauses.yaml; did you mean "H01"?',
  )
  const clauses = OWN_CLAUSES.replace('Z01', 'H01').replace('"002"', '"999"')
  expect((await refusal({ 'clauses.yaml': clauses })).split('\n')).toEqual([
    'clauses.yaml:3:11: clause "H01" is already defined',
    'clauses.yaml:3:35: "999" is not among the documents',
  ])
})

test('numbers are the contract’s only where a clause sets one', async () => {
  const rule = `${RULE}    clauses: [H01]\n    numbers: contract\n`
  expect(await refusal({ 'a.yaml': rule })).toMatch(
    /^a\.yaml:9:14: none of its clauses sets a number; expected platform, or /,
  )
  expect(await refusal({ 'a.yaml': `${RULE}    clauses: [H01]\n    own: true\n` })).toMatch(
    /^a\.yaml:9:10: a rule of its own is about the platform itself/,
  )
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

test('files that can be read are checked beside those that can not, so that all is told at once', async () => {
  const text = await refusal({
    'a.yaml': RULE.replace('above: 70', 'above: 170'),
    'b.yaml': RULE.replace('value:', 'valeu:'),
    'c.yaml': 'rules: [',
  })
  expect(text.split('\n').map((line) => line.split(':', 1)[0])).toEqual(
    expect.arrayContaining(['a.yaml', 'b.yaml', 'c.yaml']),
  )
  const withoutClauses = await refusal({
    'a.yaml': `${RULE}    clauses: [Z01]\n`,
    'clauses.yaml': 'clauses: [',
  })
  expect(withoutClauses).toMatch(/^clauses\.yaml:1:\d+: YAML syntax error[^\n]*$/)
})

test.each([
  ['no rules', 'metrics: []', 'a.yaml:1:1: 缺少“rules”：规则列表，没有规则时写 []'],
  ['nothing below it', 'rules:', 'a.yaml:1:7: 没有值；应为列表'],
  ['a list at the top', '- {id: a}', '应为一组键值，顶层的键为 rules:'],
  ['a template without quotes', RULE.replace('zh: "{{value}}"', 'zh: {{value}}'), '却没有加引号'],
])('a file with %s is told what is missing', async (_, text, says) => {
  expect(await refusal({ 'a.yaml': text }, 'zh-CN')).toContain(says)
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
  const missing = readRules({ pack: 'none', directory: '/nonexistent/rules.d' }, catalogue)
  await expect(missing).rejects.toThrow(
    "/nonexistent/rules.d:1:1: can't be read: no such file or directory (ENOENT)",
  )
  expect(await refusal({ 'a.yaml': 'rules: [' })).toMatch(/^a\.yaml:1:\d+: YAML syntax error/)
})
