import type { LocalizedText } from '@wardround/protocol'
import { state } from '../../field.ts'

/** Why a device gave no usable answer; order is the wire value (from 1), only append. */
export const SNMP_FAILURES = [
  'silent',
  'unreachable',
  'unknown_host',
  'no_secret',
  'unknown_user',
  'wrong_key',
  'wrong_privacy_key',
  'unsupported_level',
  'out_of_time',
  'other_report',
  'garbage',
] as const

export type SnmpFailure = (typeof SNMP_FAILURES)[number]

const TEXTS: Readonly<Record<SnmpFailure, LocalizedText>> = {
  silent: { zh: '无应答', en: 'no answer' },
  unreachable: { zh: '网络不可达', en: 'network not reachable' },
  unknown_host: { zh: '主机名无法解析', en: 'host name not known' },
  no_secret: { zh: '密钥无法读取', en: 'secret can not be read' },
  unknown_user: { zh: '设备上没有该用户', en: 'user not known to the device' },
  wrong_key: { zh: '认证密钥或算法不符', en: 'wrong authentication key or protocol' },
  wrong_privacy_key: { zh: '加密密钥或算法不符', en: 'wrong privacy key or protocol' },
  unsupported_level: { zh: '设备不接受该安全级别', en: 'security level not accepted' },
  out_of_time: { zh: '引擎时间不同步', en: 'engine time out of step' },
  other_report: {
    zh: '设备拒绝了请求（如上下文不存在）',
    en: 'refused by a report, such as an unknown context',
  },
  garbage: { zh: '应答无法识别', en: 'answer not understood' },
}

/** The device told us that it does not let us in: trying again changes nothing until somebody acts. */
const REFUSALS: ReadonlySet<SnmpFailure> = new Set([
  'unknown_user',
  'wrong_key',
  'wrong_privacy_key',
  'unsupported_level',
  'other_report',
])

/** `error_code` of snmp_up: 0 while the device answers. */
export const SNMP_FAILURE_FIELD = state(
  '没有可用应答的原因；0 为无',
  'Why there was no usable answer; 0: there was one',
  {
    0: { zh: '无', en: 'none' },
    ...Object.fromEntries(SNMP_FAILURES.map((failure, at) => [at + 1, TEXTS[failure]])),
  },
)

export function toFailureState(failure: SnmpFailure | undefined): number {
  return failure === undefined ? 0 : SNMP_FAILURES.indexOf(failure) + 1
}

/** A request got no usable answer. The text says what and what to do; it holds no secret. */
export class SnmpError extends Error {
  override readonly name = 'SnmpError'
  readonly failure: SnmpFailure
  readonly text: LocalizedText

  constructor(failure: SnmpFailure, detail?: LocalizedText, options?: ErrorOptions) {
    const { zh, en } = TEXTS[failure]
    const text = {
      zh: detail === undefined ? zh : `${zh}：${detail.zh}`,
      en: detail === undefined ? en : `${en}: ${detail.en}`,
    }
    super(text.en, options)
    this.failure = failure
    this.text = text
  }

  get isRefusal(): boolean {
    return REFUSALS.has(this.failure)
  }
}
