import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SentStatement } from '../source.ts'
import { SourceMemory } from '../source-memory.ts'
import { SourceStanding } from '../source-standing.ts'
import { chooseVariant, type ServerFacts, type Statement } from '../statement.ts'
import { mysqlSource } from '../sources/mysql.ts'
import type { MysqlSession } from '../sources/mysql/mysql-session.ts'
import type { Clocks } from '../clocks.ts'
import { systemClocks } from '../clocks.ts'
import type { MariadbServer } from './mariadb-server.ts'
import { MYSQL_PROBES } from './mysql-probes.ts'
import { makeSourceContext } from './source-context.ts'

export const MONITOR_PASSWORD = 'Wardround-1'

/** What the source may send: its own statements and those of all its probes. */
export const MYSQL_STATEMENTS: readonly Statement[] = [
  ...(mysqlSource.statements ?? []),
  ...Object.values(MYSQL_PROBES).flatMap(({ statements = [] }) => statements),
]

const MARIADB_10_11: ServerFacts = {
  versionText: 'MariaDB 10.11',
  version: [10, 11],
  traits: { flavour: 'mariadb', performance_schema: 'off' },
}

/** The grants that the statements for MariaDB 10.11 declare, without doubles. */
function declaredGrants(): readonly string[] {
  const ids = new Set(MYSQL_STATEMENTS.map(({ id }) => id))
  const chosen = [...ids].map((id) =>
    chooseVariant(
      MYSQL_STATEMENTS.filter((statement) => statement.id === id),
      MARIADB_10_11,
    ),
  )
  return [...new Set(chosen.flatMap((statement) => statement?.grants ?? []))]
}

/** Makes the account wardround with the declared grants and nothing else. */
export async function makeMonitorAccount(server: MariadbServer): Promise<void> {
  await server.query(
    `CREATE OR REPLACE USER wardround IDENTIFIED BY '${MONITOR_PASSWORD}'`,
    ...declaredGrants(),
  )
}

export interface OpenedMysqlSource extends AsyncDisposable {
  readonly session: MysqlSession
  readonly standing: SourceStanding
  readonly sent: readonly SentStatement[]
}

/** What a test says of a source; what it leaves out is as makeMonitorAccount() has made it. */
export interface MysqlSourceSettings {
  readonly options?: Readonly<Record<string, unknown>>
  /** Keeps what outlives a restart. */
  readonly stateDirectory?: string
  readonly password?: string
  /** Instead of `password`. */
  readonly passwordFile?: string
  readonly clocks?: Clocks
  /** Beside those of the source and its probes. */
  readonly statements?: readonly Statement[]
  /** Not on the list, though the source or a probe declares them. */
  readonly leftOut?: readonly Statement[]
}

/** Opens the source as the agent does, on a server that listens on 127.0.0.1. */
export async function openMysqlSource(
  { port }: { readonly port: number },
  given: MysqlSourceSettings = {},
): Promise<OpenedMysqlSource> {
  const standing = new SourceStanding({ name: 'db', type: 'mysql' }, systemClocks, () => undefined)
  const sent: SentStatement[] = []
  const { passwordFile } = given
  const context = await makeSourceContext({
    name: 'db',
    standing,
    memory: await SourceMemory.open(given.stateDirectory, 'db'),
    clocks: given.clocks ?? systemClocks,
    environment: { MYSQL_TEST_PASSWORD: given.password ?? MONITOR_PASSWORD },
    statements: [...MYSQL_STATEMENTS, ...(given.statements ?? [])].filter(
      (statement) => given.leftOut?.includes(statement) !== true,
    ),
    onStatement: (each) => void sent.push(each),
    options: {
      instance: 'hisdb1',
      connect: `127.0.0.1:${port}`,
      user: 'wardround',
      password:
        passwordFile === undefined ? { env: 'MYSQL_TEST_PASSWORD' } : { file: passwordFile },
      tls: 'off',
      connectTimeout: '5s',
      quietHours: [],
      off: [],
      ...given.options,
    },
  })
  const opened = await mysqlSource.open(context)
  return {
    session: opened.session,
    standing,
    sent,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  }
}

/** Writes a password as an administrator does: readable by its owner alone. @returns its path */
export async function writeMysqlPassword(directory: string, password: string): Promise<string> {
  const file = join(directory, 'password')
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  return file
}
