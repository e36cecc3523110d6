import { clamp, drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, cpuShare } from './host-life.ts'
import type { HostPlan, WatchedProcess } from './host-plan.ts'

const USUAL_SERVICES = ['sshd', 'chronyd', 'crond', 'rsyslog', 'wardround-agent']
const DAY_MS = 86_400_000

export function serviceParts(plan: HostPlan): Part[] {
  return [
    ...[...USUAL_SERVICES, ...plan.services].map((name) => unitPart(plan, `${name}.service`)),
    ...plan.processes.flatMap((watched) => processParts(plan, watched)),
    ...accountParts(plan),
  ]
}

function unitPart(plan: HostPlan, name: string): Part {
  const seed = seedOf(`${plan.name} ${name}`)
  const tags = { name, load: 'loaded', active: 'active', sub: 'running' }
  return part('host.systemd-units', 'systemd_units', tags, (timeMs) => ({
    load_code: 0,
    active_code: 0,
    sub_code: 0,
    restarts: 0,
    mem_current: 24_000_000 + (seed % 90) * 1_000_000 + Math.round(2e6 * drift(seed, timeMs)),
  }))
}

function processParts(
  plan: HostPlan,
  { process, unit, memory, files, cpuShare: share }: WatchedProcess,
): Part[] {
  const seed = seedOf(`${plan.name} ${process}`)
  const read = counterOf(plan, `${process} read`, 400_000)
  const written = counterOf(plan, `${process} written`, 250_000)
  const tags = { process_name: process, systemd_unit: unit }
  return [
    part('host.procstat', 'procstat', tags, (timeMs) => ({
      cpu_usage: clamp(100 * plan.cores * cpuShare(plan, timeMs) * share, 0, 100 * plan.cores),
      memory_rss: memory * (1 + 0.04 * drift(seed, timeMs)),
      num_fds: Math.round(files * (0.8 + 0.3 * plan.rhythm.level(timeMs))),
      num_threads: Math.round(files / 6 + 10 * plan.rhythm.level(timeMs)),
      rlimit_num_fds_soft: 65_536,
      read_bytes: read(timeMs),
      write_bytes: written(timeMs),
      created_at: (plan.bootMs(timeMs) + 60_000) * 1e6,
    })),
    part('host.procstat', 'procstat_lookup', tags, () => ({ running: 1, result_code: 0 })),
  ]
}

function accountParts(plan: HostPlan): Part[] {
  const seed = seedOf(`accounts ${plan.name}`)
  const age = (timeMs: number) => Math.floor(timeMs / DAY_MS + (seed % 60)) % 68
  return [
    part('account.local', 'accounts', {}, (timeMs) => ({
      total: 34,
      with_password: 3,
      empty_password: 0,
      oldest_password_days: age(timeMs),
      added_7d: 0,
      removed_7d: 0,
    })),
    part('account.local', 'account', { name: 'root' }, (timeMs) => ({
      password: 1,
      password_age_days: age(timeMs),
      max_days: 90,
    })),
    part('patch.pending', 'patch', { source: 'dnf' }, (timeMs) => ({
      pending_total: 6 + (seed % 9),
      pending_security: 0,
      list_age_days: 1,
      last_patch_age_days: Math.floor(timeMs / DAY_MS + (seed % 50)) % 95,
      reboot_required: 0,
      kernel_running_is_latest: 1,
    })),
  ]
}
