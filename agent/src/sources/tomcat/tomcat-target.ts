import type { HttpTarget } from './http-line.ts'

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

/** @param options checked against the source's declaration, defaults filled in */
export function toTomcatTarget(
  options: Readonly<Record<string, unknown>>,
  given: Pick<TomcatTarget, 'ca' | 'connectTimeoutMs'>,
): TomcatTarget {
  const url = new URL(String(options['connect']))
  const manager = String(options['manager']).replace(/\/+$/, '')
  return {
    ...given,
    url,
    server: `Tomcat ${url.host}`,
    source: url.origin,
    manager,
    page: String(options['page']),
    serverName: textIn(options, 'serverName'),
    user: textIn(options, 'user'),
    jmx: options['jmx'] === true,
    logs: textIn(options, 'logs'),
    catalinaBase: textIn(options, 'catalinaBase')?.replace(/(?<=.)[/\\]+$/, ''),
  }
}

function textIn(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
