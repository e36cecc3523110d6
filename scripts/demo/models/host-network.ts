import { clamp, drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

const MEGABIT_BYTES = 125_000

export function networkParts(plan: HostPlan): Part[] {
  const cards = plan.isVirtual
    ? [['ens192', 1] as const]
    : ([
        ['bond0', 1],
        ['eno1', 0.55],
        ['eno2', 0.45],
      ] as const)
  return [
    ...cards.map(([name, share]) => cardPart(plan, name, share)),
    ...(plan.isVirtual ? [] : bondParts()),
    connectionsPart(plan),
    nstatPart(plan),
  ]
}

function cardPart(plan: HostPlan, name: string, share: number): Part {
  const sent = counterOf(plan, `${name} sent`, plan.traffic * MEGABIT_BYTES * share)
  const received = counterOf(plan, `${name} received`, plan.traffic * 0.6 * MEGABIT_BYTES * share)
  return part('host.net', 'net', { interface: name }, (timeMs) => ({
    bytes_sent: sent(timeMs),
    bytes_recv: received(timeMs),
    packets_sent: Math.floor(sent(timeMs) / 820),
    packets_recv: Math.floor(received(timeMs) / 640),
    err_in: 0,
    err_out: 0,
    drop_in: 3,
    drop_out: 0,
    speed: 10_000,
  }))
}

function bondParts(): Part[] {
  return [
    part('host.bond', 'bond', { bond: 'bond0' }, () => ({ status: 1 })),
    ...['eno1', 'eno2'].map((member) =>
      part('host.bond', 'bond_slave', { bond: 'bond0', interface: member }, () => ({
        status: 1,
        failures: 0,
        count: 2,
      })),
    ),
  ]
}

function connectionsPart(plan: HostPlan): Part {
  const seed = seedOf(`netstat ${plan.name}`)
  return part('host.netstat', 'netstat', {}, (timeMs) => {
    const established = Math.round(
      clamp(60 + 420 * plan.rhythm.level(timeMs) + 12 * drift(seed, timeMs), 10, 5_000),
    )
    return {
      tcp_established: established,
      tcp_syn_sent: 0,
      tcp_syn_recv: 0,
      tcp_fin_wait1: 0,
      tcp_fin_wait2: 1,
      tcp_time_wait: Math.round(established * 0.2),
      tcp_close: 0,
      tcp_close_wait: 1,
      tcp_last_ack: 0,
      tcp_listen: 24,
      tcp_closing: 0,
      udp_socket: 11,
    }
  })
}

function nstatPart(plan: HostPlan): Part {
  const again = counterOf(plan, 'retransmissions', 0.4)
  return part('host.nstat', 'nstat', { name: 'netstat' }, (timeMs) => ({
    TcpExtListenOverflows: 0,
    TcpExtListenDrops: 0,
    TcpRetransSegs: again(timeMs),
  }))
}
