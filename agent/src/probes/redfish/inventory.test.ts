import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import inventory from './inventory.ts'

describeProbe(inventory, { open: () => openSmallServer() })

test('tells what the device is, and again only when that changes or after a day', async () => {
  await using opened = await openSmallServer()
  const first = await sampleOnce(inventory, opened.session)
  expect(first.documents).toEqual([
    {
      name: 'hardware',
      keep: 'history',
      body: {
        service: { redfishVersion: '1.15.0', vendor: 'Contoso' },
        systems: [
          {
            id: '1',
            name: 'db1',
            manufacturer: 'Contoso',
            model: '3500',
            serialNumber: 'SN1',
            biosVersion: 'P79 v1.45',
            processors: 2,
            memoryGiB: 96,
          },
        ],
        chassis: [{ id: '1U', name: 'Chassis' }],
        managers: [{ id: 'BMC', name: 'Manager', model: 'iBMC', firmwareVersion: '3.21' }],
      },
    },
  ])
  const again = { memory: first.memory, monotonicMs: 21_600_000 }
  expect((await sampleOnce(inventory, opened.session, again)).documents).toEqual([])
  const nextDay = { memory: first.memory, monotonicMs: 86_400_000 }
  expect((await sampleOnce(inventory, opened.session, nextDay)).documents).toHaveLength(1)
})
