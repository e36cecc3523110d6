import { hostname, totalmem } from 'node:os'

import { describe, expect, test } from 'vitest'

import { readInventory } from './inventory.ts'

describe('readInventory', () => {
  test('reads this machine through a child that ends', async () => {
    const { hardware, os, disks, network } = await readInventory(AbortSignal.timeout(15_000))
    expect(hardware).toMatchObject({ memory: { totalBytes: totalmem() } })
    expect(os).toMatchObject({ platform: process.platform, hostname: hostname() })
    expect(disks).toMatchObject({ disks: expect.any(Array) })
    expect(network).toMatchObject({ interfaces: expect.any(Array), routes: expect.any(Array) })
  })

  test('ends the child when the run is abandoned', async () => {
    const controller = new AbortController()
    const reading = readInventory(controller.signal)
    controller.abort()
    await expect(reading).rejects.toMatchObject({ code: 'DEADLINE' })
    await expect(readInventory(controller.signal)).rejects.toMatchObject({ code: 'DEADLINE' })
  })
})
