import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { RecordedDevice } from '../../testing/recorded-device.ts'
import { readRecorded } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { brocadeWalk } from '../../testing/snmp-walks/brocade-walk.ts'
import fcSwitch from './fc-switch.ts'

const SW = '1.3.6.1.4.1.1588.2.1.1.1'

describeProbe(fcSwitch, { open: () => Promise.resolve(new RecordedDevice(brocadeWalk())) })

test('tells state, load, domain and links', async () => {
  const { samples } = await sampleOnce(fcSwitch, new RecordedDevice(brocadeWalk(), 'san-a'))
  expect(samples).toEqual([
    {
      measurement: 'fc_switch',
      tags: { device: 'san-a' },
      fields: {
        oper_state: 1,
        adm_state: 1,
        diag: 1,
        status: 3,
        cpu_percent: 12,
        mem_percent: 41,
        domain_id: 3,
        principal: 0,
        isl_count: 1,
        isl_active: 1,
        uptime: 86_400,
      },
    },
  ])
})

test('sends what it is as a document, and again only when it changed', async () => {
  const device = new RecordedDevice(brocadeWalk())
  const first = await sampleOnce(fcSwitch, device)
  expect(first.documents).toEqual([
    {
      name: 'fc_switch',
      keep: 'history',
      body: {
        name: 'san-a',
        product: 'Fibre Channel Switch.',
        objectId: '1.3.6.1.4.1.1588.2.1.1.1',
        firmware: 'v8.2.3c',
        serial: 'ABC1234X00Z',
        wwn: '10:00:00:05:33:aa:bb:cc',
        bootDate: 'Sun Mar  1 08:00:00 2026',
        domainId: 3,
        fabricId: 128,
      },
    },
    {
      name: 'fc_isls',
      keep: 'newest',
      body: {
        isls: [
          {
            port: 2,
            remoteDomain: 4,
            remotePort: 2,
            remoteName: '20:01:00:05:33:dd:ee:ff',
            active: true,
          },
        ],
      },
    },
  ])
  const names = async (timeMs: number) =>
    (await sampleOnce(fcSwitch, device, { memory: first.memory, timeMs })).documents.map(
      ({ name }) => name,
    )
  expect(await names(60_000)).toEqual([])
  expect(await names(86_400_000)).toEqual(['fc_switch', 'fc_isls'])
  device.set(`${SW}.1.6.0`, Buffer.from('v9.1.1b'))
  expect(await names(120_000)).toEqual(['fc_switch', 'fc_isls'])
})

test('leaves out what is missing or nonsense, and takes no unknown number for good', async () => {
  const device = new RecordedDevice(brocadeWalk())
  device.set(`${SW}.1.7.0`, 77)
  device.set(`${SW}.1.8.0`, undefined)
  device.set(`${SW}.1.20.0`, Buffer.from('ok'))
  device.set(`${SW}.26.1.0`, -1)
  device.set(`${SW}.26.6.0`, 4_000_000_000)
  device.set(`${SW}.2.2.0`, 9)
  const { samples } = await sampleOnce(fcSwitch, device)
  expect(samples[0]?.fields).toMatchObject({
    oper_state: 0,
    adm_state: undefined,
    diag: 0,
    cpu_percent: undefined,
    mem_percent: undefined,
    principal: undefined,
  })
})

test('counts the days that sysUpTime has lost', async () => {
  const device = new RecordedDevice(brocadeWalk())
  device.set(`${SW}.1.2.0`, Buffer.from('Thu Oct 24 13:32:57 2024'))
  device.set('1.3.6.1.2.1.1.3.0', 2000)
  const { samples } = await sampleOnce(fcSwitch, device)
  expect(samples[0]?.fields['uptime']).toBe(Math.floor(2 ** 32 / 100 + 20))
})

test('is not for another device', async () => {
  const device = new RecordedDevice('1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.1588.2.2.1.1.1.5')
  await expect(sampleOnce(fcSwitch, device)).rejects.toThrow(NoDataError)
})

test('decodes a recorded switch with FOS 7.0.2c', async (context) => {
  const walk = readRecorded(context, 'snmp-fc/brocade_fos702c_48p.snmprec')
  const { samples, documents } = await sampleOnce(fcSwitch, new RecordedDevice(walk))
  expect(samples[0]?.fields).toMatchObject({
    oper_state: 1,
    adm_state: 1,
    diag: 1,
    status: 3,
    domain_id: 1,
    principal: 1,
    isl_count: 0,
    uptime: 30_566_521,
  })
  expect(documents.find(({ name }) => name === 'fc_switch')?.body).toMatchObject({
    firmware: 'v7.0.2c',
    wwn: '10:00:c4:f5:7c:2b:45:40',
    bootDate: 'Thu Nov 24 13:54:01 2016',
  })
})

for (const file of ['fabos', 'fabos_6520']) {
  test(`decodes the recorded ${file}, of which little was kept`, async (context) => {
    const walk = readRecorded(context, `snmp-fc/${file}.snmprec`)
    const expected: unknown = JSON.parse(
      readRecorded(context, `snmp-fc/${file}.expected.summary.json`),
    )
    const { samples, documents } = await sampleOnce(fcSwitch, new RecordedDevice(walk))
    const { cpu_percent, mem_percent, oper_state } = samples[0]?.fields ?? {}
    expect(expected).toMatchObject({
      processors: [['Processor', cpu_percent]],
      mempools: [['Memory', 100, mem_percent]],
    })
    expect(oper_state).toBeUndefined()
    const { version } = expected as { version: string }
    expect(documents[0]?.body).toMatchObject({ firmware: version })
  })
}
