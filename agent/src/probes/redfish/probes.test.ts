import { expect, test } from 'vitest'

import { ProbeError, type Probe } from '../../probe.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openRedfishSource } from '../../testing/open-redfish-source.ts'
import { findMockUp, findVendorAnswers } from '../../testing/redfish-mock-up.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { SMALL_SERVER } from '../../testing/small-redfish-server.ts'
import {
  collectionOf,
  StandInRedfish,
  type RedfishStandInAnswer,
} from '../../testing/stand-in-redfish.ts'
import health from './health.ts'
import power from './power.ts'
import storage from './storage.ts'
import thermal from './thermal.ts'
import up from './up.ts'

async function open(resources: Readonly<Record<string, RedfishStandInAnswer>> = SMALL_SERVER) {
  const device = await StandInRedfish.open(resources)
  const opened = await openRedfishSource(device)
  return {
    device,
    session: opened.session,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await device[Symbol.asyncDispose]()
    },
  }
}

for (const probe of [up, health, storage, thermal, power])
  describeProbe(probe, { open: () => open() })

/** `type name` with its fields. */
function parts({ samples }: SampledRun): Record<string, unknown> {
  return Object.fromEntries(
    samples.map(({ tags, fields }) => [
      `${tags['type']} ${tags['name']}`,
      JSON.parse(JSON.stringify(fields)),
    ]),
  )
}

async function partsOf(probe: Probe): Promise<Record<string, unknown>> {
  await using opened = await open()
  return parts(await sampleOnce(probe, opened.session))
}

test('a device that answers is up', async () => {
  await using opened = await open()
  const { samples } = await sampleOnce(up, opened.session)
  expect(samples[0]?.fields).toMatchObject({ up: 1, error_code: 0 })
})

test('a device that is gone is down, with the reason', async () => {
  await using opened = await open()
  await opened.device[Symbol.asyncDispose]()
  const { samples } = await sampleOnce(up, opened.session)
  expect(samples[0]?.fields).toEqual({ up: 0, response_ms: undefined, error_code: 1 })
})

test('health is that of the worst part, and an unknown word is unknown', async () => {
  expect(await partsOf(health)).toEqual({
    'system db1 (1)': { health: 2, running: 1 },
    'processor db1 (1): all': { health: 0, running: 1 },
    'memory db1 (1): all': { health: 3, running: 1 },
    'enclosure Chassis (1U)': { health: 0, running: 1 },
    'manager Manager (BMC)': { health: 0, running: 1 },
  })
})

test('drives, volumes and controllers; an empty bay is no part', async () => {
  expect(await partsOf(storage)).toEqual({
    'storage Array controller (1/RAID1)': { health: 1, running: 1 },
    'controller P408i (1/RAID1/0)': { health: 0, running: 1 },
    'disk Drive (1/RAID1/0)': {
      health: 0,
      running: 1,
      size_bytes: 960_197_124_096,
      media_life_left_percent: 93,
      predicted_failure: 0,
    },
    'disk Drive (1/RAID1/1)': {
      health: 1,
      running: 1,
      size_bytes: 960_197_124_096,
      predicted_failure: 1,
    },
    'disk Drive (1/RAID1/2)': { health: 3, running: 0 },
    'volume Data (1/RAID1/1)': { health: 1, running: 9, size_bytes: 1_920_394_248_192 },
  })
})

test('fans and temperatures of the old shape; sensors of what is not fitted are left out', async () => {
  expect(await partsOf(thermal)).toEqual({
    'fan Fan 1 (1U/0)': { health: 0, running: 1, rpm: 2_100 },
    'fan Fan 2 (1U/1)': { health: 2, running: 1 },
    'temperature Inlet (1U/0)': { health: 0, running: 1, temp_c: 24.5 },
  })
})

test('power supplies of the old shape, and what the chassis draws', async () => {
  expect(await partsOf(power)).toEqual({
    'power PSU 1 (1U/0)': { health: 0, running: 1, watts: 325, volts: 220.5 },
    'power PSU 2 (1U/1)': { health: 2, running: 2 },
    'enclosure Chassis (1U)': { watts: 344 },
  })
})

test('a run of each minute is at most three collections and their members', async () => {
  await using opened = await open()
  await sampleOnce(health, opened.session)
  opened.device.requests.length = 0
  await sampleOnce(health, opened.session)
  expect(opened.device.requests).toEqual([
    'GET /redfish/v1/Systems/1',
    'GET /redfish/v1/Chassis/1U',
    'GET /redfish/v1/Managers/BMC',
  ])
})

test('what can’t be read costs nothing else, and the run says so', async () => {
  const resources = { ...SMALL_SERVER, '/redfish/v1/Systems/1/Storage/RAID1/Drives/1': 500 }
  await using opened = await open(resources)
  await expect(sampleOnce(storage, opened.session)).rejects.toMatchObject({
    code: 'UNREADABLE',
    text: { zh: '/redfish/v1/Systems/1/Storage/RAID1/Drives/1 应答 HTTP 500' },
  })
})

test('rubbish in every place gives no part that is well', async () => {
  for (const rubbish of [null, 7, 'x', [], { Health: 1 }, { Health: 'ok' }, { State: [] }]) {
    const resources = Object.fromEntries(
      Object.entries(SMALL_SERVER).map(([path, resource]) => [
        path,
        typeof resource === 'object' ? { ...resource, Status: rubbish } : resource,
      ]),
    )
    await using opened = await open(resources)
    const found = parts(await sampleOnce(health, opened.session))
    expect(found).toMatchObject({ 'system db1 (1)': { health: 3 } })
  }
})

test('the recorded rack server, by links and by the new shapes', async ({ skip }) => {
  const mockUp = findMockUp()
  if (mockUp === undefined) return skip('not on this machine: the recordings in ../shared')
  const device = await StandInRedfish.open()
  device.resources.clear()
  device.others = mockUp
  await using _device = device
  await using opened = await openRedfishSource(device)
  const run = async (probe: Probe) => parts(await sampleOnce(probe, opened.session))
  expect(await run(health)).toEqual({
    'system WebFrontEnd483 (437XR1138R2)': { health: 0, running: 1 },
    'processor WebFrontEnd483 (437XR1138R2): all': { health: 0, running: 1 },
    'memory WebFrontEnd483 (437XR1138R2): all': { health: 0, running: 1 },
    'enclosure Computer System Chassis (1U)': { health: 0, running: 1 },
    'manager Manager (BMC)': { health: 0, running: 1 },
  })
  expect(await run(thermal)).toEqual({
    'fan BaseBoard System Fan (1U/0)': { health: 0, running: 1, rpm: 2_100 },
    'fan BaseBoard System Fan Backup (1U/1)': { health: 0, running: 1, rpm: 2_050 },
    'temperature CPU1 Temp (1U/0)': { health: 0, running: 1, temp_c: 41 },
    'temperature Chassis Intake Temp (1U/2)': { health: 0, running: 1, temp_c: 25 },
  })
  expect(await run(power)).toEqual({
    'power Power Supply Bay (1U/0)': { health: 1, running: 1, watts: 325, volts: 120 },
    'enclosure Computer System Chassis (1U)': { watts: 344 },
  })
  expect(Object.keys(await run(storage))).toEqual([
    'controller Simple Storage Controller (437XR1138R2/1)',
  ])

  device.resources.set('/redfish/v1/Chassis/1U/Thermal', 404)
  device.resources.set('/redfish/v1/Chassis/1U/Power', 404)
  const cool = await run(thermal)
  expect(Object.keys(cool).filter((name) => name.startsWith('fan'))).toHaveLength(4)
  expect(cool).toMatchObject({
    'fan Fan Bay 1 (1U/Bay1)': { health: 0, running: 1, rpm: 2_200 },
    'temperature Ambient Temperature (1U/AmbientTemp)': { temp_c: 22.5 },
  })
  expect(await run(power)).toMatchObject({
    'power Power Supply Bay 1 (1U/Bay1)': { health: 1, watts: 937.4, volts: 230.2 },
  })
  expect(device.mostSessions).toBe(1)
})

test.for([
  {
    maker: 'dell',
    member: 'System.Embedded.1',
    fans: 16,
    temperatures: 1,
    supplies: 1,
    watts: 429,
  },
  { maker: 'hp', member: '1', fans: 3, temperatures: 2, supplies: 2, watts: 221 },
] as const)('the recorded answers of $maker', async ({ maker, member, ...wanted }, { skip }) => {
  const answers = findVendorAnswers(maker)
  if (answers === undefined) return skip('not on this machine: the recordings in ../shared')
  const chassis = collectionOf(`/redfish/v1/Chassis/${member}`)
  await using opened = await open({ ...answers, '/redfish/v1/Chassis': chassis })
  const all: Record<string, { readonly health?: number; readonly watts?: number }> = {}
  for (const probe of [health, thermal, power])
    for (const [name, fields] of Object.entries(parts(await sampleOnce(probe, opened.session))))
      all[name] = { ...all[name], ...Object(fields) }
  const count = (type: string) => Object.keys(all).filter((name) => name.startsWith(type)).length
  expect({
    fans: count('fan'),
    temperatures: count('temperature'),
    supplies: count('power'),
    watts: Object.entries(all).find(([name]) => name.startsWith('enclosure'))?.[1].watts,
  }).toEqual(wanted)
  expect(new Set(Object.values(all).map((part) => part.health))).toEqual(new Set([0]))
  expect(count('system')).toBe(1)
})

test.for(['dell', 'hp'] as const)(
  'broken answers of %s end in an error that is told',
  async (maker, { skip }) => {
    const answers = findVendorAnswers(maker, true)
    if (answers === undefined) return skip('not on this machine: the recordings in ../shared')
    const [member = ''] = Object.keys(answers).filter((path) => /Chassis\/[^/]*$/.test(path))
    await using opened = await open({ ...answers, '/redfish/v1/Chassis': collectionOf(member) })
    for (const probe of [health, thermal, power]) {
      const ended: unknown = await sampleOnce(probe, opened.session).catch(
        (error: unknown) => error,
      )
      if (ended instanceof Error) expect(ended).toBeInstanceOf(ProbeError)
    }
  },
)
