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

/** What is wrong, and what is to be done. */
const REASONS: Readonly<Record<ConnectFailure, LocalizedText>> = {
  unreachable: {
    zh: '无法连接；请检查服务是否运行、listen_addresses、端口与防火墙',
    en: 'not reachable; see whether the server runs, and to listen_addresses, port and firewall',
  },
  timeout: {
    zh: '在 connectTimeout 内没有完成登录；请检查网络与服务器是否挂起',
    en: 'not logged on within connectTimeout; see to the network, and whether the server hangs',
  },
  unknown_host: {
    zh: '主机名无法解析；请检查 connect 与 DNS',
    en: 'the host name is not known; see to connect and the DNS',
  },
  wrong_password: {
    zh: '用户名或密码被拒绝，或密码已过有效期（VALID UNTIL，服务器对此回答相同）；为避免锁定账号已停止尝试，请更正 user 或密码文件，改动后会自动重试；由 DBA 延长 VALID UNTIL 之后请执行 wardround-agent resume',
    en: 'user name or password refused, or the password is past its VALID UNTIL (the server says the same of both); not tried again, so that no account is locked: correct user or the password file, the change is noticed; after the DBA has moved VALID UNTIL, run wardround-agent resume',
  },
  account_locked: {
    zh: '账号不允许登录（NOLOGIN）；请 DBA 执行 ALTER ROLE … LOGIN，然后执行 wardround-agent resume',
    en: 'the account may not log in (NOLOGIN); have the DBA run ALTER ROLE … LOGIN, then run wardround-agent resume',
  },
  password_expired: {
    zh: '密码已过期；请 DBA 执行 ALTER ROLE … PASSWORD … VALID UNTIL …，并更新密码文件',
    en: 'the password has expired; have the DBA run ALTER ROLE … PASSWORD … VALID UNTIL …, and write the new one into its file',
  },
  too_many_sessions: {
    zh: '连接数已满：账号的 CONNECTION LIMIT（ALTER ROLE）、数据库的 CONNECTION LIMIT（ALTER DATABASE）或服务器的 max_connections；请清理空闲会话或调大相应的上限',
    en: 'no connection is left: CONNECTION LIMIT of the account (ALTER ROLE) or of the database (ALTER DATABASE), or max_connections of the server; end idle sessions or raise the one that it is',
  },
  not_open: {
    zh: '数据库正在启动、恢复或关闭，或不接受连接',
    en: 'it starts, recovers or stops, or takes no connections',
  },
  not_started: { zh: '数据库没有启动', en: 'the server is not started' },
  unknown_service: {
    zh: '数据库不存在；请检查 connect 中的库名',
    en: 'no such database; see to its name in connect',
  },
  tls: {
    zh: '证书或加密协商失败；请检查 tls、caFile、主机名与服务器证书',
    en: 'certificate or encryption refused; see to tls and caFile, the host name, and the certificate of the server',
  },
  garbage: {
    zh: '应答的不是 PostgreSQL；请检查地址与端口',
    en: 'what answered is no PostgreSQL; see to address and port',
  },
  not_permitted: {
    zh: '不允许登录；请检查 pg_hba.conf、账号是否存在，以及账号的 CONNECT 权限',
    en: 'no logon is allowed; see to pg_hba.conf, whether the account is there, and to its CONNECT',
  },
  unsupported: {
    zh: '版本或认证方式不支持；请直接连接 PostgreSQL 10 或更高版本（不经过连接池），使用密码或 peer 认证',
    en: 'version or authentication not supported; connect to PostgreSQL 10 or later itself (not through a pooler), with a password or peer authentication',
  },
  other: { zh: '登录失败；请查看服务器日志', en: "the logon failed; see the server's log" },
}

/** Which limit it is that leaves no session, by the function of the server that says so: the SQLSTATE is one, and the words are in its language. */
const LIMITS: Readonly<Record<string, LocalizedText>> = {
  InitializeSessionUserId: {
    zh: '账号的连接数上限（CONNECTION LIMIT）已满；请 DBA 清理该账号的会话，或执行 ALTER ROLE … CONNECTION LIMIT …',
    en: 'CONNECTION LIMIT of the account is reached; have the DBA end sessions of it, or run ALTER ROLE … CONNECTION LIMIT …',
  },
  CheckMyDatabase: {
    zh: '数据库的连接数上限（CONNECTION LIMIT）已满；请 DBA 清理空闲会话，或执行 ALTER DATABASE … CONNECTION LIMIT …',
    en: 'CONNECTION LIMIT of the database is reached; have the DBA end idle sessions, or run ALTER DATABASE … CONNECTION LIMIT …',
  },
  ...byAll(['InitPostgres', 'InitProcess', 'ProcessStartupPacket', 'BackendInitialize'], {
    zh: '服务器的连接数已满（max_connections，其中一部分为超级用户保留）；请清理空闲会话或调大 max_connections',
    en: 'no connection is left on the server (max_connections, some of which are kept for superusers): end idle sessions or raise max_connections',
  }),
}

function byAll(names: readonly string[], text: LocalizedText): Record<string, LocalizedText> {
  return Object.fromEntries(names.map((name) => [name, text]))
}

/** A logon's failure in words: which server, what is wrong and what to do, and in brackets what was said. */
export function describeLogonFailure(
  failure: ConnectFailure,
  target: Pick<PostgresqlTarget, 'host' | 'port'>,
  said: string | LocalizedText,
  {
    reason = REASONS[failure],
    ...options
  }: ErrorOptions & { readonly reason?: LocalizedText } = {},
): ConnectError {
  const server = describeTarget(target)
  const words = typeof said === 'string' ? { zh: said, en: said } : said
  return new ConnectError(
    failure,
    {
      zh: `${server}：${reason.zh}（${words.zh}）`,
      en: `${server}: ${reason.en} (${words.en})`,
    },
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
  const { code, routine } = detailsOf(error)
  const said = error instanceof Error ? error.message : String(error)
  const failure = isNologin(code, routine, said) ? 'account_locked' : classify(code, wasAsked)
  const reason = failure === 'too_many_sessions' ? LIMITS[routine ?? ''] : undefined
  return describeLogonFailure(failure, target, said, {
    cause: error,
    ...(reason === undefined ? {} : { reason }),
  })
}

/**
 * The function in which the server looks at the role itself says 28000 of one that is not there and of one with NOLOGIN: only its words
 * tell them apart, and in a language that is not known here it is the second, which is not tried again.
 */
function isNologin(code: string | undefined, routine: string | undefined, said: string): boolean {
  if (code !== '28000' || routine !== 'InitializeSessionUserId') return false
  return !/does not exist|不存在/.test(said)
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
  return detailsOf(error).code
}

/** With the function of the server that reported it (field R of its message), where there is one. */
function detailsOf(error: unknown): { code?: string; routine?: string } {
  if (!(error instanceof Error)) return {}
  return {
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...('routine' in error && typeof error.routine === 'string' ? { routine: error.routine } : {}),
  }
}
