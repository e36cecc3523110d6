import type { SecretReference } from '@wardround/program/running'
import type { Row } from '../../row.ts'
import type { SourceContext } from '../../source.ts'
import type { SourceMemory } from '../../source-memory.ts'
import { SourceStanding } from '../../source-standing.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import { formatMysqlAddress, parseMysqlAddress } from '../mysql/mysql-address.ts'
import { MysqlDriver } from '../mysql/mysql-driver.ts'
import { SESSION_STATEMENTS as MYSQL_STATEMENTS } from '../mysql/session-statements.ts'
import { loadOracledb } from '../oracle/load-oracledb.ts'
import { OracleDriver } from '../oracle/oracle-driver.ts'
import { SESSION_STATEMENTS as ORACLE_STATEMENTS } from '../oracle/oracle-statements.ts'
import { toOracleTarget } from '../oracle/oracle-target.ts'
import { PostgresqlDriver } from '../postgresql/postgresql-driver.ts'
import { describeTarget, parseConnect } from '../postgresql/postgresql-target.ts'
import { SESSION_STATEMENTS as POSTGRESQL_STATEMENTS } from '../postgresql/session-statements.ts'
import type { ServerDriver } from '../server/server-driver.ts'
import { ServerSession } from '../server/server-session.ts'
import { VERSION } from '../../version.ts'
import type { DatabaseKind } from './database-options.ts'

const CONNECT_TIMEOUT_MS = 10_000
/** The statements of one run share a session; until the next run it is closed. */
const CLOSE_IDLE_AFTER_MS = 5_000

export interface DatabaseSettings {
  readonly kind: DatabaseKind
  /** Checked by findDatabaseProblem(): connect, user, password, tls, caFile. */
  readonly options: Readonly<Record<string, unknown>>
  /** All that may be sent, beside what the session sends to set itself up. */
  readonly statements: readonly Statement[]
  readonly memory: SourceMemory
}

/** A database that statements of the site's own are sent to: one session, read-only where the product has such, one statement at a time. */
export interface Database extends AsyncDisposable {
  readonly server: string
  readonly standing: SourceStanding
  facts(signal: AbortSignal): Promise<ServerFacts>
  /** @throws ProbeError, NoDataError */
  rows(
    statement: Statement,
    signal: AbortSignal,
    binds?: readonly unknown[],
  ): Promise<readonly Row[]>
  cut(): void
  resume(): void
}

/** Opens no connection yet: the first statement does. */
export function openDatabase(settings: DatabaseSettings, context: SourceContext): Database {
  const { kind, options, statements, memory } = settings
  const { server, driver, own } = PRODUCTS[kind](options)
  const standing = new SourceStanding(
    { name: context.name, type: kind },
    context.clocks,
    () => undefined,
  )
  const session = new ServerSession(
    {
      instance: context.name,
      server,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
      password: options['password'] as SecretReference | undefined,
      quietHours: [],
      off: [],
      // The site asked for them: what they cost is its decision.
      kept: statements.map(({ id }) => id),
      closeIdleAfterMs: CLOSE_IDLE_AFTER_MS,
    },
    driver,
    { ...context, options, memory, standing, statements: [...own, ...statements] },
  )
  return {
    server,
    standing,
    facts: (signal) => session.facts(signal),
    rows: (statement, signal, binds = []) => session.rows([statement], signal, binds),
    cut: () => session.cut(),
    resume: () => session.resume(),
    [Symbol.asyncDispose]: () => session.close(),
  }
}

interface Product {
  readonly server: string
  readonly driver: ServerDriver
  readonly own: readonly Statement[]
}

const PRODUCTS: Readonly<
  Record<DatabaseKind, (options: Readonly<Record<string, unknown>>) => Product>
> = {
  postgresql: (options) => {
    const target = { ...parseConnect(String(options['connect'])), ...lineOf(options) }
    return {
      server: describeTarget(target),
      driver: new PostgresqlDriver(target),
      own: POSTGRESQL_STATEMENTS,
    }
  },
  mysql: (options) => {
    const address = parseMysqlAddress(String(options['connect']))
    const server = `MySQL ${formatMysqlAddress(address)}`
    return {
      server,
      driver: new MysqlDriver({ address, server, ...lineOf(options) }),
      own: MYSQL_STATEMENTS,
    }
  },
  oracle: (options) => {
    const { connect, user } = options
    const target = toOracleTarget(
      { connect, user, instance: connect, connectTimeout: `${CONNECT_TIMEOUT_MS}ms` },
      `wardround ${VERSION}`,
    )
    return {
      server: target.server,
      driver: new OracleDriver({ target, load: () => loadOracledb() }),
      own: ORACLE_STATEMENTS,
    }
  },
}

function lineOf({ user, tls, caFile }: Readonly<Record<string, unknown>>) {
  const mode: 'off' | 'require' | 'verify' = tls === 'require' || tls === 'verify' ? tls : 'off'
  return {
    user: String(user),
    tls: mode,
    caFile: typeof caFile === 'string' ? caFile : undefined,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  }
}
