import type { LocalizedText } from '@wardround/protocol'
import { state } from '../../field.ts'

/** Why no session could be had, the same for every product; order is the wire value (from 1), only append. */
export const CONNECT_FAILURES = [
  'unreachable',
  'timeout',
  'unknown_host',
  'wrong_password',
  'account_locked',
  'password_expired',
  'too_many_sessions',
  'not_open',
  'unknown_service',
  'tls',
  'garbage',
  'not_permitted',
  'unsupported',
  'other',
  'not_started',
] as const

export type ConnectFailure = (typeof CONNECT_FAILURES)[number]

const TEXTS: Readonly<Record<ConnectFailure, LocalizedText>> = {
  unreachable: { zh: '无法连接', en: 'not reachable' },
  timeout: { zh: '超时无应答', en: 'no answer in time' },
  unknown_host: { zh: '主机名无法解析', en: 'host name not known' },
  wrong_password: { zh: '用户名或密码被拒绝', en: 'user name or password refused' },
  account_locked: { zh: '账号已锁定', en: 'account locked' },
  password_expired: { zh: '密码已过期', en: 'password expired' },
  too_many_sessions: { zh: '连接数已满', en: 'no session left' },
  not_open: { zh: '正在启动、关闭或未打开', en: 'starting, stopping or not open' },
  unknown_service: { zh: '服务名或数据库不存在', en: 'no such service or database' },
  tls: { zh: '证书或加密协商失败', en: 'certificate or encryption refused' },
  garbage: { zh: '应答无法识别', en: 'answer not understood' },
  not_permitted: { zh: '账号没有登录权限', en: 'account may not log in' },
  unsupported: { zh: '版本或认证方式不支持', en: 'version or authentication not supported' },
  other: { zh: '其他错误', en: 'another error' },
  not_started: { zh: '未启动', en: 'not started' },
}

/** After these the agent does not try again by itself: each try may count towards the account's lock. */
const REFUSALS: ReadonlySet<ConnectFailure> = new Set([
  'wrong_password',
  'account_locked',
  'password_expired',
])

/** A session could not be had. The text says what failed, with which server, and what to do; it holds no secret. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly failure: ConnectFailure
  readonly text: LocalizedText

  constructor(failure: ConnectFailure, text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options)
    this.failure = failure
    this.text = text
  }

  get isRefusal(): boolean {
    return REFUSALS.has(this.failure)
  }
}

/** `error_code` of the measurements *_up: 0 while there is a session. */
export const CONNECT_FAILURE_FIELD = state(
  '无法建立会话的原因；0 为无',
  'Why there is no session; 0: there is one',
  {
    0: { zh: '无', en: 'none' },
    ...Object.fromEntries(CONNECT_FAILURES.map((failure, at) => [at + 1, TEXTS[failure]])),
  },
)

export function toFailureState(failure: ConnectFailure | undefined): number {
  return failure === undefined ? 0 : CONNECT_FAILURES.indexOf(failure) + 1
}

export function isConnectFailure(text: string): text is ConnectFailure {
  const failures: readonly string[] = CONNECT_FAILURES
  return failures.includes(text)
}
