import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import up from './up.ts'

const SYSTEM = `1.3.6.1.2.1.1.1.0|4|Hardware: Intel64\r
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.311.1.1.3.1.2
1.3.6.1.2.1.1.3.0|67|4294967295
1.3.6.1.2.1.1.5.0|4|his-app1`

describeProbe(up, { open: () => Promise.resolve(new RecordedDevice(SYSTEM)) })

test('says that the device answers, how fast, and what it is', async () => {
  const { samples, documents, memory } = await sampleOnce(up, new RecordedDevice(SYSTEM))
  expect(samples).toEqual([
    {
      measurement: 'snmp_up',
      tags: {},
      fields: {
        up: 1,
        response_ms: 1.5,
        error_code: 0,
        uptime_seconds: 42949672.95,
        requests_total: 0,
        varbinds_total: 0,
        timeouts_total: 0,
      },
    },
  ])
  expect(documents).toEqual([
    {
      name: 'snmp_device',
      keep: 'history',
      body: {
        sysObjectID: '1.3.6.1.4.1.311.1.1.3.1.2',
        sysDescr: 'Hardware: Intel64',
        sysName: 'his-app1',
        sysContact: '',
        sysLocation: '',
      },
    },
  ])
  const again = await sampleOnce(up, new RecordedDevice(SYSTEM), { memory })
  expect(again.documents, 'unchanged').toEqual([])
})

test('a device that does not answer is a state, no failure', async () => {
  const device = new RecordedDevice(SYSTEM)
  device.ping = () =>
    Promise.resolve({ failure: 'wrong_key', responseMs: undefined, upTimeTicks: undefined })
  const { samples, documents } = await sampleOnce(up, device)
  expect(samples[0]?.fields).toMatchObject({ up: 0, error_code: 6, response_ms: undefined })
  expect(documents).toEqual([])
})
