import { describe, expect, test } from 'vitest'

import { openHost, type HostSession } from '../../sources/host.ts'
import type { InventoryDocuments } from '../../sources/inventory-documents.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import inventory from './inventory.ts'

const BOND = `Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eth1
MII Status: up

Slave Interface: eth0
MII Status: up

Slave Interface: eth1
MII Status: up
`

const DOCUMENTS: InventoryDocuments = {
  hardware: { system: { model: 'A' } },
  os: { kernel: '5.10.0' },
  disks: { disks: [] },
  network: { nameServers: [] },
}

function sampleAt(session: HostSession, hours: number, memory: unknown) {
  return sampleOnce(inventory, session, { memory, monotonicMs: hours * 3_600_000 })
}

describe('host.inventory', () => {
  test('sends each document at start, when it changes, and once a day', async () => {
    await using tree = await ProcTree.create()
    await using host = await openHost({ root: tree.root })
    let documents = DOCUMENTS
    const session = { ...host.session, readInventory: () => Promise.resolve(documents) }

    const first = await sampleAt(session, 0, undefined)
    expect(first.documents).toEqual([
      { name: 'hardware', keep: 'history', body: DOCUMENTS.hardware },
      { name: 'os', keep: 'history', body: DOCUMENTS.os },
      { name: 'disks', keep: 'history', body: DOCUMENTS.disks },
      { name: 'network', keep: 'history', body: DOCUMENTS.network },
    ])
    const second = await sampleAt(session, 6, first.memory)
    expect(second.documents).toEqual([])
    documents = { ...DOCUMENTS, os: { kernel: '5.10.1' } }
    const third = await sampleAt(session, 12, second.memory)
    expect(third.documents).toEqual([{ name: 'os', keep: 'history', body: { kernel: '5.10.1' } }])
    const fourth = await sampleAt(session, 23.99, third.memory)
    expect(fourth.documents.map(({ name }) => name)).toEqual(['hardware', 'disks', 'network'])
  })

  test('puts bonds with their active member into the network document', async () => {
    await using tree = await ProcTree.create()
    await tree.write('/proc/net/bonding/bond0', BOND)
    await using host = await openHost({ root: tree.root })
    const session = { ...host.session, readInventory: () => Promise.resolve(DOCUMENTS) }
    const { documents } = await sampleAt(session, 0, undefined)
    expect(documents.find(({ name }) => name === 'network')?.body).toEqual({
      nameServers: [],
      bonds: [
        {
          name: 'bond0',
          mode: 'fault-tolerance (active-backup)',
          activeMember: 'eth1',
          members: ['eth0', 'eth1'],
        },
      ],
    })
  })
})
