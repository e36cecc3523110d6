/** `udp://0.0.0.0:5514`, `tls://[::]:6514` */
export const LISTEN_PATTERN = '^(?:udp|tcp|tls)://(?:\\[[0-9A-Fa-f:.]+\\]|[0-9.]+):\\d{1,5}$'

export interface ListenAddress {
  readonly protocol: string
  readonly host: string
  readonly port: number
  /** As it is written. */
  readonly text: string
}

/** Undefined for one that is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, protocol = '', host = '', digits = ''] =
    /^(\w+):\/\/(?:\[([^\]]+)\]|[0-9.]+):(\d+)$/.exec(text) ?? []
  const port = Number(digits)
  if (protocol === '' || port > 65_535) return undefined
  const plain = host === '' ? text.slice(protocol.length + 3, -digits.length - 1) : host
  return { protocol, host: plain, port, text }
}
