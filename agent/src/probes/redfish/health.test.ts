import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { SMALL_SERVER } from '../../testing/small-redfish-server.ts'
import { collectionOf } from '../../testing/stand-in-redfish.ts'
import health from './health.ts'

describeProbe(health, { open: () => openSmallServer() })

async function componentsOfSmall() {
  await using opened = await openSmallServer()
  return componentsOf(await sampleOnce(health, opened.session))
}

test('health is that of the worst part, and an unknown word is unknown', async () => {
  expect(await componentsOfSmall()).toEqual({
    'system db1 (1)': { health: 2, running: 1 },
    'processor db1 (1): all': { health: 0, running: 1 },
    'memory db1 (1): all': { health: 3, running: 1 },
    'enclosure Chassis (1U)': { health: 0, running: 1 },
    'manager Manager (BMC)': { health: 0, running: 1 },
  })
})

test('drives, volumes and controllers; an empty bay is no part', async () => {
  expect(await componentsOfSmall()).toEqual({
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
  expect(await componentsOfSmall()).toEqual({
    'fan Fan 1 (1U/0)': { health: 0, running: 1, rpm: 2_100 },
    'fan Fan 2 (1U/1)': { health: 2, running: 1 },
    'temperature Inlet (1U/0)': { health: 0, running: 1, temp_c: 24.5 },
  })
})

test('power supplies of the old shape, and what the chassis draws', async () => {
  expect(await componentsOfSmall()).toEqual({
    'power PSU 1 (1U/0)': { health: 0, running: 1, watts: 325, volts: 220.5 },
    'power PSU 2 (1U/1)': { health: 2, running: 2 },
    'enclosure Chassis (1U)': { watts: 344 },
  })
})

test('a run of each minute is at most three collections and their members', async () => {
  await using opened = await openSmallServer()
  await sampleOnce(health, opened.session)
  opened.device.requests.length = 0
  await sampleOnce(health, opened.session)
  expect(opened.device.requests).toEqual([
    'GET /redfish/v1/Systems/1',
    'GET /redfish/v1/Chassis/1U',
    'GET /redfish/v1/Managers/BMC',
  ])
})

test('rubbish in every place gives no part that is well', async () => {
  for (const rubbish of [null, 7, 'x', [], { Health: 1 }, { Health: 'ok' }, { State: [] }]) {
    const resources = Object.fromEntries(
      Object.entries(SMALL_SERVER).map(([path, resource]) => [
        path,
        typeof resource === 'object' ? { ...resource, Status: rubbish } : resource,
      ]),
    )
    await using opened = await openSmallServer(resources)
    const found = componentsOf(await sampleOnce(health, opened.session))
    expect(found).toMatchObject({ 'system db1 (1)': { health: 3 } })
  }
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
  await using opened = await openSmallServer({ ...answers, '/redfish/v1/Chassis': chassis })
  const all: Record<string, { readonly health?: number; readonly watts?: number }> = {}
  for (const probe of [health, thermal, power])
    for (const [name, fields] of Object.entries(
      componentsOf(await sampleOnce(probe, opened.session)),
    ))
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
