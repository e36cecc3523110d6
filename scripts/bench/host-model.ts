import { Random } from './random.ts'

/** One measurement of a host with one set of tags. */
export interface Part {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: readonly string[]
}

interface MovingPart extends Part {
  /** Moves on by one interval and writes one value per field from `at` on. */
  measure(values: Float64Array, at: number): void
}

const KIB = 1_024
const PAGE = 4_096
const GIB = 1_073_741_824

/** One invented host that moves on from interval to interval. */
export class HostModel {
  readonly #random: Random
  readonly #seconds: number
  readonly #bootSeconds: number
  readonly #parts: readonly MovingPart[]
  /** 0 idle … 1 busy: what its CPU, disks and network follow. */
  #activity: number
  readonly #level: number
  #uptimeSeconds: number

  constructor(seed: number, everyMs: number, fromMs: number) {
    this.#random = new Random(seed)
    this.#seconds = everyMs / 1_000
    this.#level = 0.1 + 0.6 * this.#random.next() * this.#random.next()
    this.#activity = this.#level
    this.#uptimeSeconds = this.#random.whole(1_000, 30_000_000)
    this.#bootSeconds = Math.floor(fromMs / 1_000) - this.#uptimeSeconds
    this.#parts = this.#build()
  }

  /** The parts in the order of the values. */
  layout(): readonly Part[] {
    return this.#parts
  }

  /** Moves on by one interval and writes all values. */
  measure(values: Float64Array): void {
    const random = this.#random
    const pull = (this.#level - this.#activity) * 0.05
    const burst = random.next() < 0.003 ? random.next() * 0.6 : 0
    this.#activity = clamp(this.#activity + pull + 0.03 * random.bell() + burst, 0.01, 1)
    let at = 0
    for (const part of this.#parts) {
      part.measure(values, at)
      at += part.fields.length
    }
  }

  #build(): MovingPart[] {
    return [
      this.#cpu('cpu-total'),
      ...[0, 1, 2, 3].map((cpu) => this.#cpu(`cpu${cpu}`)),
      this.#memory(),
      this.#swap(),
      ...MOUNTS.map(([path, share], i) => this.#disk(path, share, i)),
      ...DISKS.map(([name, share]) => this.#diskio(name, share)),
      ...INTERFACES.map(([name, share]) => this.#net(name, share)),
      this.#netstat(),
      this.#nstat(),
      this.#system(),
      this.#processes(),
      this.#kernel(),
      this.#kernelVmstat(),
      ...['cpu', 'io', 'memory'].flatMap((resource) => this.#pressure(resource)),
      this.#sysctlFs(),
      this.#conntrack(),
      this.#procstat(),
      this.#agent(),
      ...PROBES.map((probe) => this.#probe(probe)),
    ]
  }

  #cpu(cpu: string): MovingPart {
    const random = this.#random
    const bias = 0.7 + 0.6 * random.next()
    const user = wander(random, 6)
    const system = wander(random, 2)
    return {
      measurement: 'cpu',
      tags: { cpu },
      fields: CPU_FIELDS,
      measure: (values, at) => {
        const activity = this.#activity * bias
        const usage = [
          activity * 60 + user(),
          activity * 20 + system(),
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

  #memory(): MovingPart {
    const random = this.#random
    const total = 2 ** random.whole(3, 7) * GIB - random.whole(100_000, 400_000) * KIB
    const used = wandering(random, total * (0.3 + 0.4 * random.next()), total * 0.001, KIB)
    const cached = wandering(random, total * 0.2, total * 0.001, KIB)
    const dirty = wandering(random, 4e6, 1e6, KIB)
    const slab = wandering(random, total * 0.02, 200_000, KIB)
    const committed = wandering(random, total * 0.5, 3e6, KIB)
    const buffered = wandering(random, 3e8, 40_000, KIB)
    const shared = multipleOf(KIB, 2e8)
    return {
      measurement: 'mem',
      tags: {},
      fields: MEM_FIELDS,
      measure: (values, at) => {
        const now = Math.min(used(), total * 0.75)
        const cache = cached()
        const free = Math.max(multipleOf(KIB, total - now - cache), 0)
        const available = total - now
        const gauges = [total, available, percentOf(available, total), now, percentOf(now, total)]
        const rest = [free, buffered(), cache, slab(), dirty(), shared]
        values.set([...gauges, ...rest, committed(), multipleOf(KIB, total * 0.5), 0, 0], at)
      },
    }
  }

  #swap(): MovingPart {
    const random = this.#random
    const total = 8 * GIB - PAGE
    let used = random.next() < 0.5 ? 0 : multipleOf(PAGE, random.next() * 2 * GIB)
    let out = used * 2
    return {
      measurement: 'swap',
      tags: {},
      fields: ['total', 'used', 'free', 'used_percent', 'in', 'out'],
      measure: (values, at) => {
        if (used > 0 && random.next() < 0.02) {
          const moved = random.whole(1, 200) * PAGE
          used = Math.min(used + moved, total)
          out += moved
        }
        values.set(
          [total, used, total - used, percentOf(used, total), multipleOf(PAGE, out / 2), out],
          at,
        )
      },
    }
  }

  #disk(path: string, share: number, index: number): MovingPart {
    const random = this.#random
    const total = random.whole(20, 2_000) * GIB
    const inodes = Math.floor(total / 16_384)
    let used = multipleOf(PAGE, total * (0.1 + 0.7 * random.next()))
    let inodesUsed = Math.floor(inodes * 0.1 * random.next()) + 1
    return {
      measurement: 'disk',
      tags: { path, device: `dm-${index}`, fstype: 'xfs', mode: 'rw' },
      fields: DISK_FIELDS,
      measure: (values, at) => {
        if (random.next() < share * 2) {
          used = clamp(used + random.whole(-2_000, 2_200) * PAGE, 0, total)
          if (random.next() < 0.5) inodesUsed = Math.max(inodesUsed + random.whole(-3, 4), 1)
        }
        const bytes = [total, total - used, used, percentOf(used, total)]
        const counts = [inodes, inodes - inodesUsed, inodesUsed, percentOf(inodesUsed, inodes)]
        values.set([...bytes, ...counts], at)
      },
    }
  }

  #diskio(name: string, share: number): MovingPart {
    const random = this.#random
    const counters = Array.from({ length: 9 }, () => random.whole(0, 4e9))
    counters[2] = multipleOf(PAGE, random.next() * 1e13 * share)
    counters[3] = multipleOf(PAGE, random.next() * 3e13 * share)
    return {
      measurement: 'diskio',
      tags: { name, serial: `S3Z8NB0K${name.toUpperCase()}` },
      fields: DISKIO_FIELDS,
      measure: (values, at) => {
        const perSecond = this.#activity * share * 400
        const reads = random.count(perSecond * this.#seconds * 0.4)
        const writes = random.count(perSecond * this.#seconds)
        const ms = (reads + writes) * (0.2 + 0.6 * random.next())
        const grown = [reads, writes, reads * 2 * PAGE, writes * 4 * PAGE]
        grown[2]! += reads > 2 ? random.whole(0, reads) * PAGE : 0
        grown[3]! += writes > 2 ? random.whole(0, writes) * PAGE : 0
        grown.push(Math.floor(ms * 0.3), Math.floor(ms), Math.floor(ms * 0.8), Math.floor(ms * 1.3))
        grown.push(random.count(writes * 0.2))
        for (const [i, by] of grown.entries()) counters[i]! += by
        const utilised = hundredths(clamp((ms * 0.8) / (this.#seconds * 10), 0, 100))
        const wait = reads + writes === 0 ? 0 : thousandths(ms / (reads + writes))
        values.set([...counters, random.next() < perSecond / 400 ? 1 : 0, utilised, wait], at)
      },
    }
  }

  #net(name: string, share: number): MovingPart {
    const random = this.#random
    const counters = [1e13, 1e13, 1e10, 1e10].map((most) =>
      share === 0 ? 0 : Math.floor(most * random.next()),
    )
    const dropped = random.whole(0, 30)
    return {
      measurement: 'net',
      tags: { interface: name },
      fields: NET_FIELDS,
      measure: (values, at) => {
        const sent = random.count(this.#activity * share * 3_000 * this.#seconds)
        const received = random.count(this.#activity * share * 2_500 * this.#seconds)
        counters[0]! += sent * 400 + (sent > 0 ? random.whole(0, sent * 300) : 0)
        counters[1]! += received * 300 + (received > 0 ? random.whole(0, received * 200) : 0)
        counters[2]! += sent
        counters[3]! += received
        values.set([...counters, 0, 0, dropped, 0, share > 0 ? 10_000 : 1_000], at)
      },
    }
  }

  #netstat(): MovingPart {
    const random = this.#random
    const established = wandering(random, 40 + 400 * this.#level, 3, 1)
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

  #nstat(): MovingPart {
    const random = this.#random
    let retransmitted = random.whole(0, 1e6)
    return {
      measurement: 'nstat',
      tags: { name: 'netstat' },
      fields: ['TcpExtListenOverflows', 'TcpExtListenDrops', 'TcpRetransSegs'],
      measure: (values, at) => {
        retransmitted += random.count(this.#activity * 3)
        values.set([0, 0, retransmitted], at)
      },
    }
  }

  #system(): MovingPart {
    const loads = [this.#activity * 4, this.#activity * 4, this.#activity * 4]
    return {
      measurement: 'system',
      tags: {},
      fields: ['load1', 'load5', 'load15', 'n_cpus', 'n_users', 'uptime'],
      measure: (values, at) => {
        this.#uptimeSeconds += this.#seconds
        const now = this.#activity * 4
        for (const [i, keep] of [0.85, 0.967, 0.989].entries()) {
          loads[i] = loads[i]! * keep + now * (1 - keep)
          values[at + i] = hundredths(loads[i])
        }
        values.set([4, 1, Math.floor(this.#uptimeSeconds)], at + 3)
      },
    }
  }

  #processes(): MovingPart {
    const random = this.#random
    const total = wandering(random, 180 + 300 * this.#level, 2, 1)
    const threads = wandering(random, 700, 4, 1)
    return {
      measurement: 'processes',
      tags: {},
      fields: PROCESSES_FIELDS,
      measure: (values, at) => {
        const all = total()
        const running = random.whole(1, 1 + Math.ceil(this.#activity * 6))
        const blocked = random.next() < this.#activity * 0.3 ? 1 : 0
        values.set([all, running, all - running - blocked, blocked, 0, 0, threads()], at)
      },
    }
  }

  #kernel(): MovingPart {
    const random = this.#random
    const counters = [random.whole(1e9, 1e12), random.whole(1e9, 1e12), random.whole(1e5, 1e8)]
    return {
      measurement: 'kernel',
      tags: {},
      fields: ['boot_time', 'context_switches', 'interrupts', 'processes_forked', 'entropy_avail'],
      measure: (values, at) => {
        const busy = this.#seconds * (0.2 + this.#activity)
        counters[0]! += random.count(9_000 * busy)
        counters[1]! += random.count(5_000 * busy)
        counters[2]! += random.count(6 * busy)
        values.set([this.#bootSeconds, ...counters, 256], at)
      },
    }
  }

  #kernelVmstat(): MovingPart {
    const random = this.#random
    let majorFaults = random.whole(1e3, 1e6)
    const swapped = random.whole(0, 1e6)
    return {
      measurement: 'kernel_vmstat',
      tags: {},
      fields: ['pgmajfault', 'oom_kill', 'pswpin', 'pswpout'],
      measure: (values, at) => {
        majorFaults += random.next() < 0.2 ? random.whole(1, 20) : 0
        values.set([majorFaults, 0, swapped, swapped * 2], at)
      },
    }
  }

  #pressure(resource: string): MovingPart[] {
    const kinds = resource === 'cpu' ? ['some'] : ['some', 'full']
    return kinds.map((type) => this.#pressureOf(resource, type))
  }

  #pressureOf(resource: string, type: string): MovingPart {
    const random = this.#random
    const weight = { cpu: 8, io: 3, memory: 0 }[resource] ?? 0
    const averages = [0, 0, 0]
    let total = random.whole(0, 1e11)
    return {
      measurement: 'pressure',
      tags: { resource, type },
      fields: ['avg10', 'avg60', 'avg300', 'total'],
      measure: (values, at) => {
        const share = random.next() < this.#activity ? this.#activity * weight * random.next() : 0
        total += Math.floor(share * this.#seconds * 10_000)
        for (const [i, keep] of [0.37, 0.85, 0.967].entries()) {
          averages[i] = averages[i]! * keep + share * (1 - keep)
          values[at + i] = hundredths(averages[i])
        }
        values[at + 3] = total
      },
    }
  }

  #sysctlFs(): MovingPart {
    const random = this.#random
    const files = wandering(random, 4_000, 30, 32)
    const inodes = wandering(random, 150_000, 20, 1)
    return {
      measurement: 'linux_sysctl_fs',
      tags: {},
      fields: ['file-nr', 'file-max', 'inode-nr', 'aio-nr'],
      measure: (values, at) => values.set([files(), 9_223_372_036_854_776_000, inodes(), 0], at),
    }
  }

  #conntrack(): MovingPart {
    const connections = wandering(this.#random, 300 + 3_000 * this.#level, 12, 1)
    return {
      measurement: 'conntrack',
      tags: {},
      fields: ['ip_conntrack_count', 'ip_conntrack_max'],
      measure: (values, at) => values.set([connections(), 262_144], at),
    }
  }

  #procstat(): MovingPart {
    const random = this.#random
    const usage = wander(random, 2)
    const memory = wandering(random, 3e9, 600_000, PAGE)
    const files = wandering(random, 300, 2, 1)
    const written = [multipleOf(PAGE, random.next() * 1e12), multipleOf(PAGE, random.next() * 1e12)]
    return {
      measurement: 'procstat',
      tags: { process_name: 'java', systemd_unit: 'tomcat.service' },
      fields: PROCSTAT_FIELDS,
      measure: (values, at) => {
        const cpu = hundredths(clamp(this.#activity * 50 + usage(), 0, 400))
        if (random.next() < this.#activity) written[0]! += random.whole(1, 30) * PAGE
        written[1]! += random.count(this.#activity * 60) * PAGE
        const fixed = [65_536, ...written, (this.#bootSeconds + 60) * 1e9, 1]
        values.set([cpu, memory(), files(), 84, ...fixed], at)
      },
    }
  }

  #agent(): MovingPart {
    const random = this.#random
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

  #probe(probe: string): MovingPart {
    const random = this.#random
    const usual = 0.1 + random.next()
    const samples = random.whole(2, 100)
    return {
      measurement: 'probe',
      tags: { probe, target: 'host' },
      fields: ['success', 'duration_ms', 'samples', 'error_code'],
      measure: (values, at) => {
        values.set([1, thousandths(usual * (0.8 + 0.5 * random.next())), samples, 0], at)
      },
    }
  }
}

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
const MEM_FIELDS = [
  'total',
  'available',
  'available_percent',
  'used',
  'used_percent',
  'free',
  'buffered',
  'cached',
  'slab',
  'dirty',
  'shared',
  'committed_as',
  'commit_limit',
  'huge_pages_total',
  'huge_pages_free',
]
const DISK_FIELDS = [
  'total',
  'free',
  'used',
  'used_percent',
  'inodes_total',
  'inodes_free',
  'inodes_used',
  'inodes_used_percent',
]
const DISKIO_FIELDS = [
  'reads',
  'writes',
  'read_bytes',
  'write_bytes',
  'read_time',
  'write_time',
  'io_time',
  'weighted_io_time',
  'merged_writes',
  'iops_in_progress',
  'io_util',
  'io_await',
]
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
const PROCESSES_FIELDS = [
  'total',
  'running',
  'sleeping',
  'blocked',
  'stopped',
  'zombies',
  'total_threads',
]
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

/** [name, how busy it is]. */
const MOUNTS: readonly (readonly [string, number])[] = [
  ['/', 0.3],
  ['/boot', 0],
  ['/var', 0.5],
  ['/home', 0.1],
  ['/u01', 0.4],
  ['/u02', 0.2],
  ['/backup', 0.02],
  ['/data', 0.5],
]
const DISKS: readonly (readonly [string, number])[] = [
  ['sda', 1],
  ['sdb', 0.8],
  ['sdc', 0.6],
  ['sdd', 0.2],
  ['dm-0', 0.9],
  ['dm-1', 0.7],
  ['dm-2', 0.5],
  ['dm-3', 0.4],
  ['dm-4', 0.1],
  ['sr0', 0],
]
const INTERFACES: readonly (readonly [string, number])[] = [
  ['lo', 0.3],
  ['bond0', 1],
  ['eth0', 0.6],
  ['eth1', 0.4],
  ['eth2', 0],
]
const PROBES = ['host.cpu', 'host.mem', 'host.disk', 'host.diskio', 'host.net', 'host.procstat']

/** Wanders around 0 within some ± `width`. */
function wander(random: Random, width: number): () => number {
  let offset = 0
  return () => {
    offset += random.bell() * width * 0.5 - offset * 0.2
    return offset
  }
}

/** Wanders around `start` in multiples of `unit`, by some `step` at a time. */
function wandering(random: Random, start: number, step: number, unit: number): () => number {
  let now = start
  return () => {
    now = Math.max(now + random.bell() * step + (start - now) * 0.02, 0)
    return multipleOf(unit, now)
  }
}

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

function multipleOf(unit: number, value: number): number {
  return Math.floor(value / unit) * unit
}

function percentOf(part: number, whole: number): number {
  return hundredths((part / whole) * 100)
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
