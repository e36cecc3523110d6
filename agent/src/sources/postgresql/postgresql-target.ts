/** Where a server is, and how it is spoken to. */
export interface PostgresqlTarget {
  /** A name, an address, or the directory of a Unix socket (begins with a slash). */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly tls: TlsMode
  readonly caFile: string | undefined
  readonly connectTimeoutMs: number
}

export const TLS_MODES = ['off', 'verify', 'require'] as const

/** verify: encrypted, the certificate checked; require: encrypted with whoever answers. */
export type TlsMode = (typeof TLS_MODES)[number]

const PORT = '(?:6553[0-5]|655[0-2]\\d|65[0-4]\\d{2}|6[0-4]\\d{3}|[1-5]\\d{4}|[1-9]\\d{0,3})'

/** `HOST:PORT/DATABASE`, `[::1]:5432`, `/var/run/postgresql`, `/var/run/postgresql:5433/hc`. */
export const CONNECT_PATTERN = `^(?:/[^:\\s]*|\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_.-]+)(?::${PORT}(?:/[^\\s]+)?)?$`

const DEFAULT_PORT = 5432
const DEFAULT_DATABASE = 'postgres'

/** The parts of a text that passed CONNECT_PATTERN. */
export function parseConnect(text: string): Pick<PostgresqlTarget, 'host' | 'port' | 'database'> {
  const match = /^(\/[^:]*|\[[^\]]*\]|[^:/]+)(?::(\d+)(?:\/(.+))?)?$/.exec(text)
  const [, host = text, port, database] = match ?? []
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? DEFAULT_PORT : Number(port),
    database: database ?? DEFAULT_DATABASE,
  }
}

/** Names the server in messages. */
export function describeTarget({ host, port }: Pick<PostgresqlTarget, 'host' | 'port'>): string {
  return `PostgreSQL ${host.includes(':') ? `[${host}]` : host}:${port}`
}

export function isSocketDirectory({ host }: Pick<PostgresqlTarget, 'host'>): boolean {
  return host.startsWith('/')
}
