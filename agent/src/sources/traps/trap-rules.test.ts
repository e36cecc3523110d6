import fc from 'fast-check'
import { expect, test } from 'vitest'

import { toTrap } from './received-trap.ts'
import { toTrapRecord } from './to-trap-record.ts'
import { COLUMNS, type Column } from './trap-names.ts'

const SW = '1.3.6.1.4.1.1588.2.1.1.1.0'
const HUAWEI = '1.3.6.1.4.1.34774.4.1.4.2'

function recordOf(oid: string, values: Partial<Record<Column, number | string>> = {}) {
  const varbinds = [
    { oid: '1.3.6.1.6.3.1.1.4.1.0', type: 6, value: oid },
    ...Object.entries(values).map(([column, value]) => ({
      oid: `${Object.entries(COLUMNS).find(([name]) => name === column)?.[1]}.7`,
      type: typeof value === 'number' ? 2 : 4,
      value: typeof value === 'number' ? value : Buffer.from(value),
    })),
  ]
  const trap = toTrap({ type: 167, varbinds })
  if (trap === undefined) throw new Error('no trap')
  return toTrapRecord(trap)
}

test.each<{ note: string; oid: string; values?: Parameters<typeof recordOf>[1]; rules: string[] }>([
  {
    note: 'a faulty sensor',
    oid: `${SW}.2`,
    values: { swSensorStatus: 2 },
    rules: ['swSensorScn', 'sensor_fault'],
  },
  {
    note: 'a nominal sensor',
    oid: `${SW}.2`,
    values: { swSensorStatus: 4 },
    rules: ['swSensorScn'],
  },
  { note: 'an absent one', oid: `${SW}.2`, values: { swSensorStatus: 6 }, rules: ['swSensorScn'] },
  {
    note: 'a status that nobody knows',
    oid: `${SW}.2`,
    values: { swSensorStatus: 9 },
    rules: ['swSensorScn', 'sensor_fault'],
  },
  { note: 'a sensor without a status', oid: `${SW}.2`, rules: ['swSensorScn', 'sensor_fault'] },
  {
    note: 'a faulty port',
    oid: `${SW}.3`,
    values: { swFCPortOpStatus: 4 },
    rules: ['swFCPortScn', 'port_fault'],
  },
  {
    note: 'a port that went offline',
    oid: `${SW}.3`,
    values: { swFCPortOpStatus: 2 },
    rules: ['swFCPortScn'],
  },
  {
    note: 'an error of the event log',
    oid: `${SW}.4`,
    values: { swEventLevel: 2 },
    rules: ['swEventTrap', 'event_error'],
  },
  { note: 'a change of the configuration', oid: `${SW}.6`, rules: ['swTrackChangesTrap'] },
  {
    note: 'an alarm of an array',
    oid: HUAWEI,
    values: { hwIsmTrapEventLevel: 6 },
    rules: ['hwStorageEvent', 'storage_alarm'],
  },
  {
    note: 'the end of one',
    oid: HUAWEI,
    values: { hwIsmTrapEventLevel: 6, hwIsmTrapEventRecoveryTime: 1_700_000_000 },
    rules: ['hwStorageEvent'],
  },
  { note: 'a trap without a name', oid: '1.3.6.1.4.1.9999.1', rules: ['other'] },
])('$note', ({ oid, values, rules }) => {
  expect(recordOf(oid, values).rules).toEqual(rules)
})

test('the same event at another time is the same text', () => {
  const first = recordOf(`${SW}.4`, {
    sysUpTime: 5,
    swEventIndex: 7,
    swEventTimeInfo: '10:11',
    swEventDescr: 'psu',
  })
  const later = recordOf(`${SW}.4`, {
    sysUpTime: 9,
    swEventIndex: 8,
    swEventTimeInfo: '10:12',
    swEventDescr: 'psu',
  })
  expect(later.text).toBe(first.text)
  expect(later.body['values']).not.toEqual(first.body['values'])
})

test('a name of bytes is shown as bytes, a text as text', () => {
  const wwn = Buffer.from('1000000533445566', 'hex').toString('latin1')
  const trap = toTrap({
    varbinds: [
      { oid: '1.3.6.1.6.3.1.1.4.1.0', value: `${SW}.3` },
      { oid: '1.3.6.1.4.1.1588.9.1', type: 4, value: Buffer.from(wwn, 'latin1') },
      { oid: '1.3.6.1.4.1.1588.9.2', type: 4, value: Buffer.from('电源故障') },
      { oid: '1.3.6.1.4.1.1588.9.3', type: 70, value: Buffer.from('0100000000', 'hex') },
    ],
  })
  expect(trap?.objects.map(({ value }) => value)).toEqual([
    '10:00:00:05:33:44:55:66',
    '电源故障',
    '4294967296',
  ])
})

test('whatever was decoded gives a bounded record or none', () => {
  const varbind = fc.record(
    {
      oid: fc.oneof(fc.string(), fc.constantFrom(...Object.values(COLUMNS))),
      type: fc.nat(80),
      value: fc.anything(),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.string(), fc.array(varbind, { maxLength: 60 }), (oid, varbinds) => {
      const trap = toTrap({ varbinds: [{ oid: '1.3.6.1.6.3.1.1.4.1.0', value: oid }, ...varbinds] })
      if (trap === undefined) return
      const { body, rules } = toTrapRecord(trap)
      expect(rules.length).toBeGreaterThan(0)
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(15_500)
    }),
  )
})
