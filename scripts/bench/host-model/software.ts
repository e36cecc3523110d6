import type { HostState } from './host-state.ts'
import type { MovingPart } from './moving-part.ts'
import { PAGE, wander, wandering, clamp, multipleOf, hundredths, thousandths } from './numbers.ts'

const PROCSTAT_FIELDS = [
  'cpu_usage',
  'memory_rss',
  'num_fds',
  'num_threads',
  'rlimit_num_fds_soft',
  'read_bytes',
  'write_bytes',
  'created_at',
  'running',
]

export function procstat(host: HostState): MovingPart {
  const { random } = host
  const usage = wander(random, 2)
  const memory = wandering(random, 3e9, 600_000, PAGE)
  const files = wandering(random, 300, 2, 1)
  const written = [multipleOf(PAGE, random.next() * 1e12), multipleOf(PAGE, random.next() * 1e12)]
  return {
    measurement: 'procstat',
    tags: { process_name: 'java', systemd_unit: 'tomcat.service' },
    fields: PROCSTAT_FIELDS,
    measure: (values, at) => {
      const cpu = hundredths(clamp(host.activity * 50 + usage(), 0, 400))
      if (random.next() < host.activity) written[0]! += random.whole(1, 30) * PAGE
      written[1]! += random.count(host.activity * 60) * PAGE
      const fixed = [65_536, ...written, (host.bootSeconds + 60) * 1e9, 1]
      values.set([cpu, memory(), files(), 84, ...fixed], at)
    },
  }
}

const AGENT_FIELDS = [
  'rss_bytes',
  'cpu_seconds_total',
  'outbox_bytes',
  'outbox_batches',
  'dropped_total',
  'sent_total',
  'ack_latency_ms',
  'reconnects_total',
]

export function agent(host: HostState): MovingPart {
  const { random } = host
  const rss = wandering(random, 66e6, 60_000, PAGE)
  let cpuMs = random.whole(0, 1e7)
  let sent = random.whole(0, 1e6)
  return {
    measurement: 'agent',
    tags: {},
    fields: AGENT_FIELDS,
    measure: (values, at) => {
      cpuMs += random.whole(3, 7)
      sent++
      const latency = thousandths(2 + 6 * random.next() * random.next())
      values.set([rss(), cpuMs / 1_000, 0, 0, 0, sent, latency, 1], at)
    },
  }
}

export function probe(host: HostState, name: string): MovingPart {
  const { random } = host
  const usual = 0.1 + random.next()
  const samples = random.whole(2, 100)
  return {
    measurement: 'probe',
    tags: { probe: name, target: 'host' },
    fields: ['success', 'duration_ms', 'samples', 'error_code'],
    measure: (values, at) => {
      values.set([1, thousandths(usual * (0.8 + 0.5 * random.next())), samples, 0], at)
    },
  }
}
