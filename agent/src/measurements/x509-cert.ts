import type { MeasurementDeclaration } from '@wardround/protocol'
import { gauge, state } from '../field.ts'

/** Why a certificate is not valid; order is the wire value. */
export const VERIFICATION_REASONS = [
  'valid',
  'expired',
  'not_yet_valid',
  'self_signed',
  'unknown_issuer',
  'issuer_missing',
  'chain_expired',
  'wrong_name',
  'revoked',
  'other',
] as const

export type VerificationReason = (typeof VERIFICATION_REASONS)[number]

/**
 * A certificate with Telegraf's names, and ours beside them. A series is one place (`source`, `position`), so that a renewed certificate goes on in
 * it: Telegraf's tags that change with the renewal (issuer, names) describe. `type` of a place changes only when another kind of certificate comes there.
 */
export const X509_CERT = {
  identifyingTags: ['source', 'type', 'position'],
  descriptiveTags: [
    'issuer_common_name',
    'common_name',
    'san',
    'verification',
    'name',
    'holder',
    'kind',
  ],
  fields: {
    expiry: gauge(
      'seconds',
      '距到期的秒数；负数为已过期',
      'Time until it expires; negative when it has',
    ),
    age: gauge(
      'seconds',
      '自生效起的秒数；负数为尚未生效',
      'Time since it became valid; negative before that',
    ),
    startdate: gauge('timestamp_seconds', '生效时间', 'Valid from'),
    enddate: gauge('timestamp_seconds', '到期时间', 'Valid until'),
    verification_code: state(
      '校验结果：有效期、证书链和主机名；无法判断时缺失',
      'Whether dates, chain and host name are in order; missing where that can’t be told',
      { 0: { zh: '有效', en: 'valid' }, 1: { zh: '无效', en: 'invalid' } },
    ),
    verification_reason: state('证书无效的原因', 'Why it is not valid', {
      0: { zh: '有效', en: 'valid' },
      1: { zh: '已过期', en: 'expired' },
      2: { zh: '尚未生效', en: 'not yet valid' },
      3: { zh: '自签名', en: 'self-signed' },
      4: { zh: '根证书不受信任', en: 'its root is not trusted' },
      5: {
        zh: '找不到签发者证书（缺中间证书，或根证书不在信任列表）',
        en: 'the issuer was not found',
      },
      6: { zh: '中间证书或根证书不在有效期', en: 'an intermediate or the root is out of date' },
      7: { zh: '主机名不符', en: 'wrong host name' },
      8: { zh: '已吊销', en: 'revoked' },
      9: { zh: '其他', en: 'another' },
    }),
    public_key_length: gauge('count', '公钥位数', 'Bits of the public key'),
    hostname_ok: gauge(
      'boolean',
      '1：与主机名相符（仅端点）',
      '1: it is for this host name (endpoints)',
    ),
    self_signed: gauge('boolean', '1：自签名', '1: signed by itself'),
    chain_complete: gauge('boolean', '1：证书链完整，能追溯到根', '1: the chain reaches a root'),
    chain_min_days_left: gauge(
      'count',
      '所用证书链中，除本证书外最先到期者的剩余天数；不需要的交叉签名证书不计',
      'Days left of the certificate above it on the path that expires first; a cross-signed one that the path does not need is left out',
      0.01,
    ),
    days_left: gauge('count', '剩余天数；负数为已过期', 'Days left; negative when expired', 0.01),
    lifetime_days: gauge('count', '有效期总天数', 'Days between its two dates', 0.01),
    weak_key: gauge(
      'boolean',
      '1：密钥过短（RSA/DSA 小于 2048 位，EC 小于 224 位）',
      '1: key too short (RSA or DSA under 2048 bits, EC under 224)',
    ),
    weak_signature: gauge('boolean', '1：签名使用 SHA-1 或 MD5', '1: signed with SHA-1 or MD5'),
    fingerprint_changed: gauge(
      'boolean',
      '1：7 天内证书被更换',
      '1: replaced by another one within the last 7 days',
    ),
    revoked: gauge(
      'boolean',
      '1：服务器附带的 OCSP 应答表明已吊销；没有附带时缺失',
      '1: the stapled OCSP answer says revoked; missing without one',
    ),
  },
} as const satisfies MeasurementDeclaration
