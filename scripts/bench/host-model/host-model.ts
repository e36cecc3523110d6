import { Random } from '../random.ts'
import type { HostState } from './host-state.ts'
import { memory, swap, kernelVmstat } from './memory.ts'
import type { MovingPart, Part } from './moving-part.ts'
import { net, netstat, nstat, conntrack } from './network.ts'
import { clamp } from './numbers.ts'
import { cpu, system, processes, kernel, pressure } from './processor.ts'
import { procstat, agent, probe } from './software.ts'
import { disk, diskio, sysctlFs } from './storage.ts'

/** One invented host that moves on from interval to interval. */
export class HostModel {
  readonly #host: HostState
  readonly #parts: readonly MovingPart[]

  constructor(seed: number, everyMs: number, fromMs: number) {
    const random = new Random(seed)
    const level = 0.1 + 0.6 * random.next() * random.next()
    const uptimeSeconds = random.whole(1_000, 30_000_000)
    this.#host = {
      random,
      seconds: everyMs / 1_000,
      bootSeconds: Math.floor(fromMs / 1_000) - uptimeSeconds,
      level,
      activity: level,
      uptimeSeconds,
    }
    this.#parts = partsOf(this.#host)
  }

  /** The parts in the order of the values. */
  layout(): readonly Part[] {
    return this.#parts
  }

  /** Moves on by one interval and writes all values. */
  measure(values: Float64Array): void {
    const host = this.#host
    const { random } = host
    const pull = (host.level - host.activity) * 0.05
    const burst = random.next() < 0.003 ? random.next() * 0.6 : 0
    host.activity = clamp(host.activity + pull + 0.03 * random.bell() + burst, 0.01, 1)
    let at = 0
    for (const part of this.#parts) {
      part.measure(values, at)
      at += part.fields.length
    }
  }
}

function partsOf(host: HostState): MovingPart[] {
  return [
    cpu(host, 'cpu-total'),
    ...[0, 1, 2, 3].map((number) => cpu(host, `cpu${number}`)),
    memory(host),
    swap(host),
    ...MOUNTS.map(([path, share], i) => disk(host, path, share, i)),
    ...DISKS.map(([name, share]) => diskio(host, name, share)),
    ...INTERFACES.map(([name, share]) => net(host, name, share)),
    netstat(host),
    nstat(host),
    system(host),
    processes(host),
    kernel(host),
    kernelVmstat(host),
    ...['cpu', 'io', 'memory'].flatMap((resource) => pressure(host, resource)),
    sysctlFs(host),
    conntrack(host),
    procstat(host),
    agent(host),
    ...PROBES.map((name) => probe(host, name)),
  ]
}

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
