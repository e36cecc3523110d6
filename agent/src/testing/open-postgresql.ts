import { globSync } from 'node:fs'
import { join } from 'node:path'

import { systemClocks } from '../clocks.ts'
import type { Probe } from '../probe.ts'
import type { Session, SourceContext } from '../source.ts'
import { SourceStanding } from '../source-standing.ts'
import { postgresqlSource } from '../sources/postgresql.ts'
import type { PostgresqlSession } from '../sources/postgresql/postgresql-session.ts'
import type { Statement } from '../statement.ts'
import { findPostgresql, type PostgresqlServer } from './postgresql-server.ts'
import { makeSourceContext } from './source-context.ts'

/** Why a test of the real server is left out; undefined where it can run. */
export const NO_POSTGRESQL =
  findPostgresql() === undefined
    ? 'postgresql is not installed (WARDROUND_TEST_SERVERS=install npm test)'
    : undefined

export const ACCOUNT = 'wardround'
export const PASSWORD = 'wr-Gehe1m'

/** What a DBA runs for the agent. */
export const CREATE_ACCOUNT = [
  `CREATE ROLE ${ACCOUNT} LOGIN PASSWORD '${PASSWORD}'`,
  `GRANT pg_monitor TO ${ACCOUNT}`,
]

export interface OpenedPostgresql extends Session<PostgresqlSession> {
  readonly standing: SourceStanding
}

const PROBES = join(import.meta.dirname, '../probes/postgresql')

/** All probes of PostgreSQL, in order of their files. */
export async function loadPostgresqlProbes(): Promise<readonly Probe[]> {
  const files = globSync('*.ts', { cwd: PROBES }).filter((file) => !file.endsWith('.test.ts'))
  const modules = await Promise.all(
    files.toSorted().map(async (file): Promise<unknown> => import(join(PROBES, file))),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a module is an object; whether it holds a probe is looked at
  return modules.flatMap((module) => (module as { default?: Probe }).default ?? [])
}

/** All that may be sent to a PostgreSQL server. */
export async function listPostgresqlStatements(): Promise<readonly Statement[]> {
  const probes = await loadPostgresqlProbes()
  return [
    ...(postgresqlSource.statements ?? []),
    ...probes.flatMap(({ statements = [] }) => statements),
  ]
}

/** The session of a source as the agent opens it: over TCP with a password, unless `options` say otherwise. */
export async function openPostgresql(
  server: Pick<PostgresqlServer, 'port'>,
  options: Readonly<Record<string, unknown>> = {},
  given: Partial<SourceContext> = {},
): Promise<OpenedPostgresql> {
  const standing = new SourceStanding(
    { name: 'hcpg', type: 'postgresql' },
    systemClocks,
    () => undefined,
  )
  const context = await makeSourceContext({
    name: 'hcpg',
    statements: await listPostgresqlStatements(),
    environment: { PG_PASSWORD: PASSWORD },
    standing,
    options: {
      instance: 'hcpg',
      connect: `127.0.0.1:${server.port}`,
      user: ACCOUNT,
      password: { env: 'PG_PASSWORD' },
      tls: 'off',
      connectTimeout: '10s',
      quietHours: [],
      off: [],
      ...options,
    },
    ...given,
  })
  const opened = await postgresqlSource.open(context)
  return { ...opened, standing, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}
