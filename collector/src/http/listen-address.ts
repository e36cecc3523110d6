import { isLoopback } from './loopback.ts'

/** Where to listen. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** HOST:PORT, an IPv6 address in brackets; undefined for what is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  return host === undefined || port > 65_535 ? undefined : { host, port }
}

export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether nobody outside of this machine can reach the address. */
export function isLocal({ host }: ListenAddress): boolean {
  return isLoopback(host)
}
