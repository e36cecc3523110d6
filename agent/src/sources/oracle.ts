import { readSecret, type Secret, type SecretReference } from '@wardround/program/running'
import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { VERSION } from '../version.ts'
import { LogFiles } from './log/log-files.ts'
import { toEncoding } from './log/log-text.ts'
import type { AlertLog } from './oracle/alert-place.ts'
import { CollectingInstance } from './oracle/collecting-instance.ts'
import {
  findBackupProblems,
  openDeclaredBackups,
  type DeclaredBackups,
} from './oracle/declared-backups.ts'
import type { OracleServerConnection } from './oracle/oracle-connection.ts'
import { loadOracledb } from './oracle/load-oracledb.ts'
import { OracleDriver } from './oracle/oracle-driver.ts'
import type { OracleModule } from './oracle/oracle-module.ts'
import { ORACLE_OPTIONS } from './oracle/oracle-options.ts'
import type { OracleSession } from './oracle/oracle-session.ts'
import { SESSION_STATEMENTS } from './oracle/oracle-statements.ts'
import { findConnectProblem, toOracleTarget } from './oracle/oracle-target.ts'
import { RoleWatch } from './oracle/role-watch.ts'
import { joinThickClient } from './oracle/thick-client.ts'
import { ThickDriver } from './oracle/thick-driver.ts'
import type { ServerDriver } from './server/server-driver.ts'
import { toSessionOptions } from './server/server-options.ts'
import { ServerSession } from './server/server-session.ts'

/** For `source:` of a probe. */
export const oracle: SourceReference<OracleSession> = { type: 'oracle' }

/** Without these nothing else is known: they are sent whatever the session costs. */
const KEPT = [
  'oracle.up',
  'oracle.logon.identity',
  'oracle.logon.lowest-instance',
  'oracle.logon.cost',
]

/** One Oracle instance, 11.2 and later: node-oracledb in thin mode here, in thick mode in a child process. */
export const oracleSource: Source<OracleSession> = {
  type: 'oracle',
  platforms: ['linux', 'darwin', 'win32'],
  options: ORACLE_OPTIONS,
  required: ['instance', 'connect', 'user', 'password'],
  statements: SESSION_STATEMENTS,
  check({ connect, configDirectory, backups }) {
    const what = findConnectProblem(String(connect), configDirectory !== undefined)
    const problems = findBackupProblems(backups)
    return what === undefined
      ? problems
      : [{ option: 'connect', what, expected: ORACLE_OPTIONS.connect.expected }, ...problems]
  },
  async open(context) {
    return openOracle(context)
  },
}

/** @param load loads node-oracledb in thin mode; a test gives a stand-in */
export function openOracle(
  context: SourceContext,
  load: () => OracleModule | Promise<OracleModule> = () => loadOracledb(),
): Session<OracleSession> {
  const { options, name, clocks, log } = context
  const target = toOracleTarget(options, `wardround ${VERSION} ${name}`)
  const thick = options['mode'] === 'thick' ? joinThickClient() : undefined
  const driver = thick
    ? new ThickDriver(thick.client, target, name)
    : new OracleDriver({ target, load, walletPassword: walletPasswordOf(context) })
  const session = new ServerSession(
    toSessionOptions(options, target.server, KEPT),
    tellWarnings(driver, (warning) =>
      log.warn({ source: name, warning }, 'the server let us in, and warns'),
    ),
    context,
  )
  const collecting = new CollectingInstance({
    session,
    monotonicMs: () => clocks.monotonicMs(),
    mode: String(options['collectDatabase']),
    onUnknown: (reason) =>
      log.warn(
        { source: name, reason },
        'which instances are open is not known; this one collects for its database',
      ),
  })
  const role = new RoleWatch({
    session,
    monotonicMs: () => clocks.monotonicMs(),
    onChange: ({ versionText }) => {
      context.standing.noteServer(versionText)
      log.info({ source: name, server: versionText }, 'the database has changed its role')
    },
  })
  const { alertLog: path, alertLogEncoding } = options
  const alertLog = {
    files: new LogFiles(context),
    path: typeof path === 'string' ? path : undefined,
    encoding: toEncoding(alertLogEncoding),
  }
  return {
    session: toOracleSession({
      session,
      collecting,
      role,
      alertLog,
      backups: openDeclaredBackups(context),
      isMounted: options['mounted'] === true,
    }),
    subject: '',
    cut: () => session.cut(),
    resume: () => session.resume(),
    async [Symbol.asyncDispose]() {
      await session.close()
      await alertLog.files[Symbol.asyncDispose]()
      thick?.[Symbol.dispose]()
    },
  }
}

interface SessionParts {
  readonly session: ServerSession<OracleServerConnection>
  readonly collecting: CollectingInstance
  readonly role: RoleWatch
  readonly alertLog: AlertLog
  readonly backups: DeclaredBackups
  readonly isMounted: boolean
}

function toOracleSession({
  session,
  collecting,
  role,
  alertLog,
  backups,
  isMounted,
}: SessionParts): OracleSession {
  const { instance } = session
  return {
    instance,
    alertLog,
    backups,
    isMounted,
    async instanceTags(signal, scope = 'container') {
      return { database: await collecting.checkScope(signal, scope), instance }
    },
    async databaseTags(signal, scope = 'container') {
      return { database: await collecting.check(signal, scope) }
    },
    async facts(signal) {
      await role.refresh(signal)
      return session.facts(signal)
    },
    async rows(variants, signal, binds) {
      if (variants.some(({ where }) => where !== undefined && 'role' in where))
        await role.refresh(signal)
      return session.rows(variants, signal, binds)
    },
    ping: (variants, signal) => session.ping(variants, signal),
  }
}

/** A driver logs nothing: what a logon was answered beside its success is told here, once for each new text. */
function tellWarnings(
  driver: ServerDriver<OracleServerConnection>,
  tell: (warning: string) => void,
): ServerDriver<OracleServerConnection> {
  let told: string | undefined
  return {
    async connect(password, signal, sendOwn) {
      const connection = await driver.connect(password, signal, sendOwn)
      const { warning } = connection.identity.greeting
      if (warning !== undefined && warning !== told) tell(warning)
      told = warning
      return connection
    },
  }
}

function walletPasswordOf({
  options,
  environment,
}: SourceContext): (() => Promise<Secret>) | undefined {
  const reference = options['walletPassword']
  if (reference === undefined) return undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
  return () => readSecret(reference as SecretReference, environment)
}
