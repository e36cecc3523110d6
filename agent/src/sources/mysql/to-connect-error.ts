import type { LocalizedText } from '@wardround/protocol'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import { toDriverError, vendorNumberOf, type DriverError } from './driver-error.ts'

interface Reason {
  readonly failure: ConnectFailure
  readonly numbers: readonly number[]
  /** What it means and what to do. */
  readonly text: LocalizedText
}

/** The server's refusals of a session, by its error numbers. */
const REASONS: readonly Reason[] = [
  {
    failure: 'wrong_password',
    numbers: [1045, 1698],
    text: {
      zh: '用户名或密码不对，或该账号不允许从本机登录，或该账号要求加密连接（可设置 tls: require）；改正后才会再次尝试',
      en: 'user name or password is wrong, or the account may not come from this machine, or it demands encryption (set tls: require); not tried again until that is changed',
    },
  },
  {
    failure: 'account_locked',
    numbers: [3118, 3955, 4150, 4151],
    text: {
      zh: '账号已锁定；请 DBA 执行 ALTER USER … ACCOUNT UNLOCK（MariaDB 因密码错误过多而锁定时执行 FLUSH PRIVILEGES）',
      en: 'the account is locked; have the DBA run ALTER USER … ACCOUNT UNLOCK (FLUSH PRIVILEGES where MariaDB blocked it for too many errors)',
    },
  },
  {
    failure: 'password_expired',
    numbers: [1820, 1862, 1863],
    text: {
      zh: '密码已过期；请 DBA 执行 ALTER USER … IDENTIFIED BY 修改密码，并更新密码文件',
      en: 'the password has expired; have the DBA set a new one with ALTER USER … IDENTIFIED BY, and put it into the password file',
    },
  },
  {
    failure: 'too_many_sessions',
    numbers: [1040, 1203, 1226],
    text: {
      zh: '连接数已满（max_connections，或该账号的 max_user_connections）',
      en: 'no connection is left (max_connections, or max_user_connections of the account)',
    },
  },
  {
    failure: 'not_open',
    numbers: [1053, 3032],
    text: {
      zh: '实例正在关闭，或处于 offline_mode',
      en: 'the server is shutting down or in offline_mode',
    },
  },
  {
    failure: 'unknown_service',
    numbers: [1049],
    text: { zh: '数据库不存在', en: 'there is no such database' },
  },
  {
    failure: 'tls',
    numbers: [3159],
    text: {
      zh: '服务器要求加密连接；请设置 tls: require 或 verify',
      en: 'the server demands encryption; set tls: require or verify',
    },
  },
  {
    failure: 'not_permitted',
    numbers: [1130],
    text: {
      zh: "没有允许从本机登录的账号；请 DBA 为本机地址建立账号（CREATE USER 'wardround'@'本机地址'）",
      en: "no account may come from this machine; have the DBA make one for its address (CREATE USER 'wardround'@'this address')",
    },
  },
  {
    failure: 'not_permitted',
    numbers: [1129],
    text: {
      zh: '服务器因连接错误过多而屏蔽了本机；请 DBA 执行 mysqladmin flush-hosts（或 TRUNCATE performance_schema.host_cache）',
      en: 'the server has blocked this machine after too many broken connections; have the DBA run mysqladmin flush-hosts (or TRUNCATE performance_schema.host_cache)',
    },
  },
  {
    failure: 'not_permitted',
    numbers: [1044, 1142, 1227],
    text: { zh: '账号没有登录所需的权限', en: 'the account lacks a privilege that a logon needs' },
  },
  {
    failure: 'unsupported',
    numbers: [1251, 1275, 1524, 1193, 2059],
    text: {
      zh: '服务器的版本或该账号的认证插件不受支持；支持 mysql_native_password、caching_sha2_password、sha256_password',
      en: 'the version of the server or the authentication plugin of the account is not supported; mysql_native_password, caching_sha2_password and sha256_password are',
    },
  },
]

/** What went wrong before the server said anything of the kind, by the codes of node:net and mysql2. */
const LINE_REASONS: Readonly<Record<string, Omit<Reason, 'numbers'>>> = {
  ECONNREFUSED: {
    failure: 'unreachable',
    text: {
      zh: '连接被拒绝：实例未启动、端口不对或被防火墙拒绝',
      en: 'refused: the server is not running, the port is wrong, or a firewall refuses it',
    },
  },
  ENOENT: {
    failure: 'unreachable',
    text: {
      zh: '套接字文件不存在：实例未启动或路径不对',
      en: 'there is no such socket: the server is not running, or the path is wrong',
    },
  },
  EACCES: {
    failure: 'not_permitted',
    text: { zh: '没有访问该套接字的权限', en: 'this user may not use the socket' },
  },
  ENOTFOUND: {
    failure: 'unknown_host',
    text: { zh: '主机名无法解析', en: 'the host name is not known' },
  },
  EAI_AGAIN: {
    failure: 'unknown_host',
    text: { zh: '域名服务器没有应答', en: 'the name servers do not answer' },
  },
  ETIMEDOUT: {
    failure: 'timeout',
    text: {
      zh: '在登录期限内没有应答；请检查网络与防火墙，以及实例是否挂起',
      en: 'no answer within the time for a logon; look at network and firewall, and whether the server hangs',
    },
  },
  PROTOCOL_CONNECTION_LOST: {
    failure: 'unreachable',
    text: {
      zh: '对方在登录完成之前关闭了连接',
      en: 'the other side closed the connection before the logon was done',
    },
  },
  HANDSHAKE_NO_SSL_SUPPORT: {
    failure: 'tls',
    text: {
      zh: '服务器没有启用加密，而配置要求加密（tls）',
      en: 'the server offers no encryption, and the configuration (tls) demands it',
    },
  },
  HANDSHAKE_SSL_ERROR: {
    failure: 'tls',
    text: {
      zh: '证书或加密协商失败；请核对 caFile 与证书中的主机名',
      en: 'certificate or encryption failed; compare caFile and the host name in the certificate',
    },
  },
  AUTH_SWITCH_PLUGIN_ERROR: {
    failure: 'unsupported',
    text: {
      zh: '该账号的认证插件不受支持；支持 mysql_native_password、caching_sha2_password、sha256_password',
      en: 'the authentication plugin of the account is not supported; mysql_native_password, caching_sha2_password and sha256_password are',
    },
  },
}

const UNREACHABLE: Omit<Reason, 'numbers'> = {
  failure: 'unreachable',
  text: { zh: '网络不通或连接中断', en: 'the network does not get there, or the line broke' },
}

const OTHER: Omit<Reason, 'numbers'> = {
  failure: 'other',
  text: { zh: '登录失败', en: 'the logon failed' },
}

const UNREACHABLE_CODES = new Set([
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'EADDRNOTAVAIL',
])

/** What mysql2 says of bytes that are no MySQL packet. */
const GARBAGE_CODES = new Set(['PROTOCOL_UNEXPECTED_PACKET', 'HANDSHAKE_UNKNOWN_ERROR'])

/** Why there is no session, in words for a person, with the server's own words behind. */
export function toConnectError(thrown: unknown, server: string): ConnectError {
  if (thrown instanceof ConnectError) return thrown
  const error = toDriverError(thrown)
  const number = vendorNumberOf(error)
  const { failure, text } = number === undefined ? reasonOfLine(error) : reasonOf(number)
  const name = number ?? error.code ?? error.name
  const said = error.message === '' ? name : `${name}: ${error.message}`
  return new ConnectError(
    failure,
    { zh: `${server}：${text.zh}（${said}）`, en: `${server}: ${text.en} (${said})` },
    { cause: thrown },
  )
}

function reasonOf(number: number): Omit<Reason, 'numbers'> {
  return REASONS.find(({ numbers }) => numbers.includes(number)) ?? OTHER
}

function reasonOfLine({ code = '' }: DriverError): Omit<Reason, 'numbers'> {
  if (UNREACHABLE_CODES.has(code)) return UNREACHABLE
  if (GARBAGE_CODES.has(code)) return GARBAGE
  return LINE_REASONS[code] ?? OTHER
}

const GARBAGE: Omit<Reason, 'numbers'> = {
  failure: 'garbage',
  text: {
    zh: '对方的应答不是 MySQL 协议；请核对地址与端口',
    en: 'what answers does not speak the MySQL protocol; check address and port',
  },
}

/** The first bytes are no greeting of a MySQL server. */
export function garbageFrom(server: string, bytes: Uint8Array): ConnectError {
  const shown = JSON.stringify(Buffer.from(bytes.subarray(0, 40)).toString('latin1'))
  return new ConnectError('garbage', {
    zh: `${server}：${GARBAGE.text.zh}（收到 ${shown}）`,
    en: `${server}: ${GARBAGE.text.en} (got ${shown})`,
  })
}
