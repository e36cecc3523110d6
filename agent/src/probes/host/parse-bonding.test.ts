import { describe, expect, test } from 'vitest'

import { parseBonding } from './parse-bonding.ts'

const ACTIVE_BACKUP = `Ethernet Channel Bonding Driver: v5.10.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: eth0 (primary_reselect always)
Currently Active Slave: eth1
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

Slave Interface: eth0
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 3
Permanent HW addr: 02:00:00:00:00:01
Slave queue ID: 0

Slave Interface: eth1
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: 02:00:00:00:00:02
Slave queue ID: 0
`

const LACP = `Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer3+4 (1)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0

802.3ad info
LACP rate: slow
Min links: 0
Aggregator selection policy (ad_select): stable
System priority: 65535
System MAC address: 02:00:00:00:00:11
Active Aggregator Info:
\tAggregator ID: 1
\tNumber of ports: 2
\tActor Key: 15
\tPartner Key: 1
\tPartner Mac Address: 02:00:00:00:aa:aa

Slave Interface: ens1f0
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 1
Permanent HW addr: 02:00:00:00:00:11
Slave queue ID: 0
Aggregator ID: 1
Actor Churn State: none
Partner Churn State: none
Actor Churned Count: 0
Partner Churned Count: 0
details actor lacp pdu:
    system priority: 65535
    port state: 61
details partner lacp pdu:
    system priority: 32768
    port state: 61

Slave Interface: ens1f1
MII Status: going down
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 2
Permanent HW addr: 02:00:00:00:00:12
Slave queue ID: 0
Aggregator ID: 1
`

const EMPTY = `Ethernet Channel Bonding Driver: v5.10.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: None
MII Status: down
MII Polling Interval (ms): 0
`

describe('parseBonding', () => {
  test('reads an active-backup bond with one link lost', () => {
    expect(parseBonding(ACTIVE_BACKUP)).toEqual({
      up: true,
      mode: 'fault-tolerance (active-backup)',
      activeMember: 'eth1',
      members: [
        { name: 'eth0', up: false, failures: 3 },
        { name: 'eth1', up: true, failures: 0 },
      ],
    })
  })

  test('reads an 802.3ad bond, where a link that is going down is not up', () => {
    expect(parseBonding(LACP)).toEqual({
      up: true,
      mode: 'IEEE 802.3ad Dynamic link aggregation',
      activeMember: undefined,
      members: [
        { name: 'ens1f0', up: true, failures: 1 },
        { name: 'ens1f1', up: false, failures: 2 },
      ],
    })
  })

  test('reads a bond without members as down, with none active', () => {
    expect(parseBonding(EMPTY)).toMatchObject({ up: false, activeMember: undefined, members: [] })
  })
})
