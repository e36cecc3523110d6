import { SecretError, type Secret } from '@wardround/program/running'
import { ConnectError } from '../server/connect-failure.ts'
import type { SendOwn, ServerDriver } from '../server/server-driver.ts'
import { askIdentity } from './ask-identity.ts'
import { ConnectLine } from './connect-line.ts'
import { OracleConnection } from './oracle-connection.ts'
import type { OracleLine, OracleModule } from './oracle-module.ts'
import type { OracleTarget } from './oracle-target.ts'
import { describeConnectProblem, toConnectError } from './to-connect-error.ts'

/** What V$SESSION shows as MODULE and PROGRAM. */
const MODULE = 'wardround'
const PROGRAM = 'wardround-agent'
/** The keep-alive by which a server is noticed that went without a word. */
const KEEP_ALIVE_MINUTES = 2
/** Each stays parsed on the server, as one of the session’s open cursors; OPEN_CURSORS is 50 where nobody has set it. */
const KEPT_STATEMENTS = 30

export interface OracleDriverOptions {
  readonly target: OracleTarget
  /** Loads node-oracledb when the first connection is wanted, in thin or in thick mode; may throw what toConnectError() knows. */
  readonly load: () => OracleModule | Promise<OracleModule>
  readonly walletPassword?: (() => Promise<Secret | undefined>) | undefined
}

/**
 * Opens sessions through node-oracledb in this process, one attempt at a time: while an attempt hangs that could not be cut (the Oracle
 * Client has no way to), no other is made.
 */
export class OracleDriver implements ServerDriver<OracleConnection> {
  readonly #options: OracleDriverOptions
  #startedMs: number | undefined
  #last: OracleConnection | undefined

  constructor(options: OracleDriverOptions) {
    this.#options = options
  }

  /** For how long past its deadline an attempt hangs, ms; 0 where none does. */
  get hangingMs(): number {
    if (this.#startedMs === undefined) return 0
    const deadlineMs = this.#startedMs + this.#options.target.connectTimeoutMs
    return Math.max(0, performance.now() - deadlineMs)
  }

  connect(
    password: Secret | undefined,
    signal: AbortSignal,
    sendOwn: SendOwn,
  ): Promise<OracleConnection> {
    return this.#attempt(signal, (line) => this.#openKnown(line, password, sendOwn))
  }

  /** Logs on and sends nothing: who the server is, is not asked. @throws as connect() does */
  logOn(password: Secret | undefined, signal: AbortSignal): Promise<OracleConnection> {
    return this.#attempt(signal, (line) => this.#open(line, password))
  }

  async #attempt(
    signal: AbortSignal,
    open: (line: ConnectLine) => Promise<OracleConnection>,
  ): Promise<OracleConnection> {
    const { target } = this.#options
    if (this.#startedMs !== undefined) throw timeoutOf(target)
    const line = new ConnectLine()
    this.#startedMs = performance.now()
    const opening = open(line)
    const settled = opening.then(
      () => (this.#startedMs = undefined),
      () => (this.#startedMs = undefined),
    )
    try {
      return await untilDeadline(opening, target, signal)
    } catch (error) {
      line.cut()
      void opening.then(
        (late) => late.destroy(),
        () => undefined,
      )
      // A line that was cut fails within a turn or two of the loop: the next attempt need not be put off for it.
      await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 50))])
      // ServerSession tells a secret that can't be read, for every product alike.
      if (error instanceof SecretError) throw error
      throw toConnectError(error, target.server, line.wasOpened)
    }
  }

  async #open(line: ConnectLine, password: Secret | undefined): Promise<OracleConnection> {
    const { target, load, walletPassword } = this.#options
    const oracledb = await load()
    const walletSecret = await walletPassword?.()
    await this.#last?.ending // never two sessions at once
    const opened = await line.run(() =>
      oracledb.getConnection({
        ...toLogon(target, password?.reveal() ?? ''),
        ...(walletSecret === undefined ? {} : { walletPassword: walletSecret.reveal() }),
      }),
    )
    const connection = new OracleConnection(oracledb, opened, () => endLine(line, opened))
    this.#last = connection
    connection.name({ module: MODULE, clientIdentifier: target.clientIdentifier })
    return connection
  }

  async #openKnown(
    line: ConnectLine,
    password: Secret | undefined,
    sendOwn: SendOwn,
  ): Promise<OracleConnection> {
    const { connectTimeoutMs } = this.#options.target
    const connection = await this.#open(line, password)
    try {
      connection.identity = await askIdentity(
        connection.greeting,
        (statement) => connection.send(statement, [], connectTimeoutMs),
        sendOwn,
      )
      return connection
    } catch (error) {
      connection.destroy()
      throw error
    }
  }
}

function toLogon(target: OracleTarget, password: string) {
  const { user, connectString, connectTimeoutMs, configDirectory, walletDirectory } = target
  const seconds = Math.max(1, Math.ceil(connectTimeoutMs / 1000))
  return {
    user,
    password,
    connectString,
    connectTimeout: seconds,
    transportConnectTimeout: seconds,
    expireTime: KEEP_ALIVE_MINUTES,
    stmtCacheSize: KEPT_STATEMENTS,
    program: PROGRAM,
    ...(configDirectory === undefined ? {} : { configDir: configDirectory }),
    ...(walletDirectory === undefined ? {} : { walletLocation: walletDirectory }),
  }
}

/** In thin mode the socket is ours to destroy; the Oracle Client's is not, it is asked to leave. */
function endLine(line: ConnectLine, opened: OracleLine): void {
  line.cut()
  void opened.close().catch(() => undefined)
}

async function untilDeadline<T>(
  opening: Promise<T>,
  target: OracleTarget,
  signal: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let giveUp: () => void = () => undefined
  const over = new Promise<never>((_, reject) => {
    giveUp = () => reject(timeoutOf(target))
    timer = setTimeout(giveUp, target.connectTimeoutMs)
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
  })
  try {
    return await Promise.race([opening, over])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', giveUp)
  }
}

function timeoutOf({ server }: OracleTarget): ConnectError {
  return new ConnectError('timeout', describeConnectProblem('timeout', server))
}
