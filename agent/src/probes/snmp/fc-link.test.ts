import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import fcLink from './fc-link.ts'

const SW = '1.3.6.1.4.1.1588.2.1.1.1'
const UNIT = '16.0.0.5.51.170.187.204.0.0.0.0.0.0.0.0'

const open = () => new RecordedDevice(brocadeWalk(), 'san-a')

describeProbe(fcLink, { open: () => Promise.resolve(open()) })

test('gives the details of a port under the tags that it has in the other probe', async () => {
  const { samples } = await sampleOnce(fcLink, open())
  expect(samples[1]).toEqual({
    measurement: 'fc_port',
    tags: {
      device: 'san-a',
      port: '1',
      name: 'port1',
      wwn: '20:01:00:05:33:aa:bb:cc',
      slot_port: '1',
    },
    fields: {
      adm_state: 1,
      port_type: 5,
      hw_state: 4,
      speed: 8000,
      tx_frames_total: 1000,
      rx_frames_total: 900,
      link_failures_total: 0,
      loss_of_sync_total: 1,
      loss_of_signal_total: 2,
      link_resets_rx_total: 1,
      link_resets_tx_total: 0,
    },
  })
})

test('a state that is not in the MIB is unknown, and a speed of 0 is none', async () => {
  const device = open()
  device.set(`${SW}.6.2.1.5.1`, 9)
  device.set(`${SW}.6.2.1.39.1`, 77)
  device.set(`1.3.6.1.3.94.1.10.1.23.${UNIT}.1`, 0)
  device.set(`1.3.6.1.3.94.1.10.1.15.${UNIT}.1`, 0)
  const { samples } = await sampleOnce(fcLink, device)
  expect(samples[0]?.fields).toMatchObject({ adm_state: 0, port_type: 1, hw_state: 1 })
  expect(samples[0]?.fields['speed']).toBeUndefined()
})

test('a port that counted nothing has no counters', async () => {
  const device = open()
  for (const column of [4, 5, 33, 34, 39, 43, 44])
    device.set(`1.3.6.1.3.94.4.5.1.${column}.${UNIT}.4`, Buffer.alloc(8))
  const { samples } = await sampleOnce(fcLink, device)
  expect(Object.keys(samples[3]?.fields ?? {})).toEqual([
    'adm_state',
    'port_type',
    'hw_state',
    'speed',
  ])
})

test('has no data of another device, nor of a switch without ports', async () => {
  for (const id of ['1.3.6.1.4.1.9.12.3.1.3.1491', '1.3.6.1.4.1.1588.2.1.1.1']) {
    const device = new RecordedDevice(`1.3.6.1.2.1.1.2.0|6|${id}`)
    await expect(sampleOnce(fcLink, device)).rejects.toThrow(NoDataError)
  }
})

test('decodes a recorded switch with FOS 7.0.2c to the value', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const recorded: unknown = JSON.parse(
    readRecorded(context, 'snmp-fc/brocade_fos702c_48p.expected.json'),
  )
  const { ports } = recorded as { ports: Record<string, Record<string, number>> }
  const { samples } = await sampleOnce(fcLink, new RecordedDevice(walk))
  expect(samples).toHaveLength(48)
  for (const [at, port] of Object.values(ports).entries()) {
    const { fields = {} } = samples[at] ?? {}
    expect(fields).toMatchObject({
      adm_state: port['adm'],
      port_type: port['brcd_type'],
      hw_state: port['fa_hwstate'],
      speed: Number(port['fa_speed_KBps']) / 125,
    })
    expect([fields['tx_frames_total'] ?? 0, fields['rx_frames_total'] ?? 0]).toEqual([
      port['tx_frames64'],
      port['rx_frames64'],
    ])
  }
})
