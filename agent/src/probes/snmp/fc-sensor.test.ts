import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { toReading } from '../../sources/snmp/brocade/read-sensors.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import fcSensor from './fc-sensor.ts'

const SENSORS = '1.3.6.1.4.1.1588.2.1.1.1.1.22.1'
const POWER_1 = { device: 'san-a', type: 'power', name: 'Power Supply #1' }

const open = (directory?: string) => new RecordedDevice(brocadeWalk(), 'san-a', directory)

async function sensorsOf(device: RecordedDevice, memory?: unknown) {
  const { samples, ...run } = await sampleOnce(fcSensor, device, { memory })
  const byName = new Map(samples.map(({ tags, fields }) => [tags['name'], { tags, fields }]))
  return { ...run, byName }
}

describeProbe(fcSensor, { open: () => Promise.resolve(open()) })

test('gives each its status and its value in its own unit', async () => {
  const { byName } = await sensorsOf(open())
  expect([...byName.values()]).toEqual([
    {
      tags: { device: 'san-a', type: 'temperature', name: 'SLOT #0: TEMP #1' },
      fields: { status: 4, celsius: 38, rpm: undefined, lost: 0 },
    },
    {
      tags: { device: 'san-a', type: 'temperature', name: 'SLOT #0: TEMP #2' },
      fields: { status: 4, celsius: undefined, rpm: undefined, lost: 0 },
    },
    {
      tags: { device: 'san-a', type: 'fan', name: 'FAN #1' },
      fields: { status: 4, celsius: undefined, rpm: 7417, lost: 0 },
    },
    {
      tags: { device: 'san-a', type: 'fan', name: 'FAN #2' },
      fields: { status: 3, celsius: undefined, rpm: 1200, lost: 0 },
    },
    { tags: POWER_1, fields: { status: 4, celsius: undefined, rpm: undefined, lost: 0 } },
  ])
})

test('tells a part that was there and is gone, after a restart of the agent too', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'fc-sensor-'))
  try {
    await sensorsOf(open(directory))
    const device = open(directory)
    device.set(`${SENSORS}.3.5`, 6)
    const { byName } = await sensorsOf(device)
    expect(byName.get('Power Supply #1')).toMatchObject({
      tags: POWER_1,
      fields: { status: 6, lost: 1 },
    })
    expect(byName.has('Power Supply #2')).toBe(false)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('says nothing of a row that is left out once', async () => {
  const device = open()
  const { memory } = await sensorsOf(device)
  for (const column of [2, 3, 4, 5]) device.set(`${SENSORS}.${column}.5`, undefined)
  expect((await sensorsOf(device, memory)).byName.has('Power Supply #1')).toBe(false)
})

test('a status that is not in the MIB is unknown', async () => {
  const device = open()
  const { memory } = await sensorsOf(device)
  device.set(`${SENSORS}.3.3`, 9)
  const { byName } = await sensorsOf(device, memory)
  expect(byName.get('FAN #1')?.fields).toMatchObject({ status: 1, lost: 0 })
})

test('tells two of one name apart', async () => {
  const device = open()
  device.set(`${SENSORS}.5.4`, Buffer.from(' FAN #1'))
  expect([...(await sensorsOf(device)).byName.keys()]).toContain('FAN #1 (2)')
})

test('reads FCMGMT-MIB where SW-MIB gives no sensors', async () => {
  const row = (column: number, at: number) =>
    `1.3.6.1.3.94.1.8.1.${column}.16.0.0.5.51.170.187.204.0.0.0.0.0.0.0.0.${at}`
  const walk = [
    '1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.71',
    ...[
      ['TEMP #1', 3, 'sensor  1: type 3 is OK, value is 42', 8, 3],
      [' FAN #1', 4, 'sensor  2: type 4 is WARN, value is 900', 4, 7],
      [' PS #1', 5, 'sensor  3: type 5 is FAILED', 5, 9],
      [' X', 17, 'value is', 1, 1],
    ].flatMap(([name, status, message, type, characteristic], at) => [
      `${row(3, at)}|4|${name}`,
      `${row(4, at)}|2|${status}`,
      `${row(6, at)}|4|${message}`,
      `${row(7, at)}|2|${type}`,
      `${row(8, at)}|2|${characteristic}`,
    ]),
  ]
  const { samples } = await sampleOnce(fcSensor, new RecordedDevice(walk.join('\n')))
  expect(samples.map(({ tags: { type, name }, fields }) => ({ type, name, ...fields }))).toEqual([
    { type: 'temperature', name: 'TEMP #1', status: 4, celsius: 42, rpm: undefined, lost: 0 },
    { type: 'fan', name: 'FAN #1', status: 7, celsius: undefined, rpm: 900, lost: 0 },
    { type: 'power', name: 'PS #1', status: 2, celsius: undefined, rpm: undefined, lost: 0 },
  ])
})

test('has no data of a switch without sensors', async () => {
  const device = new RecordedDevice('1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.1')
  await expect(sampleOnce(fcSensor, device)).rejects.toThrow(NoDataError)
})

test('decodes the recorded switch with FOS 7.0.2c as its common table does', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const recorded: unknown = JSON.parse(
    readRecorded(context, 'snmp-fc/brocade_fos702c_48p.expected.json'),
  )
  const { samples } = await sampleOnce(fcSensor, new RecordedDevice(walk))
  const { fa_sensors } = recorded as { fa_sensors: { name: string; status: number }[] }
  expect(samples.map(({ tags }) => tags['name'])).toEqual(fa_sensors.map(({ name }) => name))
  expect(samples.map(({ fields }) => fields['status'])).toEqual(fa_sensors.map(() => 4))
  expect(samples.map(({ fields: { celsius, rpm } }) => celsius ?? rpm)).toEqual([
    42,
    9246,
    9375,
    undefined,
    undefined,
  ])
})

for (const file of ['fabos', 'fabos_6520']) {
  test(`finds as many in the recorded ${file} as others did`, async (context) => {
    const walk = readRecorded(context, `snmp-fc/${file}.snmprec`)
    const expected: unknown = JSON.parse(
      readRecorded(context, `snmp-fc/${file}.expected.summary.json`),
    )
    const { samples } = await sampleOnce(fcSensor, new RecordedDevice(walk))
    const count = (field: string) =>
      samples.filter(({ fields }) => fields[field] !== undefined).length
    expect(expected).toMatchObject({
      sensors_by_class: { temperature: count('celsius'), fanspeed: count('rpm') },
      state_counts: { 'swSensorStatus=4': samples.length },
    })
  })
}

test('takes nothing for nominal that is not said to be', () => {
  const value = fc.oneof(fc.integer(), fc.uint8Array({ maxLength: 9 }), fc.string())
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 8 }), value)), (columns) => {
      const row = new Map(columns)
      const { status, celsius = 0, rpm = 0 } = toReading('1', row)
      if (status === 4) expect(row.get(3)).toBe(4)
      expect(Math.max(Math.abs(celsius), rpm)).toBeLessThanOrEqual(100_000)
    }),
  )
})
