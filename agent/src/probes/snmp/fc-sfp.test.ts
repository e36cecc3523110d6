import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import fcSfp from './fc-sfp.ts'

const SFP = '1.3.6.1.4.1.1588.2.1.1.1.28.1.1'
const UNIT = '16.0.0.5.51.170.187.204.0.0.0.0.0.0.0.0'

const open = () => new RecordedDevice(brocadeWalk(), 'san-a')

describeProbe(fcSfp, { open: () => Promise.resolve(open()) })

async function modulesOf(device: RecordedDevice) {
  const { samples } = await sampleOnce(fcSfp, device)
  return samples.map(({ tags, fields }) => ({ ...tags, ...fields }))
}

test('gives what a module measures, and whether its port is online', async () => {
  const [first, , dark] = await modulesOf(open())
  expect(first).toEqual({
    device: 'san-a',
    port: '0',
    name: 'port0',
    rx_dbm: -2.7,
    tx_dbm: -3.2,
    temp_c: 35,
    volts: 3.2895,
    milliamperes: 7.32,
    power_on_hours: 26_280,
    online: 1,
  })
  expect(dark).toMatchObject({ port: '2', rx_dbm: undefined, tx_dbm: -3.2, online: 0 })
})

test('joins by the index: a row that FOS 9 leaves out moves no other', async () => {
  const device = open()
  for (const column of [1, 2, 3, 4, 5, 6]) device.set(`${SFP}.${column}.${UNIT}.1`, undefined)
  const modules = await modulesOf(device)
  expect(modules.map(({ port, name }) => [port, name])).toEqual([
    ['1', 'port1'],
    ['2', 'port2'],
  ])
})

test('leaves out an empty cage, and the hours of modules that have none', async () => {
  const device = open()
  for (const column of [1, 2, 3, 4, 5]) device.set(`${SFP}.${column}.${UNIT}.2`, Buffer.from('NA'))
  device.set(`${SFP}.6.${UNIT}.2`, 0)
  device.set(`${SFP}.6.${UNIT}.1`, 0)
  const modules = await modulesOf(device)
  expect(modules.map(({ port }) => port)).toEqual(['0', '2'])
  expect(modules[0]).toMatchObject({ power_on_hours: undefined })
})

test('knows no port, and gives the module all the same', async () => {
  const device = open()
  device.set('1.3.6.1.4.1.1588.2.1.1.1.6.2.1.4.1', undefined)
  device.set('1.3.6.1.4.1.1588.2.1.1.1.6.2.1.36.1', undefined)
  const [first] = await modulesOf(device)
  expect(first).toMatchObject({ port: '0', rx_dbm: -2.7 })
  expect([first?.['name'], first?.['online']]).toEqual([undefined, undefined])
})

test('has no data of a switch without the table', async () => {
  const device = new RecordedDevice('1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.1.1.1')
  await expect(sampleOnce(fcSfp, device)).rejects.toThrow(NoDataError)
})

test('decodes the 48 modules of a recorded switch', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const recorded: unknown = JSON.parse(
    readRecorded(context, 'snmp-fc/brocade_fos702c_48p.expected.json'),
  )
  const { ports } = recorded as { ports: Record<string, { sfp_raw?: Record<string, string> }> }
  const number = (text: string | undefined) =>
    text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text)
  const expected = Object.entries(ports).flatMap(([index, { sfp_raw: raw }]) =>
    raw === undefined
      ? []
      : {
          port: String(Number(index) - 1),
          temp_c: number(raw['1']),
          volts: (number(raw['2']) ?? 0) / 1000,
          milliamperes: number(raw['3']),
          rx_dbm: number(raw['4']),
          tx_dbm: number(raw['5']),
        },
  )
  expect(expected).toHaveLength(48)
  expect(await modulesOf(new RecordedDevice(walk))).toMatchObject(expected)
})

for (const file of ['fabos', 'fabos_6520']) {
  test(`finds as many powers in the recorded ${file} as others did`, async (context) => {
    const walk = readRecorded(context, `snmp-fc/${file}.snmprec`)
    const expected: unknown = JSON.parse(
      readRecorded(context, `snmp-fc/${file}.expected.summary.json`),
    )
    const modules = await modulesOf(new RecordedDevice(walk))
    const powers = modules.flatMap(({ rx_dbm, tx_dbm }) => [rx_dbm ?? [], tx_dbm ?? []].flat())
    const { sensors_by_class } = expected as { sensors_by_class: { dbm: number } }
    expect([powers.length, file]).toEqual([sensors_by_class.dbm, file])
  })
}
