import type { LocalizedText } from '@wardround/protocol'
import { ProbeError, type ProbeErrorCode } from '../../probe.ts'

/** Why a certificate could not be looked at; order is the wire value (from 1), only append. */
export const CHECK_FAILURES = [
  'unreachable',
  'timeout',
  'unknown_host',
  'no_tls',
  'no_starttls',
  'handshake',
  'not_found',
  'not_permitted',
  'unparsable',
  'wrong_password',
  'unsupported',
  'too_large',
  'other',
] as const

export type CheckFailure = (typeof CHECK_FAILURES)[number]

const TEXTS: Readonly<Record<CheckFailure, LocalizedText>> = {
  unreachable: { zh: '无法连接', en: 'not reachable' },
  timeout: { zh: '超时', en: 'timed out' },
  unknown_host: { zh: '主机名无法解析', en: 'host name not known' },
  no_tls: { zh: '端口不是 TLS', en: 'the port speaks no TLS' },
  no_starttls: { zh: '服务器不支持 STARTTLS', en: 'the server offers no STARTTLS' },
  handshake: { zh: 'TLS 握手失败', en: 'TLS handshake failed' },
  not_found: { zh: '没有该文件', en: 'no such file' },
  not_permitted: { zh: '无权读取', en: 'not permitted' },
  unparsable: { zh: '内容无法识别', en: 'not understood' },
  wrong_password: { zh: '口令错误', en: 'wrong password' },
  unsupported: { zh: '不支持的格式', en: 'format not supported' },
  too_large: { zh: '文件过大', en: 'too large' },
  other: { zh: '其他', en: 'another' },
}

/** `error_code` of certificate_check. */
export const CHECK_FAILURE_STATES: Readonly<Record<number, LocalizedText>> = {
  0: { zh: '无', en: 'none' },
  ...Object.fromEntries(CHECK_FAILURES.map((failure, at) => [at + 1, TEXTS[failure]])),
}

const CODES: Partial<Record<CheckFailure, ProbeErrorCode>> = {
  unreachable: 'NOT_ANSWERING',
  timeout: 'DEADLINE',
  unknown_host: 'NOT_ANSWERING',
  not_permitted: 'NOT_PERMITTED',
  wrong_password: 'REFUSED',
  not_found: 'UNREADABLE',
  too_large: 'FLOOD',
}

/** One endpoint or file could not be looked at; the others can. */
export class CheckError extends ProbeError {
  readonly failure: CheckFailure
  readonly said: LocalizedText

  constructor(failure: CheckFailure, said: LocalizedText, options?: ErrorOptions) {
    super(CODES[failure] ?? 'UNPARSABLE', said, options)
    this.failure = failure
    this.said = said
  }

  /** Its wire value. */
  get state(): number {
    return CHECK_FAILURES.indexOf(this.failure) + 1
  }
}
