import type { LocalizedText } from '@wardround/protocol'
import type { Options } from '../../option.ts'
import { MYSQL_ADDRESS_PATTERN } from '../mysql/mysql-address.ts'
import { findConnectProblem } from '../oracle/oracle-target.ts'
import { CONNECT_PATTERN } from '../postgresql/postgresql-target.ts'

export const DATABASE_KINDS = ['postgresql', 'mysql', 'oracle'] as const

export type DatabaseKind = (typeof DATABASE_KINDS)[number]

/** Where a database is that statements of the site's own are sent to, and who asks. */
export const DATABASE_OPTIONS = {
  connect: {
    type: 'string',
    minLength: 1,
    help: {
      zh: '数据库地址，写法与同类型数据源的 connect 相同：PostgreSQL 主机:端口/库，MySQL 主机:端口，Oracle 主机:端口/服务名',
      en: 'Address of the database, as connect of a source of that type: HOST:PORT/DATABASE (PostgreSQL), HOST:PORT (MySQL), HOST:PORT/SERVICE (Oracle)',
    },
  },
  user: {
    type: 'string',
    minLength: 1,
    help: {
      zh: '只读账号，只授予所需表的 SELECT',
      en: 'Read-only account, with SELECT on the tables in question and nothing else',
    },
  },
  password: { type: 'secret', help: { zh: '该账号的密码', en: 'Its password' } },
  tls: {
    type: 'string',
    enum: ['off', 'require', 'verify'],
    default: 'off',
    help: {
      zh: '加密（PostgreSQL、MySQL）：off 不加密；require 加密但不核对证书；verify 核对证书与主机名',
      en: 'Encryption (PostgreSQL, MySQL): off; require: with any certificate; verify: certificate and host name must be right',
    },
  },
  caFile: {
    type: 'string',
    minLength: 1,
    help: { zh: '核对证书所用的 CA 证书文件（PEM）', en: 'Certificate authorities to trust (PEM)' },
  },
} as const satisfies Options

/** What is wrong with where a database is said to be, and by which option; undefined where it can be tried. */
export function findDatabaseProblem(
  kind: DatabaseKind,
  { connect, user }: Readonly<Record<string, unknown>>,
): { readonly what: LocalizedText; readonly expected: LocalizedText } | undefined {
  const expected = {
    zh: `connect（${EXAMPLES[kind]}）和 user`,
    en: `connect (${EXAMPLES[kind]}) and user`,
  }
  if (typeof connect !== 'string' || typeof user !== 'string')
    return { what: { zh: '缺少 connect 或 user', en: 'connect or user is missing' }, expected }
  const what = findAddressProblem(kind, connect)
  return what === undefined ? undefined : { what, expected }
}

const EXAMPLES: Readonly<Record<DatabaseKind, string>> = {
  postgresql: '10.0.0.5:5432/his',
  mysql: '10.0.0.5:3306',
  oracle: '10.0.0.5:1521/HCDB',
}

const PATTERNS = { postgresql: CONNECT_PATTERN, mysql: MYSQL_ADDRESS_PATTERN } as const

function findAddressProblem(kind: DatabaseKind, connect: string): LocalizedText | undefined {
  if (kind === 'oracle') return findConnectProblem(connect, false)
  return new RegExp(PATTERNS[kind]).test(connect)
    ? undefined
    : { zh: `${connect} 不是地址`, en: `${connect} is no address` }
}
