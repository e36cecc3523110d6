import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { checkQuery } from './check-query.ts'
import { QuerySchema } from './query.ts'
import type { Query } from './query.ts'

const cpu: Query = {
  measurement: 'cpu',
  fields: ['usage_idle'],
  projects: ['hc'],
  where: [
    { tag: 'host', operator: '=~', value: 'db.*' },
    { tag: 'role', operator: 'in', values: ['oracle'] },
  ],
  aggregate: 'percentile',
  percentile: 95,
  groupBy: ['host'],
  stepMs: 60_000,
  fromMs: 0,
  toMs: 3_600_000,
  timeZone: 'Asia/Shanghai',
  fill: 'null',
  top: { count: 5, by: 'max' },
}

test('the schema takes what the type and the check take', () => {
  expect(() => checkQuery(cpu)).not.toThrow()
  expect(Compile(QuerySchema).Check(cpu)).toBe(true)
})

test.each<[string, Partial<Query>]>([
  ['with a zone', { offsetMs: 1 }],
  ['of a step', { timeZone: undefined, offsetMs: 60_000 }],
  ['below 0', { timeZone: undefined, offsetMs: -1 }],
])('an offset %s is refused', (_, change) => {
  expect(() => checkQuery({ ...cpu, ...change })).toThrow('offset: ')
})

test.each<[string, unknown]>([
  ['no limit of projects', { ...cpu, projects: undefined }],
  ['another limit', { ...cpu, projects: 'any' }],
  ['an unknown operator', { ...cpu, where: [{ tag: 'a', operator: '~', value: '' }] }],
  ['a list without in', { ...cpu, where: [{ tag: 'a', operator: '=', values: [''] }] }],
  ['an unknown aggregate', { ...cpu, aggregate: 'median' }],
  ['an unknown member', { ...cpu, limit: 1 }],
])('the schema refuses %s', (_, query) => expect(Compile(QuerySchema).Check(query)).toBe(false))
