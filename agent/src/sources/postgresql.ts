import { parseDurationMs } from '@wardround/program/running'
import type { SourceReference } from '../probe.ts'
import type { Source, SourceContext } from '../source.ts'
import { PostgresqlDriver } from './postgresql/postgresql-driver.ts'
import { ServerPostgresqlSession, type PostgresqlSession } from './postgresql/postgresql-session.ts'
import {
  CONNECT_PATTERN,
  describeTarget,
  parseConnect,
  TLS_MODES,
  type PostgresqlTarget,
} from './postgresql/postgresql-target.ts'
import { SESSION_STATEMENTS } from './postgresql/session-statements.ts'
import { SERVER_OPTIONS, toSessionOptions } from './server/server-options.ts'
import { ServerSession } from './server/server-session.ts'
import { sessionOver } from './server/session-over.ts'

/** Without it nothing is known of the server. */
const KEPT = ['postgresql.up']

/** PostgreSQL 10 to 18, with an account that has the role pg_monitor. One session; statements of others are never read. */
export const postgresqlSource: Source<PostgresqlSession> = {
  type: 'postgresql',
  platforms: ['linux', 'darwin', 'win32'],
  options: {
    ...SERVER_OPTIONS,
    connect: {
      type: 'string',
      pattern: CONNECT_PATTERN,
      expected: {
        zh: '主机:端口/数据库，如 10.0.0.5:5432/postgres，或套接字目录，如 /var/run/postgresql',
        en: 'HOST:PORT/DATABASE, such as 10.0.0.5:5432/postgres, or the directory of a socket, such as /var/run/postgresql',
      },
      help: {
        zh: '服务器地址：主机:端口/数据库，或 Unix 套接字目录（如 /var/run/postgresql）；默认端口 5432，默认数据库 postgres',
        en: 'Where the server is: HOST:PORT/DATABASE, or the directory of its Unix socket (/var/run/postgresql); port 5432 and database postgres where they are not given',
      },
    },
    user: {
      type: 'string',
      minLength: 1,
      help: { zh: '监控账号', en: 'The account that reads' },
    },
    password: {
      type: 'secret',
      help: {
        zh: '密码；通过套接字使用 peer 认证时不需要',
        en: 'Its password; none is needed with peer authentication over the socket',
      },
    },
    tls: {
      type: 'string',
      enum: TLS_MODES,
      default: 'off',
      help: {
        zh: '加密：off 不加密；verify 加密并校验证书；require 只加密、不校验',
        en: 'Encryption: off; verify checks the certificate; require encrypts with whoever answers',
      },
    },
    caFile: {
      type: 'string',
      minLength: 1,
      help: {
        zh: '校验服务器证书的 CA 证书文件（PEM）；不填则用系统自带的',
        en: 'Certificates (PEM) by which that of the server is checked; the usual authorities where it is not given',
      },
    },
  },
  required: ['instance', 'connect', 'user'],
  statements: SESSION_STATEMENTS,
  async open(context) {
    const target = toTarget(context)
    const driver = new PostgresqlDriver(target)
    const options = toSessionOptions(context.options, describeTarget(target), KEPT)
    const session = new ServerSession(options, driver, context)
    return sessionOver(session, new ServerPostgresqlSession(session, driver))
  },
}

export const postgresql: SourceReference<PostgresqlSession> = { type: 'postgresql' }

function toTarget({ options }: SourceContext): PostgresqlTarget {
  const { connect, user, tls, caFile, connectTimeout } = options
  return {
    ...parseConnect(String(connect)),
    user: String(user),
    tls: TLS_MODES.find((mode) => mode === tls) ?? 'off',
    caFile: typeof caFile === 'string' ? caFile : undefined,
    connectTimeoutMs: parseDurationMs(String(connectTimeout)),
  }
}
