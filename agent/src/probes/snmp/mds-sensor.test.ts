import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { toMdsSensor } from '../../sources/snmp/mds/mds-sensors.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { mdsWalk } from '../../testing/snmp-walks/mds-walk.ts'
import mdsSensor from './mds-sensor.ts'

const open = () => new RecordedDevice(mdsWalk(), 'mds-a')

describeProbe(mdsSensor, { open: () => Promise.resolve(open()) })

test('judges sensors by the switch’s own thresholds', async () => {
  const { samples } = await sampleOnce(mdsSensor, open())
  expect(samples.map(({ tags, fields }) => [tags['type'], tags['name'], fields])).toEqual([
    ['temperature', 'Outlet', { status: 4, celsius: 41, rpm: undefined }],
    ['temperature', 'Intake', { status: 5, celsius: 71.5, rpm: undefined }],
    ['power', 'PowerSupply-1', { status: 4, celsius: undefined, rpm: undefined }],
    ['power', 'PowerSupply-2', { status: 2, celsius: undefined, rpm: undefined }],
    ['fan', 'Fan Module-1', { status: 4, celsius: undefined, rpm: undefined }],
  ])
})

test('is for an MDS, not for a Nexus or another maker', async () => {
  for (const [id, text] of [
    ['1.3.6.1.4.1.9.12.3.1.3.1062', 'Cisco NX-OS(tm) n5000, Software'],
    ['1.3.6.1.4.1.1588.2.1.1.1', 'MDS'],
  ]) {
    const walk = `1.3.6.1.2.1.1.1.0|4|${text}\n1.3.6.1.2.1.1.2.0|6|${id}`
    await expect(sampleOnce(mdsSensor, new RecordedDevice(walk))).rejects.toThrow(NoDataError)
  }
})

test('has no data of an MDS that gives nothing', async () => {
  const walk =
    '1.3.6.1.2.1.1.1.0|4|Cisco SAN-OS(tm) m9100\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.12.3.1.3.587'
  await expect(sampleOnce(mdsSensor, new RecordedDevice(walk))).rejects.toThrow(NoDataError)
})

test('takes no sensor for nominal that is not said to be', () => {
  const value = fc.oneof(
    fc.integer(),
    fc.uint8Array({ maxLength: 9 }),
    fc.string(),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  )
  const columns = fc.array(fc.tuple(fc.nat({ max: 18 }), value))
  fc.assert(
    fc.property(columns, (given) => {
      const row = new Map(given)
      const sensor = toMdsSensor('x', row, undefined)
      if (sensor?.status === 4) expect(Number(row.get(5))).toBe(1)
      expect(Math.abs(sensor?.celsius ?? 0)).toBeLessThanOrEqual(200)
    }),
  )
})
