import type { LocalizedText } from '@wardround/protocol'
import { parseDurationMs } from '@wardround/program/running'

/** Where and how a source logs on: its options, read once. Plain data, for it also travels to the child of thick mode. */
export interface OracleTarget {
  /** Names the server in messages. */
  readonly server: string
  readonly user: string
  readonly connectString: string
  readonly connectTimeoutMs: number
  readonly clientDirectory: string | undefined
  readonly configDirectory: string | undefined
  readonly walletDirectory: string | undefined
  /** What V$SESSION shows as CLIENT_IDENTIFIER. */
  readonly clientIdentifier: string
}

const SHORT_FORM =
  /^(?:(?<protocol>tcps?):\/\/)?(?<host>\[[0-9A-Fa-f:.]+\]|[^\s:/()[\]]+)(?::(?<port>\d{1,5}))?(?:\/(?<service>[\w.$#-]+)|:(?<sid>[\w$#]+))$/i
const LONGEST_NAME = 80

/** @param options of the source, checked, defaults filled in */
export function toOracleTarget(
  options: Readonly<Record<string, unknown>>,
  agent: string,
): OracleTarget {
  const connect = String(options['connect'])
  const connectTimeoutMs = parseDurationMs(String(options['connectTimeout']))
  return {
    server: `Oracle ${connect.length <= LONGEST_NAME ? connect : String(options['instance'])}`,
    user: String(options['user']),
    connectString: toConnectString(connect, connectTimeoutMs),
    connectTimeoutMs,
    clientDirectory: textOf(options['clientDirectory']),
    configDirectory: textOf(options['configDirectory']),
    walletDirectory: textOf(options['walletDirectory']),
    clientIdentifier: agent,
  }
}

/**
 * HOST:PORT/SERVICE and HOST:PORT:SID as a whole descriptor: only there the Oracle Client takes its deadlines from, and one-letter
 * services pass. Anything else, such as a descriptor, goes to the driver as the site wrote it.
 */
export function toConnectString(connect: string, timeoutMs: number): string {
  const {
    protocol = 'tcp',
    host,
    port = '1521',
    service,
    sid,
  } = SHORT_FORM.exec(connect)?.groups ?? {}
  if (host === undefined) return connect
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000))
  const address = `(ADDRESS=(PROTOCOL=${protocol.toLowerCase()})(HOST=${host.replaceAll(/[[\]]/g, '')})(PORT=${port}))`
  const database = service === undefined ? `(SID=${sid})` : `(SERVICE_NAME=${service})`
  return `(DESCRIPTION=(CONNECT_TIMEOUT=${seconds})(TRANSPORT_CONNECT_TIMEOUT=${seconds})${address}(CONNECT_DATA=${database}))`
}

/** What is wrong with an address that its pattern lets pass; undefined where it can be tried. */
export function findConnectProblem(
  connect: string,
  hasConfigDirectory: boolean,
): LocalizedText | undefined {
  if (connect.startsWith('(')) return undefined
  const { host, port, sid } = SHORT_FORM.exec(connect)?.groups ?? {}
  if (host === undefined)
    return hasConfigDirectory
      ? undefined // a name of tnsnames.ora
      : {
          zh: `${connect} 没有端口和服务名，也没有 configDirectory（tnsnames.ora 所在目录）可查`,
          en: `${connect} has no service, and there is no configDirectory with a tnsnames.ora to look it up in`,
        }
  if (sid !== undefined && /^\d+$/.test(sid))
    return { zh: `${connect} 没有服务名`, en: `${connect} has no service` }
  return Number(port ?? 1521) > 65_535
    ? { zh: `端口 ${port} 不存在`, en: `there is no port ${port}` }
    : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
