import type { LocalizedText } from '@wardround/protocol'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import type { LineError } from '../http/line-error.ts'
import { COMMON_CURES, explainLineError, type LineCures } from '../http/line-cures.ts'
import { FingerprintError } from './checked-tls.ts'
import type { RedfishAnswer } from './redfish-line.ts'
import type { RedfishTarget } from './redfish-target.ts'

const CURES: LineCures = {
  ...COMMON_CURES,
  unreachable: {
    zh: '无法连接；请检查地址、端口、防火墙，以及设备是否在重启',
    en: 'not reachable; see address, port and firewall, and whether the device restarts',
  },
  timeout: { zh: '在规定时间内没有应答', en: 'no answer in time' },
  tls: {
    zh: '证书不可信或加密协商失败；请设置 caFile（签发证书的 CA）、serverName（证书中的名称），或 fingerprint（证书的 SHA-256 指纹）',
    en: 'certificate not trusted, or no common encryption; set caFile (the authority), serverName (the name in it) or fingerprint (its SHA-256)',
  },
}

const OTHER_CERTIFICATE: LocalizedText = {
  zh: '证书与 fingerprint 不符，未发送密码；若确已更换证书，请核对后更新 fingerprint',
  en: 'another certificate than fingerprint says, so no password was sent; where it was changed on purpose, compare it and write the new one',
}

/** Why there was no answer, with what to do. */
export function explainSilence({ server }: RedfishTarget, error: LineError): ConnectError {
  const cure = error.cause instanceof FingerprintError ? OTHER_CERTIFICATE : CURES[error.failure]
  const text = explainLineError(server, error, cure)
  return new ConnectError(error.failure, text, { cause: error })
}

/** Another program answers, or a device without Redfish. */
export function noRedfish({ server }: RedfishTarget, why: string): ConnectError {
  return new ConnectError('garbage', {
    zh: `${server}：应答不是 Redfish 服务（${why}）；请检查 connect，以及设备是否启用 Redfish`,
    en: `${server}: what answers is no Redfish service (${why}); see connect, and whether the device has Redfish enabled`,
  })
}

/** The session table is full: Redfish's own message ids, and Dell's. */
const FULL =
  /SessionLimitExceeded|CreateLimitReachedForResource|RAC0218|maximum number of (?:user )?sessions/i
/** iLO answers 400. */
const WRONG = /Unauthorized|InvalidAuthentication|credential|password/i
const LOCKED = /AccountLocked|account[^"]{0,40}\blocked/i
const EXPIRED = /PasswordChangeRequired|password[^"]{0,40}\bexpired/i

/** Why a session was not given; undefined where it was. */
export function explainRefusedLogon(
  { server }: RedfishTarget,
  { status, body }: RedfishAnswer,
): ConnectError | undefined {
  if (status === 200 || status === 201) return undefined
  const [failure, { zh, en }] = judge(status, body.slice(0, 65_536))
  return new ConnectError(failure, {
    zh: `${server}：${zh}（HTTP ${status}）`,
    en: `${server}: ${en} (HTTP ${status})`,
  })
}

function judge(status: number, body: string): readonly [ConnectFailure, LocalizedText] {
  if (FULL.test(body) || status === 507) return ['too_many_sessions', TABLE_FULL]
  if (LOCKED.test(body)) return ['account_locked', ACCOUNT_LOCKED]
  if (EXPIRED.test(body)) return ['password_expired', PASSWORD_EXPIRED]
  if (status === 401 || (status === 400 && WRONG.test(body)))
    return ['wrong_password', WRONG_PASSWORD]
  if (status === 403) return ['not_permitted', NOT_PERMITTED]
  if (status === 404 || status === 405 || status === 501) return ['unsupported', NO_SESSIONS]
  if (status === 503) return ['not_open', NOT_OPEN]
  return ['other', { zh: '登录失败', en: 'the logon failed' }]
}

const TABLE_FULL: LocalizedText = {
  zh: '设备的会话数已满；请在 BMC 上注销不用的会话，或等其超时，采集代理自身最多占用一个',
  en: 'the device’s session table is full; end unused sessions on it or wait for their timeout: the agent holds one at most',
}
const ACCOUNT_LOCKED: LocalizedText = {
  zh: '账号已锁定；请在 BMC 上解锁，之后执行 wardround-agent resume 数据源名',
  en: 'the account is locked; unlock it on the device, then run wardround-agent resume SOURCE',
}
const PASSWORD_EXPIRED: LocalizedText = {
  zh: '密码须先修改；请登录 BMC 改好，再更新密码文件',
  en: 'the password must be changed first; do so on the device, then write the new one into the password file',
}
const WRONG_PASSWORD: LocalizedText = {
  zh: '用户名或密码被拒绝；为避免锁定账号已停止尝试，请更正 user 或密码文件，改动后会自动重试',
  en: 'user name or password refused; not tried again, so that the account is not locked: correct user or the password file, the change is noticed',
}
const NOT_PERMITTED: LocalizedText = {
  zh: '账号没有登录权限；请授予角色 ReadOnly，并允许 Redfish 访问',
  en: 'the account may not log in; give it the role ReadOnly and let it use Redfish',
}
const NO_SESSIONS: LocalizedText = {
  zh: '设备不提供 Redfish 会话；请升级其固件',
  en: 'the device offers no Redfish sessions; a newer firmware does',
}
const NOT_OPEN: LocalizedText = {
  zh: '设备暂不能服务，可能正在启动',
  en: 'the device can’t serve now; it may be starting',
}
