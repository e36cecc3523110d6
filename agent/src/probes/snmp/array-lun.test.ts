import { expect, test } from 'vitest'
import { HEALTH, RUNNING } from '../../measurements/array-component.ts'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { oceanStorWalk } from '../../testing/snmp-walks/ocean-stor-walk.ts'
import arrayLun from './array-lun.ts'

const MIB = 1_048_576
const open = () => new RecordedDevice(oceanStorWalk(), 'array-1')

describeProbe(arrayLun, { open: () => Promise.resolve(open()) })

async function namesOf(device: RecordedDevice) {
  const { samples } = await sampleOnce(arrayLun, device)
  return new Map(samples.map(({ tags, fields }) => [tags['name'], fields]))
}

test('joins a LUN to its performance by its number', async () => {
  const luns = await namesOf(open())
  expect(luns.get('LUN-HIS')).toEqual({
    health: HEALTH.ok,
    running: RUNNING.online,
    size_bytes: 1024 * MIB,
    used_bytes: 512 * MIB,
    iops: 1500,
    bps: 40e6,
    latency_ms: 0.85,
  })
  expect(luns.get('LUN-PACS')).toMatchObject({
    health: HEALTH.critical,
    used_bytes: undefined,
    latency_ms: undefined,
  })
})

test('shows no more LUNs than series are worth, the first by their number', async () => {
  const lines = Array.from({ length: 700 }, (_, id) => {
    const index = [String(id).length, ...Buffer.from(String(id))].join('.')
    return `1.3.6.1.4.1.34774.4.1.23.4.8.1.1.${index}|4|${id}\n1.3.6.1.4.1.34774.4.1.23.4.8.1.5.${index}|66|1`
  })
  const walk = ['1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.2011.2.91', ...lines].join('\n')
  const { samples, remarks } = await sampleOnce(arrayLun, new RecordedDevice(walk))
  expect(samples).toHaveLength(500)
  expect(samples.at(-1)?.tags['name']).toBe('499')
  expect(remarks).toHaveLength(1)
})

test('has no data of another device, nor of an array that gives none', async () => {
  for (const id of ['1.3.6.1.4.1.2011.2.239', '1.3.6.1.4.1.2011.2.91']) {
    const device = new RecordedDevice(`1.3.6.1.2.1.1.2.0|6|${id}`)
    await expect(sampleOnce(arrayLun, device)).rejects.toThrow(NoDataError)
  }
})

test('decodes the recorded Dorado 3000', async (context) => {
  const walk = readRecorded(context, 'snmp-storage/oceanstor_dorado3k.snmprec')
  const luns = await namesOf(new RecordedDevice(walk))
  expect([...luns.keys()]).toEqual(['LUN-03', 'LUN-01', 'LUN-02', 'LUN-R640'])
  expect([...luns.values()].map(({ health }) => health)).toEqual([0, 0, 0, 0])
  expect(luns.get('LUN-03')).toMatchObject({
    running: RUNNING.online,
    size_bytes: 1_048_576 * MIB,
    used_bytes: 58_063 * MIB,
  })
})
