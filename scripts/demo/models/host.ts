import { clamp, drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, cpuShare, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'
import { diskParts } from './host-disks.ts'
import { serviceParts } from './host-services.ts'
import { networkParts } from './host-network.ts'

/** Everything that an agent says of its own host under Telegraf's names. */
export function hostParts(plan: HostPlan): Part[] {
  return [
    cpuPart(plan),
    memPart(plan),
    swapPart(plan),
    ...diskParts(plan),
    ...networkParts(plan),
    ...systemParts(plan),
    ...pressureParts(plan),
    ...serviceParts(plan),
  ]
}

function cpuPart(plan: HostPlan): Part {
  const seed = seedOf(`cpu mix ${plan.name}`)
  return part('host.cpu', 'cpu', { cpu: 'cpu-total' }, (timeMs) => {
    const active = 100 * cpuShare(plan, timeMs)
    const iowait = Math.min(
      100 - active,
      active * (plan.iowait ?? 0.06) * (1 + 0.6 * drift(seed, timeMs)),
    )
    const system = active * (0.22 + 0.05 * drift(seed ^ 1, timeMs))
    const softirq = active * 0.02
    const steal = plan.isVirtual ? active * 0.01 : 0
    const user = active - system - softirq - steal
    return {
      usage_active: Math.min(100, active + iowait),
      usage_user: user,
      usage_system: system,
      usage_idle: Math.max(0, 100 - active - iowait),
      usage_nice: 0,
      usage_iowait: iowait,
      usage_irq: 0,
      usage_softirq: softirq,
      usage_steal: steal,
      usage_guest: 0,
    }
  })
}

function memPart(plan: HostPlan): Part {
  const total = plan.memory
  const seed = seedOf(`mem ${plan.name}`)
  return part('host.mem', 'mem', {}, (timeMs) => {
    const share = plan.memoryUsed + 0.05 * plan.rhythm.level(timeMs) + 0.015 * drift(seed, timeMs)
    const used = total * clamp(share + (plan.extraMemory?.(timeMs) ?? 0), 0.05, 0.985)
    const available = total - used
    const cached = available * 0.78
    return {
      total,
      available,
      available_percent: (available / total) * 100,
      used,
      used_percent: (used / total) * 100,
      free: available * 0.18,
      buffered: total * 0.002,
      cached,
      slab: total * 0.018,
      dirty: 6 * MIB * (1 + drift(seed ^ 3, timeMs)),
      shared: total * 0.01,
      committed_as: used * 1.3,
      commit_limit: total * 0.5 + 16 * GIB,
      huge_pages_total: 0,
      huge_pages_free: 0,
    }
  })
}

function swapPart(plan: HostPlan): Part {
  const total = 16 * GIB
  const seed = seedOf(`swap ${plan.name}`)
  const moved = counterOf(plan, 'swap', 900)
  return part('host.swap', 'swap', {}, (timeMs) => {
    const used = total * (0.02 + 0.01 * (1 + drift(seed, timeMs)))
    return {
      total,
      used,
      free: total - used,
      used_percent: (used / total) * 100,
      in: moved(timeMs),
      out: moved(timeMs) * 2,
    }
  })
}

function systemParts(plan: HostPlan): Part[] {
  const seed = seedOf(`system ${plan.name}`)
  const switches = counterOf(plan, 'context switches', 9_000 * plan.cores)
  const interrupts = counterOf(plan, 'interrupts', 5_000 * plan.cores)
  const forks = counterOf(plan, 'forks', 6)
  const faults = counterOf(plan, 'major faults', 0.2)
  const load = (timeMs: number, spanMs: number, steps: number) => {
    let sum = 0
    for (let step = 0; step < steps; step++) sum += cpuShare(plan, timeMs - (step * spanMs) / steps)
    return plan.cores * (sum / steps) * 1.1 + 0.1
  }
  return [
    part('host.system', 'system', {}, (timeMs) => ({
      load1: load(timeMs, 60_000, 2),
      load5: load(timeMs, 300_000, 6),
      load15: load(timeMs, 900_000, 12),
      n_cpus: plan.cores,
      n_users: 1 + Math.round(plan.rhythm.level(timeMs)),
      uptime: (timeMs - plan.bootMs(timeMs)) / 1000,
    })),
    part('host.processes', 'processes', {}, (timeMs) => {
      const running = 1 + Math.round(plan.cores * cpuShare(plan, timeMs) * 0.6)
      const total = Math.round(260 + 6 * plan.cores + 20 * plan.rhythm.level(timeMs))
      return {
        total,
        running,
        sleeping: total - running,
        blocked: random(seed, Math.floor(timeMs / 10_000)) < 0.1 ? 1 : 0,
        stopped: 0,
        zombies: 0,
        total_threads: total * 3 + Math.round(40 * plan.rhythm.level(timeMs)),
      }
    }),
    part('host.kernel', 'kernel', {}, (timeMs) => ({
      boot_time: Math.floor(plan.bootMs(timeMs) / 1000),
      context_switches: switches(timeMs),
      interrupts: interrupts(timeMs),
      processes_forked: forks(timeMs),
      entropy_avail: 256,
    })),
    part('host.kernel-vmstat', 'kernel_vmstat', {}, (timeMs) => ({
      pgmajfault: faults(timeMs),
      oom_kill: 0,
      pswpin: faults(timeMs),
      pswpout: faults(timeMs) * 2,
    })),
    part('host.linux-sysctl-fs', 'linux_sysctl_fs', {}, (timeMs) => ({
      'file-nr': 6_400 + 64 * Math.round(20 * plan.rhythm.level(timeMs)),
      'file-max': 6_553_600,
      'inode-nr': 180_000,
      'aio-nr': 1_024,
    })),
    part('host.conntrack', 'conntrack', {}, (timeMs) => ({
      ip_conntrack_count: Math.round(300 + 3_400 * plan.rhythm.level(timeMs)),
      ip_conntrack_max: 262_144,
    })),
    part('host.clock', 'clock', {}, () => ({
      synchronized: 1,
      ntp_enabled: 1,
      rtc_in_local_time: 0,
    })),
    part(
      'host.chrony',
      'chrony',
      { reference_id: '0A630001', stratum: '3', leap_status: 'Normal' },
      (timeMs) => {
        const offset = 0.0004 * drift(seed ^ 9, timeMs)
        return {
          system_time: offset,
          system_time_abs: Math.abs(offset),
          last_offset: offset * 0.8,
          rms_offset: 0.0003,
          frequency: -12.4,
          residual_freq: 0.01,
          skew: 0.05,
          root_delay: 0.0021,
          root_dispersion: 0.0012,
          update_interval: 64,
          not_synchronised: 0,
        }
      },
    ),
  ]
}

function pressureParts(plan: HostPlan): Part[] {
  const weights = { cpu: 6, io: 3, memory: 0.1 }
  return Object.entries(weights).flatMap(([resource, weight]) => {
    const total = counterOf(plan, `pressure ${resource}`, weight * 4_000)
    return (resource === 'cpu' ? ['some'] : ['some', 'full']).map((type) => {
      const share = type === 'full' ? 0.6 : 1
      return part('host.pressure', 'pressure', { resource, type }, (timeMs) => {
        const now = weight * share * cpuShare(plan, timeMs) ** 2
        return { avg10: now, avg60: now * 0.95, avg300: now * 0.9, total: total(timeMs) * share }
      })
    })
  })
}
