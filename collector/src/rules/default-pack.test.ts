import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkYaml } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { DEPENDENCIES_FILE } from '../configuration/read-dependencies.ts'
import { CLAUSES_FILE, defaultPackDirectory } from '../configuration/read-rules.ts'
import { toClauseBook } from './clause-book.ts'
import { ClauseFile } from './clauses.ts'
import { catalogue, rulesFromYaml } from './testing/rules-from-yaml.ts'
import { compareUnitTest } from './unit-tests/compare-unit-test.ts'
import { formatComparison } from './unit-tests/format-comparison.ts'
import { runUnitTest } from './unit-tests/run-unit-test.ts'
import { RuleTestFile } from './unit-tests/unit-test-schema.ts'

/** The files of the default pack; the tests of each stand under its name in fixtures/. */
const FILES = globSync('*.yaml', { cwd: defaultPackDirectory() })
  .filter((file) => file !== CLAUSES_FILE && file !== DEPENDENCIES_FILE)
  .map((file) => basename(file, '.yaml'))

const readPackFile = (name: string) => readFileSync(`${defaultPackDirectory()}${name}`, 'utf8')

const { clauses } = toClauseBook([
  checkYaml(ClauseFile, { file: CLAUSES_FILE, text: readPackFile(CLAUSES_FILE) }),
])

test.each(['README.md', 'README.zh-CN.md'])(
  '%s says in a sentence that each rule names its clause and whose its numbers are',
  (name) => {
    const text = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8')
    const sentence =
      /Each rule of the default pack .* names the contract clause that it serves and whose its numbers are|每条规则都注明服务于哪一条合同条款，以及数值是合同要求还是本平台默认值/
    expect(text).toMatch(sentence)
  },
)

describe.each(FILES)('the default pack %s', (name) => {
  const rules = rulesFromYaml(readPackFile(`${name}.yaml`), catalogue, clauses)
  const file = new URL(`./fixtures/${name}-pack.yaml`, import.meta.url)
  const { tests } = checkYaml(RuleTestFile, {
    file: file.pathname,
    text: readFileSync(file, 'utf8'),
  }).value

  test.each(tests)('$note', (ruleTest) => {
    const comparison = compareUnitTest(ruleTest, runUnitTest(rules, ruleTest))
    expect(comparison.passed, formatComparison(comparison, 'en').join('\n')).toBe(true)
  })

  test('has a test that makes each of its rules fire', () => {
    const all = [...rules.definitions.keys()]
    const tried = new Set(tests.flatMap(({ expect: expected }) => expected.map(({ rule }) => rule)))
    expect(all.filter((id) => !tried.has(id))).toEqual([])
  })

  test('each of its rules names the clauses that it serves, or is about the platform itself', () => {
    const silent = [...rules.definitions.values()].filter(
      (rule) => rule.own === rule.clauses.length > 0,
    )
    expect(silent.map(({ id }) => id)).toEqual([])
  })
})

test.each(['rule-tests.md', 'rule-tests.zh-CN.md'])('the example of docs/%s passes', (name) => {
  const document = new URL(`../../../docs/${name}`, import.meta.url)
  const text = /```yaml\n([^]*?)```/.exec(readFileSync(document, 'utf8'))?.[1] ?? ''
  const { tests } = checkYaml(RuleTestFile, { file: name, text }).value
  const rules = rulesFromYaml(readPackFile('host.yaml'), catalogue, clauses)
  expect(tests.map((each) => compareUnitTest(each, runUnitTest(rules, each)).passed)).toEqual([
    true,
  ])
})
