import { hostname } from 'node:os'
import type { CollectorConfig } from '../config.ts'
import { formatListenAddress, parseListenAddress } from '../listen-address.ts'

/** They stand for every address of this machine and lead nowhere in a link. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

/** Where links in messages lead: as configured, else to where this collector listens. */
export function externalUrlOf(
  { listen, notify }: Pick<CollectorConfig, 'listen' | 'notify'>,
  ownName: string = hostname(),
): string {
  if (notify.externalUrl !== undefined) return notify.externalUrl
  const address = parseListenAddress(listen)
  if (address === undefined) return `http://${listen}`
  const host = WILDCARDS.includes(address.host) ? ownName : address.host
  return `http://${formatListenAddress({ ...address, host })}`
}
