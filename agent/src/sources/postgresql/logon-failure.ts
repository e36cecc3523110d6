import type { LocalizedText } from '@wardround/protocol'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import { describeTarget, type PostgresqlTarget } from './postgresql-target.ts'

/** Codes of the operating system and of TLS, where the error has one. */
const SYSTEM_FAILURES: Readonly<Record<string, ConnectFailure>> = {
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  EAI_FAIL: 'unknown_host',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
}

/** SQLSTATE, or its class in two characters (PostgreSQL, appendix A). */
const SERVER_FAILURES: Readonly<Record<string, ConnectFailure>> = {
  '28P01': 'wrong_password',
  '28000': 'not_permitted',
  '42501': 'not_permitted',
  '3D000': 'unknown_service',
  '57P04': 'unknown_service',
  '53300': 'too_many_sessions',
  '55000': 'not_open',
  '57P01': 'not_open',
  '57P02': 'not_open',
  '57P03': 'not_open',
  '0A000': 'unsupported',
  '08P01': 'unsupported',
  '42704': 'unsupported', // does not know a parameter that every version from 10 has
  '08': 'unreachable',
}

/** What is to be done, by what is wrong. */
const ADVICE: Readonly<Record<ConnectFailure, LocalizedText>> = {
  unreachable: {
    zh: '请检查服务是否运行、listen_addresses、端口与防火墙',
    en: 'see whether the server runs, and to listen_addresses, port and firewall',
  },
  timeout: {
    zh: '请检查网络与服务器是否挂起',
    en: 'see to the network, and whether the server hangs',
  },
  unknown_host: { zh: '请检查主机名或 DNS', en: 'see to the host name or the DNS' },
  wrong_password: {
    zh: '用户名或密码被拒绝；为避免锁定账号不再尝试，请更新密码文件',
    en: 'user name or password refused; it is not tried again, so that no account is locked: write the right one into its file',
  },
  account_locked: { zh: '请解锁账号', en: 'have the account unlocked' },
  password_expired: { zh: '请修改密码', en: 'have the password changed' },
  too_many_sessions: {
    zh: '连接数已满；请清理空闲会话或调大 max_connections',
    en: 'no connection is left: end idle sessions or raise max_connections',
  },
  not_open: {
    zh: '数据库正在启动、恢复或关闭，或不接受连接',
    en: 'it starts, recovers or stops, or takes no connections',
  },
  not_started: { zh: '服务没有启动，请启动它', en: 'it is not started: start it' },
  unknown_service: {
    zh: '数据库不存在，请检查 connect 中的库名',
    en: 'no such database: see to its name in connect',
  },
  tls: {
    zh: '请检查 tls、caFile、主机名与服务器证书',
    en: 'see to tls and caFile, the host name, and the certificate of the server',
  },
  garbage: {
    zh: '应答的不是 PostgreSQL，请检查端口',
    en: 'what answered is no PostgreSQL: see to the port',
  },
  not_permitted: {
    zh: '请检查 pg_hba.conf 以及账号的 LOGIN 与 CONNECT 权限',
    en: 'see to pg_hba.conf, and to LOGIN and CONNECT of the account',
  },
  unsupported: {
    zh: '请直接连接 PostgreSQL 10 或更高版本（不经过连接池），使用密码或 peer 认证',
    en: 'connect to PostgreSQL 10 or later itself (not through a pooler), with a password or peer authentication',
  },
  other: { zh: '请查看服务器日志', en: "see the server's log" },
}

/** A logon's failure in words: which server, what it said, what to do. */
export function describeLogonFailure(
  failure: ConnectFailure,
  target: Pick<PostgresqlTarget, 'host' | 'port'>,
  said: string,
  options?: ErrorOptions,
): ConnectError {
  const server = describeTarget(target)
  const { zh, en } = ADVICE[failure]
  return new ConnectError(
    failure,
    { zh: `${server}：${said}；${zh}`, en: `${server}: ${said}; ${en}` },
    options,
  )
}

/**
 * @param wasAsked whether the server asked for a password: 28000 is then what LDAP, PAM and RADIUS say of a wrong one (auth_failed() in
 *   PostgreSQL's auth.c), and trying it again may lock the account there
 */
export function toLogonFailure(
  error: unknown,
  target: Pick<PostgresqlTarget, 'host' | 'port'>,
  wasAsked: boolean,
): ConnectError {
  if (error instanceof ConnectError) return error
  const code = codeOf(error)
  const said = error instanceof Error ? error.message : String(error)
  const failure = classify(code, wasAsked)
  return describeLogonFailure(failure, target, said, { cause: error })
}

function classify(code: string | undefined, wasAsked: boolean): ConnectFailure {
  if (code === undefined) return 'unreachable' // the driver's own errors: the peer went away
  if (code === '28000' && wasAsked) return 'wrong_password'
  const known = SYSTEM_FAILURES[code] ?? SERVER_FAILURES[code] ?? SERVER_FAILURES[code.slice(0, 2)]
  if (known !== undefined) return known
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return 'tls'
  return /^E[A-Z]+$/.test(code) ? 'unreachable' : 'other'
}

/** SQLSTATE or system code of an error; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
