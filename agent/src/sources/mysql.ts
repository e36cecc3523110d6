import { parseDurationMs } from '@wardround/program/running'
import type { SourceReference } from '../probe.ts'
import type { Source } from '../source.ts'
import {
  formatMysqlAddress,
  MYSQL_ADDRESS_PATTERN,
  parseMysqlAddress,
} from './mysql/mysql-address.ts'
import { MysqlDriver, type MysqlTarget } from './mysql/mysql-driver.ts'
import type { MysqlSession } from './mysql/mysql-session.ts'
import { SESSION_STATEMENTS } from './mysql/session-statements.ts'
import { SERVER_OPTIONS, toSessionOptions } from './server/server-options.ts'
import { ServerSession } from './server/server-session.ts'
import { sessionOver } from './server/session-over.ts'

/** For `source:` of a probe. */
export const mysql: SourceReference<MysqlSession> = { type: 'mysql' }

/** MySQL 5.7 and later, MariaDB 10.4 and later, by mysql2: one session, read-only. */
export const mysqlSource: Source<MysqlSession> = {
  type: 'mysql',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    ...SERVER_OPTIONS,
    connect: {
      type: 'string',
      pattern: MYSQL_ADDRESS_PATTERN,
      expected: {
        zh: '主机:端口，如 10.0.0.5:3306，或套接字文件，如 /var/run/mysqld/mysqld.sock',
        en: 'HOST:PORT, such as 10.0.0.5:3306, or a socket, such as /var/run/mysqld/mysqld.sock',
      },
      help: {
        zh: '实例地址 主机:端口，或本机套接字文件的路径，例如 10.0.0.5:3306、/var/run/mysqld/mysqld.sock',
        en: 'host:port of the server, or the path of its socket: 10.0.0.5:3306, /var/run/mysqld/mysqld.sock',
      },
    },
    user: {
      type: 'string',
      minLength: 1,
      help: { zh: '监控专用账号', en: 'Account made for monitoring' },
    },
    password: { type: 'secret', help: { zh: '该账号的密码', en: 'Its password' } },
    tls: {
      type: 'string',
      enum: ['off', 'require', 'verify'],
      default: 'off',
      help: {
        zh: '加密：off 不加密；require 加密但不核对证书；verify 核对证书与主机名',
        en: 'Encryption: off; require: with any certificate; verify: certificate and host name must be right',
      },
    },
    caFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: 'tls: verify 时信任的 CA 证书文件；不填则用系统的',
        en: 'CA file that tls: verify trusts; the system’s where it is not given',
      },
    },
  },
  required: ['instance', 'connect', 'user'],
  statements: SESSION_STATEMENTS,
  async open(context) {
    const target = toTarget(context.options)
    const options = toSessionOptions(context.options, target.server, ['mysql.up'])
    const session = new ServerSession(options, new MysqlDriver(target), context)
    return sessionOver(session, session)
  },
}

/** @param options checked against the declaration, defaults filled in */
function toTarget(options: Readonly<Record<string, unknown>>): MysqlTarget {
  const { connect, user, tls, caFile, connectTimeout } = options
  const address = parseMysqlAddress(String(connect))
  return {
    address,
    server: `MySQL ${formatMysqlAddress(address)}`,
    user: String(user),
    tls: tls === 'require' || tls === 'verify' ? tls : 'off',
    caFile: typeof caFile === 'string' ? caFile : undefined,
    connectTimeoutMs: parseDurationMs(String(connectTimeout)),
  }
}
