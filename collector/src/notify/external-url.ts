import { hostname } from 'node:os'
import { formatListenAddress, parseListenAddress } from '../http/listen-address.ts'

/** They stand for every address of this machine and lead nowhere in a link. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

interface ExternalUrlSettings {
  readonly listen: string
  readonly notify: { readonly externalUrl?: string }
}

/** Where links in messages lead: as configured, else to where this collector listens. */
export function externalUrlOf(
  { listen, notify }: ExternalUrlSettings,
  ownName: string = hostname(),
): string {
  if (notify.externalUrl !== undefined) return notify.externalUrl
  const address = parseListenAddress(listen)
  if (address === undefined) return `http://${listen}`
  const host = WILDCARDS.includes(address.host) ? ownName : address.host
  return `http://${formatListenAddress({ ...address, host })}`
}
