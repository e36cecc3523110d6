import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
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
