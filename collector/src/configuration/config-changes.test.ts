import { expect, test } from 'vitest'
import { configChanges, type ConfigInForce } from './config-changes.ts'
import { rulesFromYaml } from '../rules/testing/rules-from-yaml.ts'
import { configOf } from '../testing/collector-harness.ts'

function inForce(yaml: string): ConfigInForce {
  return { config: configOf('/s', yaml), rules: { definitions: new Map() } }
}

test('what differs between two configurations is named: settings and hosts', () => {
  const before = inForce('hosts: [{name: a}, {name: b}, {name: c}]')
  const after = inForce('hosts: [{name: a}, {name: b, displayName: x}, {name: d}]')
  const none = { settings: [], hosts: [], rules: [] }
  expect(configChanges(before, after)).toEqual({
    ...none,
    settings: ['hosts'],
    hosts: ['b', 'c', 'd'],
  })
  const other = inForce('hosts: [{name: a}, {name: b}, {name: c}]\nlanguage: en')
  expect(configChanges(before, other)).toEqual({ ...none, settings: ['language'] })
  expect(configChanges(before, inForce('hosts: [{name: a}, {name: b}, {name: c}]'))).toEqual(none)
})

test('rules that are new, gone or say something else are named', () => {
  const rule = (id: string, above: number) =>
    `- {id: ${id}, name: {zh: x, en: x}, value: cpu.usage_active, warning: {above: ${above}, for: 0s}, summary: {zh: x, en: x}}`
  const withRules = (...rules: string[]) => ({
    ...inForce(''),
    rules: rulesFromYaml(`rules:\n${rules.join('\n')}`),
  })
  const before = withRules(rule('same', 1), rule('other', 1), rule('gone', 1))
  const after = withRules(rule('other', 2), rule('same', 1), rule('new', 1))
  expect(configChanges(before, after).rules).toEqual(['other', 'gone', 'new'])
})
