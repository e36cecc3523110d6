import { endianness } from 'node:os'

/** One way out of this machine, in the notation of `ip route`. */
export interface Route {
  /** `default`, or a network such as `192.0.2.0/24`. */
  readonly destination: string
  /** Missing where the network is directly connected. */
  readonly gateway?: string
  readonly interface: string
  readonly metric: number
}

/** Flags of <linux/route.h>. */
const UP = 0x1
const GATEWAY = 0x2
const REJECT = 0x200
/** An address of this machine itself. */
const LOCAL = 0x8000_0000

/** Parses /proc/net/route: a header, then one IPv4 route a line, addresses as hexadecimal numbers in the machine's byte order. */
export function parseIpv4Routes(text: string, littleEndian = endianness() === 'LE'): Route[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , flags]) => isWayOut(Number.parseInt(flags ?? '0', 16)))
    .map(([name = '', destination = '', gateway = '', flags = '', , , metric, mask = '']) => {
      const network = `${toIpv4(destination, littleEndian)}/${countBits(mask)}`
      return {
        destination: network === '0.0.0.0/0' ? 'default' : network,
        ...(Number.parseInt(flags, 16) & GATEWAY && { gateway: toIpv4(gateway, littleEndian) }),
        interface: name,
        metric: Number(metric),
      }
    })
}

/**
 * Parses /proc/net/ipv6_route: destination, its prefix length, source, its prefix length, next hop, metric,
 * references, use, flags (all hexadecimal) and interface. Left out: this machine's own addresses (lo),
 * link-local and multicast, which every interface has.
 */
export function parseIpv6Routes(text: string): Route[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([destination = '', , , , , , , , flags, name = 'lo']) => {
      const local = name === 'lo' || /^(?:fe80|ff00)/.test(destination)
      return !local && isWayOut(Number.parseInt(flags ?? '0', 16))
    })
    .map(([destination = '', prefix = '', , , hop = '', metric = '', , , , name = '']) => {
      const bits = Number.parseInt(prefix, 16)
      const network = `${toIpv6(destination)}/${bits}`
      return {
        destination: bits === 0 ? 'default' : network,
        ...(!/^0*$/.test(hop) && { gateway: toIpv6(hop) }),
        interface: name,
        metric: Number.parseInt(metric, 16),
      }
    })
}

function isWayOut(flags: number): boolean {
  return (flags & UP) !== 0 && (flags & (REJECT | LOCAL)) === 0
}

function toIpv4(hex: string, littleEndian: boolean): string {
  const bytes = [...Buffer.from(hex, 'hex')]
  return (littleEndian ? bytes.toReversed() : bytes).join('.')
}

/** The shortest form of RFC 5952, as the URL parser makes it. */
function toIpv6(hex: string): string {
  const groups = hex.match(/.{4}/g) ?? []
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}

function countBits(hex: string): number {
  return Number.parseInt(hex, 16).toString(2).replaceAll('0', '').length
}
