import { parseDurationMs } from '@wardround/program/running'
import { ProbeError } from '../../probe.ts'
import { readAuthorities } from '../authorities.ts'

/** A Redfish service as agent.yaml names it, checked. */
export interface RedfishTarget {
  readonly subject: string
  readonly url: URL
  /** Names it in messages: `Redfish 10.0.0.31`. */
  readonly server: string
  readonly user: string
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca: string | undefined
  /** Name that the certificate must have, where it is not the host of the URL. */
  readonly serverName: string | undefined
  /** SHA-256 of the one certificate that is taken, in hex without colons. */
  readonly fingerprint: string | undefined
  readonly connectTimeoutMs: number
  /** For one whole answer. */
  readonly timeoutMs: number
}

/**
 * @param options checked against the source's declaration, defaults filled in
 * @throws ProbeError UNREADABLE where caFile is, or connect is no address
 */
export async function readRedfishTarget(
  options: Readonly<Record<string, unknown>>,
): Promise<RedfishTarget> {
  const url = URL.parse(String(options['connect']))
  if (url?.protocol !== 'https:')
    throw new ProbeError('UNREADABLE', {
      zh: `connect 不是 https 地址：${String(options['connect'])}`,
      en: `connect is no https address: ${String(options['connect'])}`,
    })
  const caFile = textIn(options, 'caFile')
  return {
    subject: String(options['subject']),
    url,
    server: `Redfish ${url.host}`,
    user: String(options['user']),
    ca: caFile === undefined ? undefined : await readAuthorities(caFile),
    serverName: textIn(options, 'serverName'),
    fingerprint: textIn(options, 'fingerprint')?.replaceAll(':', '').toLowerCase(),
    connectTimeoutMs: parseDurationMs(String(options['connectTimeout'])),
    timeoutMs: parseDurationMs(String(options['timeout'])),
  }
}

function textIn(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
