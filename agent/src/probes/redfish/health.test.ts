import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { SMALL_SERVER } from '../../testing/small-redfish-server.ts'
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
