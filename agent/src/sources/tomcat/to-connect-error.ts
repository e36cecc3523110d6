import type { LocalizedText } from '@wardround/protocol'
import { ConnectError } from '../server/connect-failure.ts'
import type { HttpAnswer } from '../http/http-line.ts'
import type { LineError } from '../http/line-error.ts'
import { COMMON_CURES, explainLineError, type LineCures } from '../http/line-cures.ts'
import type { TomcatTarget } from './tomcat-target.ts'

const CURES: LineCures = {
  ...COMMON_CURES,
  unreachable: {
    zh: '无法连接；请检查 Tomcat 是否在运行、connect 的地址和端口、防火墙',
    en: 'not reachable; see whether Tomcat runs, whether connect names its address and port, and the firewall',
  },
  timeout: {
    zh: '在规定时间内没有应答；线程可能已用尽，或 JVM 正在垃圾回收',
    en: 'no answer in time; all its threads may be busy, or the JVM collects garbage',
  },
  tls: {
    zh: '证书或加密协商失败；请检查 https、caFile（签发证书的 CA）和 serverName（证书中的名称）',
    en: 'certificate or encryption refused; see https, caFile (the authority that signed it) and serverName (the name in it)',
  },
}

/** Why there was no answer, with what to do. */
export function describeLineError({ server }: TomcatTarget, error: LineError): LocalizedText {
  return explainLineError(server, error, CURES[error.failure])
}

export function toConnectError(target: TomcatTarget, error: LineError): ConnectError {
  return new ConnectError(error.failure, describeLineError(target, error), { cause: error })
}

/** Why the manager's answer opens no session; undefined where it does. */
export function refusalIn(target: TomcatTarget, answer: HttpAnswer): ConnectError | undefined {
  const { status } = answer
  if (status === 200) return undefined
  if (needsTls(answer)) return toError('tls', target, NEEDS_TLS)
  if (status === 401 && !/\bbasic\b/i.test(answer.headers['www-authenticate'] ?? ''))
    return toError('unsupported', target, NOT_BASIC)
  if (status === 401) return toError('wrong_password', target, WRONG_PASSWORD)
  if (status === 403) return toError('not_permitted', target, NOT_PERMITTED)
  if (status === 404) return toError('unknown_service', target, noManager(target))
  if (status >= 300 && status < 400) return toError('unknown_service', target, redirected(answer))
  const text = { zh: `管理应用应答 HTTP ${status}`, en: `the manager answered HTTP ${status}` }
  return toError(status === 503 ? 'not_open' : 'other', target, text)
}

/** Tomcat's answer to plain HTTP on a TLS connector. */
export function needsTls({ status, body }: HttpAnswer): boolean {
  return status === 400 && /requires TLS/i.test(body)
}

export const NEEDS_TLS: LocalizedText = {
  zh: '该端口要求 TLS；请在 connect 中改用 https://',
  en: 'this port wants TLS; write https:// in connect',
}

const WRONG_PASSWORD: LocalizedText = {
  zh: '用户名或密码被拒绝（HTTP 401）；为避免 LockOutRealm 锁定账号已停止尝试，请更正 user 或密码文件，改动后会自动重试；若是之后才改好并重新加载 tomcat-users.xml，请执行 wardround-agent resume 数据源名；密码含中文等非 ASCII 字符时，Tomcat 的 BASIC 认证须按 UTF-8 解码，否则请改用 ASCII 密码',
  en: 'user name or password refused (HTTP 401); not tried again, so that LockOutRealm does not lock the account: correct user or the password file, the change is noticed; where tomcat-users.xml was mended or reloaded later, run wardround-agent resume SOURCE; a password with other characters than ASCII needs a Tomcat that takes BASIC as UTF-8: choose one in ASCII otherwise',
}

const NOT_BASIC: LocalizedText = {
  zh: '管理应用不使用 BASIC 认证（HTTP 401），不支持其他认证方式；请检查 manager 的 WEB-INF/web.xml 中的 login-config',
  en: 'the manager does not take BASIC authentication (HTTP 401), and no other is supported; see login-config in its WEB-INF/web.xml',
}

const NOT_PERMITTED: LocalizedText = {
  zh: '账号缺少角色 manager-status，或管理应用的 RemoteAddrValve/RemoteCIDRValve（META-INF/context.xml）不允许本机地址（HTTP 403）；请在 conf/tomcat-users.xml 中写：<user username="wardround" password="…" roles="manager-status"/>',
  en: 'the account lacks the role manager-status, or RemoteAddrValve/RemoteCIDRValve of the manager (META-INF/context.xml) does not allow this host (HTTP 403); write into conf/tomcat-users.xml: <user username="wardround" password="…" roles="manager-status"/>',
}

function noManager({ manager }: TomcatTarget): LocalizedText {
  return {
    zh: `没有部署管理应用 ${manager}（HTTP 404）；请部署 manager 或设置 manager 路径，不部署则去掉 user 和 password，只监视进程、端口和 HTTP`,
    en: `no manager application at ${manager} (HTTP 404); deploy it or set manager, or leave out user and password: process, port and HTTP are watched then`,
  }
}

function redirected(answer: HttpAnswer): LocalizedText {
  const to = redirectOf(answer) ?? '?'
  return {
    zh: `管理应用重定向到 ${to}（HTTP ${answer.status}），不跟随；请相应修改 connect 或 manager`,
    en: `the manager redirects to ${to} (HTTP ${answer.status}), which is not followed; change connect or manager accordingly`,
  }
}

/** Where an answer points to, without its query, which may hold a session's id. */
export function redirectOf({ headers }: HttpAnswer): string | undefined {
  return headers.location?.replace(/[?#;].*$/s, '').slice(0, 200)
}

function toError(
  failure: ConstructorParameters<typeof ConnectError>[0],
  { server }: TomcatTarget,
  { zh, en }: LocalizedText,
): ConnectError {
  return new ConnectError(failure, { zh: `${server}：${zh}`, en: `${server}: ${en}` })
}
