import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { openHost } from '../../sources/host.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import bond from './bond.ts'

const BOND = `Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eth1
MII Status: up

Slave Interface: eth0
MII Status: down
Link Failure Count: 3

Slave Interface: eth1
MII Status: up
Link Failure Count: 0
`

describe('host.bond', () => {
  test('gives the bond, its members and their number', async () => {
    await using tree = await ProcTree.create()
    await tree.write('/proc/net/bonding/bond0', BOND)
    await using host = await openHost({ root: tree.root })
    const { samples } = await sampleOnce(bond, host.session)
    expect(samples).toEqual([
      { measurement: 'bond', tags: { bond: 'bond0' }, fields: { status: 1 } },
      {
        measurement: 'bond_slave',
        tags: { bond: 'bond0', interface: 'eth0' },
        fields: { status: 0, failures: 3 },
      },
      {
        measurement: 'bond_slave',
        tags: { bond: 'bond0', interface: 'eth1' },
        fields: { status: 1, failures: 0 },
      },
      { measurement: 'bond_slave', tags: { bond: 'bond0', interface: '' }, fields: { count: 2 } },
    ])
  })

  test('has no data where there is no bond', async () => {
    await using tree = await ProcTree.create()
    await using host = await openHost({ root: tree.root })
    await expect(sampleOnce(bond, host.session)).rejects.toBeInstanceOf(NoDataError)
  })
})
