import { expect, test } from 'vitest'
import { configChanges } from './config-changes.ts'
import { configOf } from './testing/collector-harness.ts'

test('what differs between two configurations is named: settings and hosts', () => {
  const before = configOf('/s', 'hosts: [{name: a}, {name: b}, {name: c}]').value
  const after = configOf('/s', 'hosts: [{name: a}, {name: b, displayName: x}, {name: d}]').value
  expect(configChanges(before, after)).toEqual({ settings: ['hosts'], hosts: ['b', 'c', 'd'] })
  const other = { ...before, language: 'en' as const }
  expect(configChanges(before, other)).toEqual({ settings: ['language'], hosts: [] })
  expect(configChanges(before, structuredClone(before))).toEqual({ settings: [], hosts: [] })
})
