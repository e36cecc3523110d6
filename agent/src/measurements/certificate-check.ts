import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge, state } from '../field.ts'
import { CHECK_FAILURE_STATES } from '../sources/certificate/check-failure.ts'

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
