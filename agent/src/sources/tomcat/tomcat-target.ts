import { ProbeError } from '../../probe.ts'
import type { HttpTarget } from '../http/http-line.ts'

/** A Tomcat as agent.yaml names it, checked. */
export interface TomcatTarget extends HttpTarget {
  /** Names it in messages: `Tomcat 10.0.0.5:8080`. */
  readonly server: string
  /** Telegraf's tag `source`, without path and query. */
  readonly source: string
  /** Path of the manager application, without a slash at its end. */
  readonly manager: string
  readonly page: string
  readonly user: string | undefined
  readonly jmx: boolean
  readonly catalinaBase: string | undefined
  /** Directory of its logs, where it is not catalinaBase/logs. */
  readonly logs: string | undefined
}

/**
 * @param options checked against the source's declaration, defaults filled in
 * @throws ProbeError UNREADABLE for an address that is none, and an account without a password
 */
export function toTomcatTarget(
  options: Readonly<Record<string, unknown>>,
  given: Pick<TomcatTarget, 'ca' | 'connectTimeoutMs'>,
): TomcatTarget {
  const url = parseAddress(String(options['connect']))
  const manager = String(options['manager']).replace(/\/+$/, '')
  const user = textIn(options, 'user')
  if ((user === undefined) !== (options['password'] === undefined))
    throw new ProbeError('UNREADABLE', {
      zh: 'user 和 password 必须同时填写，或都不填（只监视进程、端口和 HTTP）',
      en: 'user and password go together; without both, process, port and HTTP are watched',
    })
  return {
    ...given,
    url,
    server: `Tomcat ${url.host}`,
    source: url.origin,
    manager,
    page: String(options['page']),
    serverName: textIn(options, 'serverName'),
    user,
    jmx: options['jmx'] === true,
    logs: textIn(options, 'logs'),
    catalinaBase: textIn(options, 'catalinaBase')?.replace(/(?<=.)[/\\]+$/, ''),
  }
}

function parseAddress(connect: string): URL {
  const url = URL.parse(connect)
  if (url !== null) return url
  throw new ProbeError('UNREADABLE', {
    zh: `connect 不是有效地址：${connect}；应如 http://127.0.0.1:8080`,
    en: `connect is no address: ${connect}; expected such as http://127.0.0.1:8080`,
  })
}

function textIn(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
