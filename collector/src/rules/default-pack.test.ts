import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { checkYaml, parseDurationMs } from '@wardround/program'
import { describe, expect, test } from 'vitest'
import { defaultPackDirectory } from '../read-rules.ts'
import { rulesFromYaml } from './testing/rules-from-yaml.ts'
import { RuleTests, simulateRules } from './testing/simulate-rules.ts'

/** The files of the default pack; the tests of each stand under its name in fixtures/. */
const FILES = globSync('*.yaml', { cwd: defaultPackDirectory() }).map((file) =>
  basename(file, '.yaml'),
)

/** 6h and 360m are the same. */
function inMs<T extends { at?: unknown }>({ at, ...rest }: T) {
  return { ...rest, atMs: parseDurationMs(String(at)) }
}

describe.each(FILES)('the default pack %s', (name) => {
  const rules = rulesFromYaml(readFileSync(`${defaultPackDirectory()}${name}.yaml`, 'utf8'))
  const file = new URL(`./fixtures/${name}-pack.yaml`, import.meta.url)
  const { tests } = checkYaml(RuleTests, {
    file: file.pathname,
    text: readFileSync(file, 'utf8'),
  }).value

  test.each(tests)('$note', (ruleTest) => {
    const seen = simulateRules(rules, ruleTest)
    const asked = seen.map((transition, index) => {
      const wanted = Object.keys(ruleTest.expect[index] ?? { at: 0, rule: 0, kind: 0, severity: 0 })
      return Object.fromEntries(Object.entries(transition).filter(([key]) => wanted.includes(key)))
    })
    expect(asked.map(inMs)).toEqual(ruleTest.expect.map(inMs))
  })

  test('has a test that makes each of its rules fire', () => {
    const all = [...rules.valueRules, ...rules.silenceRules].map(({ id }) => id)
    const tried = new Set(tests.flatMap(({ expect: expected }) => expected.map(({ rule }) => rule)))
    expect(all.filter((id) => !tried.has(id))).toEqual([])
  })

  test("says of every number whose it is: the platform's own, or a contract's in its words", () => {
    const all = [...rules.valueRules, ...rules.silenceRules]
    const isSaid = (basis: string) =>
      basis === 'platform default' || /^contracts? \d{3}(?:, \d{3})*: \p{Script=Han}/u.test(basis)
    expect(all.filter(({ basis }) => !isSaid(basis))).toEqual([])
  })
})
