import { isIP } from 'node:net'

export type Starttls = 'none' | 'smtp' | 'postgresql' | 'mysql'

/** A place in the network where a certificate is shown. */
export interface Endpoint {
  /** Tag `source`: `https://his.example:443`. */
  readonly source: string
  readonly host: string
  readonly port: number
  /** Name that is asked for and that the certificate must have; may be an address. */
  readonly serverName: string
  readonly starttls: Starttls
  readonly name: string | undefined
}

const PORTS: Readonly<Record<Starttls, number>> = {
  none: 443,
  smtp: 25,
  postgresql: 5432,
  mysql: 3306,
}

/** An entry of `endpoints:`; undefined for an address that is none. */
export function toEndpoint(entry: Readonly<Record<string, unknown>>): Endpoint | undefined {
  const starttls = toStarttls(entry['starttls'])
  const text = String(entry['address'])
  const isUrl = text.includes('://')
  const url = URL.parse(isUrl ? text : `tcp://${text}`)
  if (
    url === null ||
    url.hostname === '' ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  )
    return undefined
  if (isUrl && url.protocol !== 'https:') return undefined
  if (!isUrl && url.pathname !== '') return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? PORTS[starttls] : Number(url.port)
  if (port === 0) return undefined
  const { serverName, name } = entry
  const scheme = starttls === 'none' ? (isUrl ? 'https' : 'tcp') : starttls
  const address = `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  return {
    source: typeof serverName === 'string' ? `${address}/${serverName}` : address,
    host,
    port,
    serverName: typeof serverName === 'string' ? serverName : host,
    starttls,
    name: typeof name === 'string' ? name : undefined,
  }
}

function toStarttls(value: unknown): Starttls {
  return value === 'smtp' || value === 'postgresql' || value === 'mysql' ? value : 'none'
}
