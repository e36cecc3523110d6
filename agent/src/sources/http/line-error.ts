import { errorCodeOf } from '@wardround/program/error-code'
import type { LocalizedText } from '@wardround/protocol'
import type { ConnectFailure } from '../server/connect-failure.ts'

/** Why an HTTP request had no answer that can be used. */
export type LineFailure = Extract<
  ConnectFailure,
  'unreachable' | 'timeout' | 'unknown_host' | 'tls' | 'garbage' | 'other'
>

/** An HTTP request failed before its answer was whole. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly failure: LineFailure
  /** What Node said, or what is wrong in our own words. */
  readonly said: LocalizedText
  /** Whether the TCP connection stood: the port is open. */
  readonly connected: boolean

  constructor(
    failure: LineFailure,
    said: string | LocalizedText,
    connected: boolean,
    options?: ErrorOptions,
  ) {
    const words = typeof said === 'string' ? { zh: said, en: said } : said
    super(words.en, options)
    this.said = words
    this.failure = failure
    this.connected = connected
  }
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPIPE',
  'EACCES',
  'EPERM',
])

/** OpenSSL's verdicts on a certificate, as Node names them. */
const CERTIFICATE =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_|ERR_SSL_|EPROTO)/

/** What Node says of a failed request. */
export function toLineError(error: unknown, connected: boolean): LineError {
  if (error instanceof LineError) return error
  const code = errorCodeOf(error) ?? ''
  const message = error instanceof Error ? error.message : String(error)
  return new LineError(failureOf(code), message, connected, { cause: error })
}

function failureOf(code: string): LineFailure {
  if (UNREACHABLE.has(code)) return 'unreachable'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown_host'
  if (CERTIFICATE.test(code)) return 'tls'
  return code.startsWith('HPE_') ? 'garbage' : 'other'
}
