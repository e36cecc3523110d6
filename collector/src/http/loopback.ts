import { isIP } from 'node:net'

/** Whether an address to listen on, or a name that a browser used, stays on this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (name === 'localhost' || name === '::1') return true
  return isIP(name) === 4 && name.startsWith('127.')
}

/** The host of a Host header, without its port; undefined for what is none. */
export function hostOfHeader(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  return /^(\[[0-9a-fA-F:.]+\]|[^\s:/@\\[\]]+)(?::\d{1,5})?$/.exec(header)?.[1]
}

/** The host of an Origin header; undefined for what is none (`null` among them). */
export function hostOfOrigin(header: string): string | undefined {
  return URL.canParse(header) ? new URL(header).hostname : undefined
}
