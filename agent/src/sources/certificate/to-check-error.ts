import { errorCodeOf } from '@wardround/program/error-code'
import { printable } from './certificate-facts.ts'
import type { CheckFailure } from '../../measurements/certificate-check.ts'
import { CheckError } from './check-failure.ts'

const FAILURES: Readonly<Record<string, CheckFailure>> = {
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  ETIMEDOUT: 'timeout',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no_tls',
  ERR_SSL_HTTP_REQUEST: 'no_tls',
  ENOENT: 'not_found',
  ENOTDIR: 'not_found',
  EISDIR: 'unsupported',
  EACCES: 'not_permitted',
  EPERM: 'not_permitted',
}

/** Handshakes end so at servers that speak GM/T 0024 (TLCP) alone. */
const MAYBE_TLCP =
  /HANDSHAKE_FAILURE|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY/

export function toCheckError(error: unknown): CheckError {
  if (error instanceof CheckError) return error
  const code = codeOf(error)
  const message = printable(error instanceof Error ? error.message : String(error))
  const cause = { cause: error }
  if (MAYBE_TLCP.test(code))
    return new CheckError(
      'handshake',
      {
        zh: `TLS 握手被拒绝（${code}）；只支持国密（SM2/TLCP）的端口看不到证书，请把证书登记在 ledger 中`,
        en: `the handshake was refused (${code}); where the port speaks only TLCP (SM2), write its certificate into the ledger`,
      },
      cause,
    )
  const failure =
    FAILURES[code] ?? (/^ERR_SSL|^EPROTO|^ECONNRESET|^EPIPE/.test(code) ? 'handshake' : 'other')
  return new CheckError(failure, { zh: message, en: message }, cause)
}

function codeOf(error: unknown): string {
  const one: unknown = error instanceof AggregateError ? error.errors[0] : error
  return errorCodeOf(one) ?? ''
}
