import type { LocalizedText, MeasurementDeclaration } from '@wardround/protocol'
import { gauge, state } from '../field.ts'

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
const CHECK_FAILURE_STATES: Readonly<Record<number, LocalizedText>> = {
  0: { zh: '无', en: 'none' },
  ...Object.fromEntries(CHECK_FAILURES.map((failure, at) => [at + 1, TEXTS[failure]])),
}

/** Whether a place where certificates are looked for could be looked at. */
export const CERTIFICATE_CHECK = {
  identifyingTags: ['source'],
  descriptiveTags: ['name'],
  fields: {
    up: gauge('boolean', '1：取到证书', '1: its certificate was read'),
    error_code: state(
      '取不到证书的原因；0 为无',
      'Why no certificate could be read; 0: it could',
      CHECK_FAILURE_STATES,
    ),
    handshake_ms: gauge(
      'milliseconds',
      'TLS 握手时间（仅端点）',
      'Time of the TLS handshake (endpoints)',
      0.1,
    ),
    certificates: gauge(
      'count',
      '服务器发送或文件中的证书数',
      'Certificates that were sent, or that the file holds',
    ),
  },
} as const satisfies MeasurementDeclaration
