import type { HostState } from './host-state.ts'
import type { MovingPart } from './moving-part.ts'
import { wander, wandering, clamp, hundredths } from './numbers.ts'

const CPU_FIELDS = [
  'usage_active',
  'usage_idle',
  'usage_user',
  'usage_system',
  'usage_nice',
  'usage_iowait',
  'usage_irq',
  'usage_softirq',
  'usage_steal',
  'usage_guest',
]

export function cpu(host: HostState, name: string): MovingPart {
  const { random } = host
  const bias = 0.7 + 0.6 * random.next()
  const user = wander(random, 6)
  const kernelWork = wander(random, 2)
  return {
    measurement: 'cpu',
    tags: { cpu: name },
    fields: CPU_FIELDS,
    measure: (values, at) => {
      const activity = host.activity * bias
      const usage = [
        activity * 60 + user(),
        activity * 20 + kernelWork(),
        0,
        random.next() < activity ? activity * 8 * random.next() : 0,
        0,
        activity * 1.5 * random.next(),
        0,
        0,
      ].map((percent) => hundredths(clamp(percent, 0, 40)))
      const active = hundredths(usage.reduce((sum, percent) => sum + percent, 0))
      values[at] = active
      values[at + 1] = hundredths(100 - active)
      for (const [i, percent] of usage.entries()) values[at + 2 + i] = percent
    },
  }
}

export function system(host: HostState): MovingPart {
  const loads = [host.activity * 4, host.activity * 4, host.activity * 4]
  return {
    measurement: 'system',
    tags: {},
    fields: ['load1', 'load5', 'load15', 'n_cpus', 'n_users', 'uptime'],
    measure: (values, at) => {
      host.uptimeSeconds += host.seconds
      const now = host.activity * 4
      for (const [i, keep] of [0.85, 0.967, 0.989].entries()) {
        loads[i] = loads[i]! * keep + now * (1 - keep)
        values[at + i] = hundredths(loads[i])
      }
      values.set([4, 1, Math.floor(host.uptimeSeconds)], at + 3)
    },
  }
}

const PROCESSES_FIELDS = [
  'total',
  'running',
  'sleeping',
  'blocked',
  'stopped',
  'zombies',
  'total_threads',
]

export function processes(host: HostState): MovingPart {
  const { random } = host
  const total = wandering(random, 180 + 300 * host.level, 2, 1)
  const threads = wandering(random, 700, 4, 1)
  return {
    measurement: 'processes',
    tags: {},
    fields: PROCESSES_FIELDS,
    measure: (values, at) => {
      const all = total()
      const running = random.whole(1, 1 + Math.ceil(host.activity * 6))
      const blocked = random.next() < host.activity * 0.3 ? 1 : 0
      values.set([all, running, all - running - blocked, blocked, 0, 0, threads()], at)
    },
  }
}

export function kernel(host: HostState): MovingPart {
  const { random } = host
  const counters = [random.whole(1e9, 1e12), random.whole(1e9, 1e12), random.whole(1e5, 1e8)]
  return {
    measurement: 'kernel',
    tags: {},
    fields: ['boot_time', 'context_switches', 'interrupts', 'processes_forked', 'entropy_avail'],
    measure: (values, at) => {
      const busy = host.seconds * (0.2 + host.activity)
      counters[0]! += random.count(9_000 * busy)
      counters[1]! += random.count(5_000 * busy)
      counters[2]! += random.count(6 * busy)
      values.set([host.bootSeconds, ...counters, 256], at)
    },
  }
}

export function pressure(host: HostState, resource: string): MovingPart[] {
  const kinds = resource === 'cpu' ? ['some'] : ['some', 'full']
  return kinds.map((type) => pressureOf(host, resource, type))
}

function pressureOf(host: HostState, resource: string, type: string): MovingPart {
  const { random } = host
  const weight = { cpu: 8, io: 3, memory: 0 }[resource] ?? 0
  const averages = [0, 0, 0]
  let total = random.whole(0, 1e11)
  return {
    measurement: 'pressure',
    tags: { resource, type },
    fields: ['avg10', 'avg60', 'avg300', 'total'],
    measure: (values, at) => {
      const share = random.next() < host.activity ? host.activity * weight * random.next() : 0
      total += Math.floor(share * host.seconds * 10_000)
      for (const [i, keep] of [0.37, 0.85, 0.967].entries()) {
        averages[i] = averages[i]! * keep + share * (1 - keep)
        values[at + i] = hundredths(averages[i])
      }
      values[at + 3] = total
    },
  }
}
