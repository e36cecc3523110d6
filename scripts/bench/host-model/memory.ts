import type { HostState } from './host-state.ts'
import type { MovingPart } from './moving-part.ts'
import { KIB, PAGE, GIB, wandering, multipleOf, percentOf } from './numbers.ts'

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

export function memory(host: HostState): MovingPart {
  const { random } = host
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

export function swap(host: HostState): MovingPart {
  const { random } = host
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

export function kernelVmstat(host: HostState): MovingPart {
  const { random } = host
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
