import type {
  FieldDeclaration,
  MeasurementDeclaration,
  ProbeDeclaration,
} from '@wardround/protocol'
import { describe, expect, test } from 'vitest'

import { PROBES } from '../../agent/src/probes.gen.ts'
import { checkDeclaration, checkProbes, checkUniqueness } from './check-declarations.ts'
import type { FoundProbe } from './found-probe.ts'

const FIELD: FieldDeclaration = {
  kind: 'gauge',
  unit: 'bytes',
  precision: 1,
  help: { zh: '总量', en: 'Size' },
}

const PROBE: ProbeDeclaration = {
  name: 'host.thing',
  source: 'host',
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/thing',
  needs: 'none',
  help: { zh: '某物', en: 'A thing' },
  measurements: { thing: { identifyingTags: ['name'], fields: { total: FIELD } } },
}

function withMeasurement(measurement: Partial<MeasurementDeclaration>): ProbeDeclaration {
  return {
    ...PROBE,
    measurements: {
      thing: { identifyingTags: ['name'], fields: { total: FIELD }, ...measurement },
    },
  }
}

function withField(field: object): ProbeDeclaration {
  return withMeasurement({ fields: { total: { ...FIELD, ...field } } })
}

describe('checkDeclaration', () => {
  test('finds nothing wrong with a good one', () => {
    expect(checkDeclaration(PROBE, ['host'])).toEqual([])
  })

  test.each<{ note: string; probe: ProbeDeclaration; problem: string }>([
    {
      note: 'a name without a source',
      probe: { ...PROBE, name: 'thing' },
      problem: 'source.subject',
    },
    { note: 'an unknown source', probe: { ...PROBE, source: 'oracle' }, problem: 'oracle' },
    { note: 'no platform', probe: { ...PROBE, platforms: [] }, problem: 'platforms' },
    { note: 'half a second', probe: { ...PROBE, everySeconds: 0.5 }, problem: 'everySeconds' },
    {
      note: 'reads in one language',
      probe: { ...PROBE, reads: { zh: 'a thing', en: 'a thing' } },
      problem: 'reads has no Chinese text',
    },
    { note: 'no needs', probe: { ...PROBE, needs: '' }, problem: 'needs' },
    {
      note: 'no Chinese',
      probe: { ...PROBE, help: { zh: 'a thing', en: 'x' } },
      problem: 'Chinese',
    },
    { note: 'no English', probe: { ...PROBE, help: { zh: '某物', en: '' } }, problem: 'English' },
    {
      note: 'a measurement in camelCase',
      probe: { ...PROBE, measurements: { aThing: { identifyingTags: [], fields: { a: FIELD } } } },
      problem: 'snake_case',
    },
    {
      note: 'a tag with a blank',
      probe: withMeasurement({ identifyingTags: ['a b'] }),
      problem: 'a b',
    },
    {
      note: 'a stamped tag',
      probe: withMeasurement({ identifyingTags: ['host'] }),
      problem: 'stamped',
    },
    {
      note: 'a tag that identifies and describes',
      probe: withMeasurement({ descriptiveTags: ['name'] }),
      problem: 'twice',
    },
    {
      note: 'a tag that is a field',
      probe: withMeasurement({ identifyingTags: ['total'] }),
      problem: 'tag and field',
    },
    { note: 'no field', probe: withMeasurement({ fields: {} }), problem: 'no field' },
    {
      note: 'a field with a dot',
      probe: withMeasurement({ fields: { 'a.b': FIELD } }),
      problem: 'a.b',
    },
    { note: 'an unknown unit', probe: withField({ unit: 'furlongs' }), problem: 'furlongs' },
    { note: 'no precision', probe: withField({ precision: 0 }), problem: 'precision' },
    { note: 'a state without its words', probe: withField({ kind: 'state' }), problem: 'states' },
    { note: 'bits of a gauge', probe: withField({ bits: 32 }), problem: 'bits' },
    { note: 'words without a state', probe: withField({ states: {} }), problem: 'states' },
  ])('finds $note', ({ probe, problem }) => {
    expect(checkDeclaration(probe, ['host']).join('\n')).toContain(problem)
  })
})

describe('checkUniqueness', () => {
  test('finds two fields that come to one name in a Prometheus-like store', () => {
    const other = {
      ...PROBE,
      name: 'host.other',
      measurements: {
        a_b: { identifyingTags: [], fields: { c: FIELD } },
        a: { identifyingTags: [], fields: { 'b-c': FIELD } },
      },
    }
    expect(checkUniqueness([PROBE, other])).toEqual([
      'host.other: a b-c and host.other: a_b c come to one name a_b_c',
    ])
  })

  test('finds a measurement that two probes give, and a name that two probes have', () => {
    expect(checkUniqueness([PROBE, PROBE])).toEqual([
      'two probes are called host.thing',
      'host.thing: thing total and host.thing: thing total come to one name thing_total',
    ])
  })
})

describe('a measurement of two probes', () => {
  const polled = (field: Partial<typeof FIELD>) => ({
    ...PROBE,
    name: 'snmp.thing',
    measurements: { thing: { identifyingTags: [], fields: { total: { ...FIELD, ...field } } } },
  })

  test('is one where both mean the same, whatever they say of it', () => {
    expect(checkUniqueness([PROBE, polled({ help: { zh: '别的', en: 'Other' } })])).toEqual([])
  })

  test('is not where unit or kind differ', () => {
    expect(checkUniqueness([PROBE, polled({ precision: 0.5 })])).toEqual([
      'snmp.thing: thing total and host.thing: thing total differ in kind, unit, precision or states',
    ])
  })
})

describe('checkProbes', () => {
  const probe = PROBES.find(({ name }) => name === 'host.cpu')
  const found: FoundProbe[] = probe ? [{ file: 'probes/host/cpu.ts', hasTest: true, probe }] : []

  test('finds nothing wrong with a real one', () => {
    expect(found).toHaveLength(1)
    expect(checkProbes(found, ['host'])).toEqual([])
  })

  test('finds one without a test, or in a file of another name', () => {
    const moved = found.map((each) => ({
      ...each,
      file: 'probes/host/processor.ts',
      hasTest: false,
    }))
    expect(checkProbes(moved, ['host'])).toEqual([
      'probes/host/processor.ts: name is host.cpu; its place asks for host.processor',
      'probes/host/processor.ts: has no test beside it',
    ])
  })
})
