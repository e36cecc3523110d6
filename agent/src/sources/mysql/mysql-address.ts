/** Where a server listens. */
export type MysqlAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number }

/** A socket path, `host`, `host:port`, `[2001:db8::1]:port`. */
export const MYSQL_ADDRESS_PATTERN =
  '^(/.+|(\\[[0-9A-Fa-f:.]+\\]|[^:/\\s\\[\\]]+)(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)$'

const DEFAULT_PORT = 3306

/** @throws RangeError for a text that does not match the pattern, or a port that is none */
export function parseMysqlAddress(text: string): MysqlAddress {
  if (text.startsWith('/')) return { path: text }
  const match = /^(?:\[([^\]]+)\]|([^:\s]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? DEFAULT_PORT)
  if (host === undefined || port < 1 || port > 65_535)
    throw new RangeError(`"${text}" is no address; expected host:port or the path of a socket`)
  return { host, port }
}

/** As messages name it. */
export function formatMysqlAddress(address: MysqlAddress): string {
  if ('path' in address) return address.path
  const { host, port } = address
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
