import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError, ProbeError } from '../../probe.ts'
import {
  toFieldValue,
  toMeasurements,
  type SiteField,
  type SiteMetric,
} from '../../sources/snmp/site-metrics.ts'
import type { SnmpValue } from '../../sources/snmp/snmp-value.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import metrics from './metrics.ts'

/** A small UPS by RFC 1628. */
const UPS_WALK = `
1.3.6.1.2.1.33.1.2.1.0|2|2
1.3.6.1.2.1.33.1.2.4.0|2|97
1.3.6.1.2.1.33.1.2.7.0|4|24.5
1.3.6.1.2.1.33.1.4.4.1.2.1|2|2301
1.3.6.1.2.1.33.1.4.4.1.2.2|2|2298
1.3.6.1.2.1.33.1.4.4.1.5.1|2|41
1.3.6.1.2.1.33.1.4.4.1.5.2|2|-1
`

const STATUS = {
  name: 'battery_status',
  oid: '1.3.6.1.2.1.33.1.2.1.0',
  states: [
    { value: 2, zh: '正常', en: 'normal' },
    { value: 3, zh: '电量低', en: 'low' },
  ],
} as const satisfies SiteField

const UPS: readonly SiteMetric[] = [
  {
    measurement: 'ups',
    fields: [
      STATUS,
      { name: 'charge_percent', oid: '1.3.6.1.2.1.33.1.2.4.0', unit: 'percent' },
      { name: 'temperature_celsius', oid: '1.3.6.1.2.1.33.1.2.7.0', unit: 'celsius' },
      { name: 'absent', oid: '1.3.6.1.2.1.33.1.9.9.0' },
    ],
  },
  {
    measurement: 'ups_output',
    table: '1.3.6.1.2.1.33.1.4.4.1',
    tags: [
      { name: 'line', index: true },
      { name: 'site', value: 'hall 3' },
    ],
    fields: [
      { name: 'voltage', column: 2, unit: 'volts', scale: 0.1 },
      { name: 'load_percent', column: 5, unit: 'percent', missing: [-1] },
    ],
  },
]

/** As the runner sees the probe: with what the site describes beside what it declares itself. */
const withDeclared = (described: readonly SiteMetric[]) => ({
  ...metrics,
  measurements: toMeasurements(described),
})

function openUps(described: readonly SiteMetric[] = UPS): RecordedDevice {
  const device = new RecordedDevice(UPS_WALK)
  device.settings = { ...device.settings, metrics: described }
  return device
}

describeProbe(withDeclared(UPS), { open: () => Promise.resolve(openUps()) })

test('scalars and tables, scaled, with states and without what means nothing', async () => {
  const { samples } = await sampleOnce(withDeclared(UPS), openUps())
  expect(samples).toEqual([
    {
      measurement: 'ups',
      tags: {},
      fields: { battery_status: 2, charge_percent: 97, temperature_celsius: 24.5 },
    },
    {
      measurement: 'ups_output',
      tags: { line: '1', site: 'hall 3' },
      fields: { voltage: expect.closeTo(230.1), load_percent: 41 },
    },
    {
      measurement: 'ups_output',
      tags: { line: '2', site: 'hall 3' },
      fields: { voltage: expect.closeTo(229.8) },
    },
  ])
})

test('the declarations say kind, unit and states', () => {
  const { ups, ups_output: output } = toMeasurements(UPS)
  expect(ups?.fields['battery_status']).toMatchObject({
    kind: 'state',
    unit: 'state',
    states: { 2: { zh: '正常', en: 'normal' } },
  })
  expect(output?.identifyingTags).toEqual(['line', 'site'])
  expect(output?.fields['voltage']).toMatchObject({ kind: 'gauge', unit: 'volts' })
})

test('rows that their tags do not tell apart are one series, and that is told', async () => {
  const described: readonly SiteMetric[] = [
    {
      measurement: 'ups_line',
      table: '1.3.6.1.2.1.33.1.4.4.1',
      tags: [{ name: 'name', column: 3 }],
      fields: [{ name: 'voltage', column: 2 }],
    },
  ]
  const { samples, remarks } = await sampleOnce(withDeclared(described), openUps(described))
  expect(samples).toMatchObject([{ tags: { name: '' }, fields: { voltage: 2301 } }])
  expect(remarks).toHaveLength(1)
})

test('a part that fails leaves the others', async () => {
  const device = openUps()
  device.table = () => Promise.reject(new ProbeError('FLOOD', 'too many rows'))
  const found: unknown[] = []
  const run = sampleOnce(
    {
      ...withDeclared(UPS),
      sample: (given) => metrics.sample({ ...given, emit: (...each) => found.push(each) }),
    },
    device,
  )
  await expect(run).rejects.toMatchObject({ code: 'FLOOD' })
  expect(found).toHaveLength(1)
})

test('nothing is asked where nothing is described', async () => {
  await expect(sampleOnce(metrics, openUps([]))).rejects.toBeInstanceOf(NoDataError)
})

test.each<[string, SiteField, SnmpValue | undefined, number | undefined]>([
  ['a state that is not known', STATUS, 7, undefined],
  ['a word for a number', STATUS, Buffer.from('ok'), undefined],
  [
    'a word that is known',
    { name: 'state', states: [{ value: 1, text: 'ONLINE', zh: '在线', en: 'online' }] },
    Buffer.from('ONLINE '),
    1,
  ],
  ['a number as text', { name: 'x', scale: 10 }, Buffer.from('-2.5'), -25],
  ['a text', { name: 'x' }, Buffer.from('12 %'), undefined],
  ['a counter of 64 bits', { name: 'x', kind: 'counter' }, 2n ** 40n, 2 ** 40],
  ['a counter below 0', { name: 'x', kind: 'counter' }, -1, undefined],
  ['nothing', { name: 'x' }, undefined, undefined],
])('%s', (_, field, value, expected) => expect(toFieldValue(field, value)).toBe(expected))

test('any value is a finite number or missing', () => {
  const values = fc.oneof(
    fc.integer(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.uint8Array(),
    fc.string(),
  )
  fc.assert(
    fc.property(values, fc.constantFrom<'gauge' | 'counter'>('gauge', 'counter'), (value, kind) => {
      const number = toFieldValue({ name: 'x', kind, scale: 0.1 }, value)
      expect(number === undefined || Number.isFinite(number)).toBe(true)
      expect(toFieldValue(STATUS, value)).toSatisfy((state) => [undefined, 2, 3].includes(state))
    }),
  )
})
