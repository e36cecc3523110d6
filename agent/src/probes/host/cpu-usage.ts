import type { CpuTimes } from '../../sources/portable-readings.ts'

export interface CpuUsage {
  readonly usage_active: number
  readonly usage_user: number
  readonly usage_system: number
  readonly usage_idle: number
  readonly usage_nice: number
  readonly usage_iowait: number
  readonly usage_irq: number
  readonly usage_softirq: number
  readonly usage_steal: number
  readonly usage_guest: number
}

/**
 * Percent of the time between two readings, as Telegraf's cpu has it: user without guest, nice without
 * guest_nice, active = all but idle. Undefined where no time has passed.
 *
 * A column that goes back counts as 0 (the kernel's iowait does so, and a core that comes back from
 * hotplug), and the whole is the sum of the columns, so that the parts always make 100.
 */
export function evaluateCpuUsage(before: CpuTimes, now: CpuTimes): CpuUsage | undefined {
  const guest = rise(before.guest, now.guest)
  const user = rise(before.user, now.user)
  const nice = rise(before.nice, now.nice)
  const system = rise(before.system, now.system)
  const idle = rise(before.idle, now.idle)
  const iowait = rise(before.iowait, now.iowait)
  const irq = rise(before.irq, now.irq)
  const softirq = rise(before.softirq, now.softirq)
  const steal = rise(before.steal, now.steal)
  const total = user + nice + system + idle + iowait + irq + softirq + steal
  if (total === 0) return undefined
  const percent = (part: number): number => (100 * part) / total
  return {
    usage_active: percent(total - idle),
    usage_user: percent(Math.max(0, user - guest)),
    usage_system: percent(system),
    usage_idle: percent(idle),
    usage_nice: percent(Math.max(0, nice - rise(before.guestNice, now.guestNice))),
    usage_iowait: percent(iowait),
    usage_irq: percent(irq),
    usage_softirq: percent(softirq),
    usage_steal: percent(steal),
    usage_guest: percent(guest),
  }
}

function rise(before: number, now: number): number {
  return Math.max(0, now - before)
}
