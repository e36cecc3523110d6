import { expect, test } from 'vitest'
import { DeclaredNames } from './declared-names.ts'
import { gauge } from './field.ts'
import type { Measurements } from './probe.ts'

const CATALOGUE = [
  {
    measurements: {
      cpu: { identifyingTags: ['cpu'], fields: { usage_idle: gauge('percent', '空闲', 'Idle') } },
    },
  },
]
const volts = gauge('volts', '电压', 'Voltage')

function describe(
  name: string,
  field = 'voltage',
  declaration = volts,
  tags: string[] = [],
): Measurements {
  return { [name]: { identifyingTags: tags, fields: { [field]: declaration } } }
}

test.each([
  ['a measurement of the catalogue', describe('cpu')],
  ['a name that comes to the same as one of the catalogue', describe('cpu_usage', 'idle')],
])('%s is refused', (_, described) => {
  const [problem] = new DeclaredNames(CATALOGUE).add(described)
  expect(problem).toMatchObject({ option: 'metrics' })
  expect(problem?.what.en).toContain('catalogue')
})

test('two sources may describe one measurement alike', () => {
  const names = new DeclaredNames(CATALOGUE)
  expect(names.add(describe('ups'))).toEqual([])
  expect(names.add(describe('ups'))).toEqual([])
  expect(names.add(describe('ups', 'load'))).toEqual([])
})

test.each([
  ['in another unit', describe('ups', 'voltage', gauge('watts', '电压', 'Voltage'))],
  ['with other tags', describe('ups', 'voltage', volts, ['line'])],
])('but not %s', (_, described) => {
  const names = new DeclaredNames(CATALOGUE)
  names.add(describe('ups'))
  expect(names.add(described)).toHaveLength(1)
})
