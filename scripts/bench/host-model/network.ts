import type { HostState } from './host-state.ts'
import type { MovingPart } from './moving-part.ts'
import { wandering } from './numbers.ts'

const NET_FIELDS = [
  'bytes_sent',
  'bytes_recv',
  'packets_sent',
  'packets_recv',
  'err_in',
  'err_out',
  'drop_in',
  'drop_out',
  'speed',
]

export function net(host: HostState, name: string, share: number): MovingPart {
  const { random } = host
  const counters = [1e13, 1e13, 1e10, 1e10].map((most) =>
    share === 0 ? 0 : Math.floor(most * random.next()),
  )
  const dropped = random.whole(0, 30)
  return {
    measurement: 'net',
    tags: { interface: name },
    fields: NET_FIELDS,
    measure: (values, at) => {
      const sent = random.count(host.activity * share * 3_000 * host.seconds)
      const received = random.count(host.activity * share * 2_500 * host.seconds)
      counters[0]! += sent * 400 + (sent > 0 ? random.whole(0, sent * 300) : 0)
      counters[1]! += received * 300 + (received > 0 ? random.whole(0, received * 200) : 0)
      counters[2]! += sent
      counters[3]! += received
      values.set([...counters, 0, 0, dropped, 0, share > 0 ? 10_000 : 1_000], at)
    },
  }
}

const NETSTAT_FIELDS = [
  'tcp_established',
  'tcp_time_wait',
  'tcp_close_wait',
  'tcp_listen',
  'tcp_syn_sent',
  'tcp_syn_recv',
  'tcp_last_ack',
  'udp_socket',
]

export function netstat(host: HostState): MovingPart {
  const { random } = host
  const established = wandering(random, 40 + 400 * host.level, 3, 1)
  const timeWait = wandering(random, 30, 6, 1)
  return {
    measurement: 'netstat',
    tags: {},
    fields: NETSTAT_FIELDS,
    measure: (values, at) => {
      const closing = random.next() < 0.1 ? 1 : 0
      values.set([established(), timeWait(), closing, 23, 0, 0, closing, 12], at)
    },
  }
}

export function nstat(host: HostState): MovingPart {
  const { random } = host
  let retransmitted = random.whole(0, 1e6)
  return {
    measurement: 'nstat',
    tags: { name: 'netstat' },
    fields: ['TcpExtListenOverflows', 'TcpExtListenDrops', 'TcpRetransSegs'],
    measure: (values, at) => {
      retransmitted += random.count(host.activity * 3)
      values.set([0, 0, retransmitted], at)
    },
  }
}

export function conntrack(host: HostState): MovingPart {
  const connections = wandering(host.random, 300 + 3_000 * host.level, 12, 1)
  return {
    measurement: 'conntrack',
    tags: {},
    fields: ['ip_conntrack_count', 'ip_conntrack_max'],
    measure: (values, at) => values.set([connections(), 262_144], at),
  }
}
