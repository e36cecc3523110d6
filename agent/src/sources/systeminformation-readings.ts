import { cpus, loadavg, platform, uptime } from 'node:os'

import type { Systeminformation } from 'systeminformation'

import type { FieldValues } from '../probe.ts'
import type {
  CpuTimes,
  PortableFileSystem,
  PortableInterface,
  PortableReadings,
} from './portable-readings.ts'

/** Loaded at the first reading: where there is /proc it never is. */
const load = () => import('systeminformation')

/**
 * Readings through systeminformation and Node, for systems without /proc. Dear beside our own readers (it
 * starts programs), and not as complete: no I/O wait, no threads, no counters of packets. File systems are
 * asked by its `df`, whose deadline is the probe's.
 */
export class SysteminformationReadings implements PortableReadings {
  cpuTimes(): Promise<readonly CpuTimes[]> {
    const cores = cpus().map(({ times }, number) => toCpuTimes(`cpu${number}`, times))
    return Promise.resolve([addUp(cores), ...cores])
  }

  async mem(): Promise<FieldValues> {
    return toMemFields(await (await load()).mem())
  }

  async swap(): Promise<FieldValues> {
    return toSwapFields(await (await load()).mem())
  }

  async system(): Promise<FieldValues> {
    const users = await (await load()).users()
    const [load1, load5, load15] = platform() === 'win32' ? [] : loadavg()
    return {
      load1,
      load5,
      load15,
      n_cpus: cpus().length,
      n_users: users.length,
      uptime: Math.floor(uptime()),
    }
  }

  async processes(): Promise<FieldValues> {
    return toProcessFields(await (await load()).processes())
  }

  async disk(): Promise<readonly PortableFileSystem[]> {
    return toFileSystems(await (await load()).fsSize())
  }

  async net(): Promise<readonly PortableInterface[]> {
    const si = await load()
    const interfaces = await si.networkInterfaces()
    const internal = new Set(
      (Array.isArray(interfaces) ? interfaces : [interfaces])
        .filter((one) => one.internal)
        .map((one) => one.iface),
    )
    return toInterfaces(await si.networkStats('*')).filter(({ name }) => !internal.has(name))
  }
}

interface NodeTimes {
  readonly user: number
  readonly nice: number
  readonly sys: number
  readonly idle: number
  readonly irq: number
}

function toCpuTimes(cpu: string, { user, nice, sys, idle, irq }: NodeTimes): CpuTimes {
  const unknown = { iowait: 0, softirq: 0, steal: 0, guest: 0, guestNice: 0 }
  return { cpu, user, nice, system: sys, idle, irq, ...unknown }
}

function addUp(cores: readonly CpuTimes[]): CpuTimes {
  const total = { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 }
  for (const core of cores) {
    total.user += core.user
    total.nice += core.nice
    total.sys += core.system
    total.idle += core.idle
    total.irq += core.irq
  }
  return toCpuTimes('cpu-total', total)
}

function toMemFields(mem: Systeminformation.MemData): FieldValues {
  const { total, available, free } = mem
  const used = Math.max(0, total - available)
  return {
    total,
    available,
    available_percent: (100 * available) / total,
    used,
    used_percent: (100 * used) / total,
    free,
  }
}

/** The share of none is missing. */
function toSwapFields(mem: Systeminformation.MemData): FieldValues {
  const { swaptotal: total, swapfree: free, swapused: used } = mem
  return { total, free, used, used_percent: total > 0 ? (100 * used) / total : undefined }
}

function toProcessFields(processes: Systeminformation.ProcessesData): FieldValues {
  const count = (state: string): number =>
    processes.list.filter((process) => process.state === state).length
  return {
    total: processes.all,
    running: processes.running,
    sleeping: processes.sleeping,
    blocked: processes.blocked,
    stopped: count('stopped'),
    zombies: count('zombie'),
  }
}

/** Mounts that macOS makes for itself, and file systems without room of their own. */
const LEFT_OUT = /^(?:\/System\/Volumes\/(?!Data$)|\/dev$|\/private\/var\/vm)/

export function toFileSystems(
  sizes: readonly Systeminformation.FsSizeData[],
): PortableFileSystem[] {
  return sizes
    .filter(({ size, mount }) => size > 0 && !LEFT_OUT.test(mount))
    .map(({ fs, type, mount, rw, size, used, available }) => ({
      path: mount,
      device: fs,
      fstype: type.toLowerCase(),
      ...(rw !== null && { mode: rw ? ('rw' as const) : ('ro' as const) }),
      fields: {
        total: size,
        used,
        free: available,
        used_percent: used + available > 0 ? (100 * used) / (used + available) : undefined,
      },
    }))
}

/** Counters that the system does not give come as −1 or null. */
export function toInterfaces(
  statistics: readonly Systeminformation.NetworkStatsData[],
): PortableInterface[] {
  const known = (counter: number | null): number | undefined =>
    counter !== null && counter >= 0 ? counter : undefined
  return statistics
    .filter(({ iface, operstate }) => iface !== '' && operstate !== 'down')
    .map((one) => ({
      name: one.iface,
      fields: {
        bytes_sent: known(one.tx_bytes),
        bytes_recv: known(one.rx_bytes),
        err_in: known(one.rx_errors),
        err_out: known(one.tx_errors),
        drop_in: known(one.rx_dropped),
        drop_out: known(one.tx_dropped),
      },
    }))
}
