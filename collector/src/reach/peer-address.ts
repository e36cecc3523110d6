import { isIP } from 'node:net'

/** From here a proxy on this machine connects as well as an agent: a ping there says nothing. */
const OF_THIS_MACHINE = ['127.0.0.1', '::1']

/**
 * The IP address in `10.0.0.5:41522` or `[fe80::1]:41522`, where a ping may tell something about who is there; IPv4 as such where it came
 * mapped into IPv6.
 */
export function pingableAddress(peer: string): string | undefined {
  const host = /^\[(.+)\]:\d+$|^([^:]+):\d+$/.exec(peer)
  const address = (host?.[1] ?? host?.[2] ?? '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 || OF_THIS_MACHINE.includes(address) ? undefined : address
}
