import { net } from '../../measurements/net.ts'
import { defineProbe, remembers, type FieldValues } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { host } from '../../sources/host.ts'
import { parseNetDev, type InterfaceCounters } from './parse-net-dev.ts'

/** What /sys says of an interface. */
interface Link {
  readonly up: boolean
  readonly speedMegabits: number | undefined
}

interface Links {
  readonly readAtMs: number
  readonly byName: ReadonlyMap<string, Link>
}

/** Asking for the speed goes to the driver, and on some cards to their firmware. */
const LINKS_EVERY_MS = 60_000

/** Loopback, and the ends of links into containers and virtual machines: their names are made up anew each time. */
const LEFT_OUT = /^(lo$|veth|cali|lxc|tap|vnet|fwpr|fwln|fwbr)/

/** IFF_UP of netdevice(7). */
const UP = 1

/**
 * Network interfaces that are up. Source: /proc/net/dev; once a minute flags and speed in /sys/class/net.
 * Needs: nothing. Names: Telegraf's net.
 */
export default defineProbe({
  name: 'host.net',
  source: host,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: '/proc/net/dev, /sys/class/net',
  needs: 'none',
  help: {
    zh: '网络接口（不含回环、容器和虚拟机的虚拟接口，以及未启用的接口）',
    en: 'Network interfaces (without loopback, those of containers and virtual machines, and those that are down)',
  },
  measurements: {
    net,
  },
  remembers: remembers<Links>(),
  sample({ session, emit, memory, monotonicMs }) {
    const { portable, files } = session
    if (portable) {
      return portable.net().then((interfaces) => {
        for (const { name, fields } of interfaces) emit('net', { interface: name }, fields)
        return undefined
      })
    }
    const interfaces = parseNetDev(files.read('/proc/net/dev')).filter(
      ({ name }) => !LEFT_OUT.test(name),
    )
    const names = interfaces.map(({ name }) => name)
    const links = refreshLinks(files, names, memory, monotonicMs)
    for (const counters of interfaces) {
      const link = links.byName.get(counters.name)
      if (link?.up === false) continue
      emit('net', { interface: counters.name }, toNetFields(counters, link?.speedMegabits))
    }
    return links
  },
})

function toNetFields(counters: InterfaceCounters, speed: number | undefined): FieldValues {
  return {
    bytes_sent: counters.bytesSent,
    bytes_recv: counters.bytesReceived,
    packets_sent: counters.packetsSent,
    packets_recv: counters.packetsReceived,
    err_in: counters.errorsReceived,
    err_out: counters.errorsSent,
    drop_in: counters.dropsReceived,
    drop_out: counters.dropsSent,
    speed,
  }
}

/** Reads them anew after a minute, and at once when an interface comes or goes. */
function refreshLinks(
  files: HostFiles,
  names: readonly string[],
  known: Links | undefined,
  nowMs: number,
): Links {
  const same = known?.byName.size === names.length && names.every((name) => known.byName.has(name))
  if (known && same && nowMs - known.readAtMs < LINKS_EVERY_MS) return known
  return { readAtMs: nowMs, byName: new Map(names.map((name) => [name, readLink(files, name)])) }
}

function readLink(files: HostFiles, name: string): Link {
  const directory = `/sys/class/net/${name}`
  // Without /sys an interface counts as up: better too much than too little.
  const flags = files.readOnceIfThere(`${directory}/flags`)?.toString('latin1') ?? '0x1'
  const up = (Number.parseInt(flags, 16) & UP) !== 0
  const speed = up ? files.readOnceIfThere(`${directory}/speed`)?.toString('latin1') : undefined
  return { up, speedMegabits: speed === undefined ? undefined : toSpeed(speed) }
}

/** Drivers write −1 (some 4294967295, virtual ones 0) for unknown. */
function toSpeed(text: string): number | undefined {
  const speed = Number.parseInt(text, 10)
  return speed > 0 && speed < 0xffff_ffff ? speed : undefined
}
