import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { SMALL_SERVER } from '../../testing/small-redfish-server.ts'
import storage from './storage.ts'

describeProbe(storage, { open: () => openSmallServer() })

test('what can’t be read costs nothing else, and the run says so', async () => {
  const resources = { ...SMALL_SERVER, '/redfish/v1/Systems/1/Storage/RAID1/Drives/1': 500 }
  await using opened = await openSmallServer(resources)
  await expect(sampleOnce(storage, opened.session)).rejects.toMatchObject({
    code: 'UNREADABLE',
    text: { zh: '/redfish/v1/Systems/1/Storage/RAID1/Drives/1 应答 HTTP 500' },
  })
})

async function componentsOfSmall() {
  await using opened = await openSmallServer()
  return componentsOf(await sampleOnce(storage, opened.session))
}

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
