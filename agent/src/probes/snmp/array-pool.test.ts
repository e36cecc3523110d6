import { expect, test } from 'vitest'
import { HEALTH, RUNNING } from '../../measurements/array-component.ts'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { oceanStorWalk } from '../../testing/snmp-walks/ocean-stor-walk.ts'
import arrayPool from './array-pool.ts'

const MIB = 1_048_576
const open = () => new RecordedDevice(oceanStorWalk(), 'array-1')

describeProbe(arrayPool, { open: () => Promise.resolve(open()) })

async function namesOf(device: RecordedDevice) {
  const { samples } = await sampleOnce(arrayPool, device)
  return new Map(samples.map(({ tags, fields }) => [tags['name'], fields]))
}

test('says of a pool what is used and free, not what is promised', async () => {
  expect((await namesOf(open())).get('Pool-1')).toEqual({
    health: HEALTH.ok,
    running: RUNNING.online,
    total: 1000 * MIB,
    free: 250 * MIB,
    used: 750 * MIB,
    used_percent: 75,
  })
})

test('says nothing of what is used where the array’s numbers make no sense', async () => {
  const device = open()
  const pool = '1.3.6.1.4.1.34774.4.1.23.4.2.1'
  device.set(`${pool}.9.1.49`, 2000)
  const fields = (await namesOf(device)).get('Pool-1')
  expect([fields?.['used'], fields?.['used_percent']]).toEqual([undefined, undefined])
})

test('has no data of another device, nor of an array that gives none', async () => {
  for (const id of ['1.3.6.1.4.1.2011.2.239', '1.3.6.1.4.1.2011.2.91']) {
    const device = new RecordedDevice(`1.3.6.1.2.1.1.2.0|6|${id}`)
    await expect(sampleOnce(arrayPool, device)).rejects.toThrow(NoDataError)
  }
})

test('decodes the recorded Dorado 3000', async (context) => {
  const walk = readRecorded(context, 'snmp-storage/oceanstor_dorado3k.snmprec')
  expect((await namesOf(new RecordedDevice(walk))).get('Pool-1')).toMatchObject({
    health: HEALTH.ok,
    running: RUNNING.online,
    total: 29_531_295 * MIB,
    used: 1_736_334 * MIB,
  })
})
