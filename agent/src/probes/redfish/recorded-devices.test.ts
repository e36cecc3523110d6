import { expect, test } from 'vitest'

import { ProbeError, type Probe } from '../../probe.ts'
import { openRedfishSource } from '../../testing/open-redfish-source.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { findMockUp, findVendorAnswers } from '../../testing/redfish-mock-up.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { collectionOf, StandInRedfish } from '../../testing/stand-in-redfish.ts'
import health from './health.ts'
import power from './power.ts'
import storage from './storage.ts'
import thermal from './thermal.ts'

test('the recorded rack server, by links and by the new shapes', async ({ skip }) => {
  const mockUp = findMockUp()
  if (mockUp === undefined) return skip('not on this machine: the recordings in ../shared')
  const device = await StandInRedfish.open()
  device.resources.clear()
  device.others = mockUp
  await using _device = device
  await using opened = await openRedfishSource(device)
  const run = async (probe: Probe) => componentsOf(await sampleOnce(probe, opened.session))
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

test.for(['dell', 'hp'] as const)(
  'broken answers of %s end in an error that is told',
  async (maker, { skip }) => {
    const answers = findVendorAnswers(maker, true)
    if (answers === undefined) return skip('not on this machine: the recordings in ../shared')
    const [member = ''] = Object.keys(answers).filter((path) => /Chassis\/[^/]*$/.test(path))
    await using opened = await openSmallServer({
      ...answers,
      '/redfish/v1/Chassis': collectionOf(member),
    })
    for (const probe of [health, thermal, power]) {
      const ended: unknown = await sampleOnce(probe, opened.session).catch(
        (error: unknown) => error,
      )
      if (ended instanceof Error) expect(ended).toBeInstanceOf(ProbeError)
    }
  },
)

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
