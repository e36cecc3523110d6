import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { mdsWalk } from '../../testing/snmp-walks/mds-walk.ts'
import mdsSwitch from './mds-switch.ts'

const open = () => new RecordedDevice(mdsWalk(), 'mds-a')

describeProbe(mdsSwitch, { open: () => Promise.resolve(open()) })

test('tells load, uptime and version of the switch', async () => {
  const { samples, documents } = await sampleOnce(mdsSwitch, open())
  expect(samples).toEqual([
    {
      measurement: 'fc_switch',
      tags: { device: 'mds-a' },
      fields: { cpu_percent: 9, mem_percent: 44, uptime: 172_800 },
    },
  ])
  expect(documents[0]?.body).toMatchObject({ name: 'mds-a', firmware: '6.2(9)' })
})

test('is for an MDS, not for a Nexus or another maker', async () => {
  for (const [id, text] of [
    ['1.3.6.1.4.1.9.12.3.1.3.1062', 'Cisco NX-OS(tm) n5000, Software'],
    ['1.3.6.1.4.1.1588.2.1.1.1', 'MDS'],
  ]) {
    const walk = `1.3.6.1.2.1.1.1.0|4|${text}\n1.3.6.1.2.1.1.2.0|6|${id}`
    await expect(sampleOnce(mdsSwitch, new RecordedDevice(walk))).rejects.toThrow(NoDataError)
  }
})

test('knows a recorded SAN-OS by what it says of itself', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/sanos.snmprec')
  const { documents } = await sampleOnce(mdsSwitch, new RecordedDevice(walk))
  expect(documents[0]?.body).toMatchObject({ firmware: '3.3(2)' })
})
