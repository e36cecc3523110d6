import type { SecretReference } from '@wardround/program/running'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { SourceContext } from '../../source.ts'
import { chooseVariant, type ServerFacts, type Statement } from '../../statement.ts'
import { CostWatch } from './cost-watch.ts'
import { ConnectError, type ConnectFailure } from './connect-failure.ts'
import type { QuietHours } from './quiet-hours.ts'
import { StatementError, type ServerConnection, type ServerDriver } from './server-driver.ts'
import { ServerLogon, type OpenedConnection } from './server-logon.ts'
import { findSilence } from './silence.ts'
import { StatementGate } from './statement-gate.ts'

/** What every source that connects to a server is told. */
export interface ServerSessionOptions {
  /** Tag `instance` of its series. */
  readonly instance: string
  /** Names the server in messages: `PostgreSQL 10.0.0.5:5432`. */
  readonly server: string
  readonly password: SecretReference | undefined
  readonly quietHours: readonly QuietHours[]
  /** Ids of statements that the site switched off. */
  readonly off: readonly string[]
  /** Ids of those that are never left out for their cost. */
  readonly kept: readonly string[]
  /** Undefined: the session is kept for as long as it works. */
  readonly closeIdleAfterMs: number | undefined
}

/** How a probe of kind `up` found its server. */
export interface Ping {
  readonly up: boolean
  /** Duration of the logon by which the present session was opened, ms. */
  readonly connectMs: number | undefined
  readonly failure: ConnectFailure | undefined
}

/**
 * The one session of a source with its server: opened when a probe first asks, used by one statement at a time, closed when it is idle
 * (where that is asked for), after a failure opened again at growing intervals, and not at all while it is paused, quiet or refused.
 */
export class ServerSession<C extends ServerConnection = ServerConnection> {
  readonly instance: string
  readonly #options: ServerSessionOptions
  readonly #context: SourceContext
  readonly #driver: ServerDriver<C>
  readonly #gate: StatementGate
  readonly #cost: CostWatch
  readonly #logon: ServerLogon<C>
  #opened: OpenedConnection<C> | undefined
  /** A second session that is open for a moment. */
  #beside: C | undefined
  #turn: Promise<unknown> = Promise.resolve()
  #cancelIdle: () => void = () => undefined
  #cutLogon: () => void = () => undefined
  #closing: Promise<void> | undefined
  #closed = false
  #busy = false

  constructor(options: ServerSessionOptions, driver: ServerDriver<C>, context: SourceContext) {
    this.instance = options.instance
    this.#options = options
    this.#context = context
    this.#driver = driver
    const { user } = context.options
    const gate = new StatementGate({
      ...context,
      off: options.off,
      kept: options.kept,
      ...(typeof user === 'string' ? { account: user } : {}),
    })
    this.#gate = gate
    this.#cost = new CostWatch(gate, context)
    this.#logon = new ServerLogon(options, context, (statement, work) =>
      gate.sendOwn(statement, work),
    )
  }

  /** What the server is. @throws as rows() does */
  facts(signal: AbortSignal): Promise<ServerFacts> {
    return this.use(signal, async ({ facts }) => facts)
  }

  /**
   * Sends the variant that is for this server.
   * @throws NoDataError when there is none for it, it is switched off, or the source is paused or quiet
   * @throws ProbeError REFUSED, NOT_ANSWERING, NOT_PERMITTED, DEADLINE, UNREADABLE
   */
  rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return this.use(signal, (connection) => {
      const statement = chooseVariant(variants, connection.facts)
      if (statement === undefined) {
        const { versionText } = connection.facts
        throw new NoDataError({
          zh: `${variants[0]?.id ?? '该语句'} 不适用于 ${versionText}`,
          en: `${variants[0]?.id ?? 'this'} is not for ${versionText}`,
        })
      }
      return this.send(connection, statement, binds)
    })
  }

  /**
   * Whether a session can be had and answers. While another statement is under way within its deadline, the session counts as up.
   * @throws NoDataError while the source is paused or quiet
   */
  async ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping> {
    if (this.#busy && this.#opened !== undefined)
      return { up: true, connectMs: this.#opened.connectMs, failure: undefined }
    try {
      await this.rows(variants, signal)
      return { up: true, connectMs: this.#opened?.connectMs, failure: undefined }
    } catch (error) {
      if (error instanceof NoDataError) throw error
      return { up: false, connectMs: undefined, failure: toFailure(error) }
    }
  }

  /** Gives the session to one piece of work at a time; it is cut off when the work's signal is aborted. */
  use<T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => this.#useNow(signal, work))
    this.#turn = turn.catch(() => undefined) // whoever asked is told; the next one starts afresh
    return turn
  }

  /** Sends on a connection that use() gave. */
  send(
    connection: ServerConnection,
    statement: Statement,
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const isSeen = connection === this.#opened?.connection
    return this.#gate.send(connection, statement, binds, isSeen)
  }

  /**
   * A second session for one piece of work, beside the first, with the same credentials elsewhere on the same server (another database):
   * under the same rules, and closed in the end. No two of them at once: callers see to that.
   * @throws as rows() does
   */
  async useBeside<T>(
    driver: ServerDriver<C>,
    signal: AbortSignal,
    work: (connection: C) => Promise<T>,
  ): Promise<T> {
    this.#refuseWhenOver(signal)
    this.#refuseWhenSilent()
    const connection = await this.#logon.connectBeside(driver, signal)
    this.#beside = connection
    const cut = () => connection.destroy()
    signal.addEventListener('abort', cut, { once: true })
    try {
      this.#refuseWhenSilent() // it may have been paused meanwhile
      return await work(connection)
    } finally {
      signal.removeEventListener('abort', cut)
      this.#beside = undefined
      await connection.close()
    }
  }

  /** Cuts the session at once, a logon that is under way too: the source was paused. The next use finds out why. */
  cut(): void {
    this.#cutLogon()
    this.#opened?.connection.destroy()
    this.#opened = undefined
    this.#beside?.destroy()
  }

  /** May connect again: forgets the last failure and its delay. */
  resume(): void {
    this.#logon.forgetFailure()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelIdle()
    const opened = this.#opened
    this.#opened = undefined
    this.#beside?.destroy()
    await opened?.connection.close()
  }

  async #useNow<T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T> {
    this.#refuseWhenOver(signal)
    this.#refuseWhenSilent()
    const { connection } = (this.#opened ??= await this.#open(signal))
    this.#refuseWhenSilent() // it may have been paused meanwhile
    this.#cancelIdle()
    this.#busy = true
    const cut = () => {
      this.#gate.noteCut(connection)
      this.#drop(connection)
    }
    signal.addEventListener('abort', cut, { once: true })
    try {
      const result = await work(connection)
      await this.#askCost(connection)
      return result
    } catch (error) {
      if (isLost(error)) this.#drop(connection)
      throw error
    } finally {
      this.#busy = false
      signal.removeEventListener('abort', cut)
      this.#cost.settle()
      this.#closeWhenIdle()
    }
  }

  async #open(signal: AbortSignal): Promise<OpenedConnection<C>> {
    await this.#closing // no second session beside one that is still saying goodbye
    const abort = new AbortController()
    this.#cutLogon = () => abort.abort()
    try {
      return await this.#logon.connect(this.#driver, AbortSignal.any([signal, abort.signal]))
    } finally {
      this.#cutLogon = () => undefined
    }
  }

  #refuseWhenOver(signal: AbortSignal): void {
    if (!signal.aborted && !this.#closed) return
    throw new ProbeError('DEADLINE', {
      zh: `轮到本项之前，${this.#options.server} 的会话一直被其他语句占用`,
      en: `other statements held the session with ${this.#options.server} until this run was over`,
    })
  }

  /** @throws NoDataError while nothing may be sent */
  #refuseWhenSilent(): void {
    const silence = findSilence(this.#context, this.#options.quietHours)
    if (silence === undefined) return
    if (silence.state === 'paused') this.cut()
    else this.#closeQuietly()
    throw silence.error
  }

  /** What was done before stands, whatever becomes of it. */
  async #askCost(connection: C): Promise<void> {
    try {
      await this.#cost.ask(connection)
    } catch (error) {
      if (isLost(error)) this.#drop(connection)
    }
  }

  #drop(connection: C): void {
    if (this.#opened?.connection !== connection) return
    this.#opened = undefined
    connection.destroy()
  }

  #closeQuietly(): void {
    const opened = this.#opened
    this.#opened = undefined
    this.#closing = opened?.connection.close()
  }

  #closeWhenIdle(): void {
    const { closeIdleAfterMs } = this.#options
    if (closeIdleAfterMs === undefined || this.#opened === undefined) return
    this.#cancelIdle()
    this.#cancelIdle = this.#context.timers.after(closeIdleAfterMs, () => this.#closeQuietly())
  }
}

/** After these the session's state is not known: it is not used again. */
function isLost(error: unknown): boolean {
  if (error instanceof NoDataError) return false
  if (!(error instanceof ProbeError)) return true
  const { cause } = error
  return cause instanceof StatementError
    ? cause.failure === 'lost' || cause.failure === 'silent'
    : error.code === 'UNEXPECTED'
}

function toFailure(error: unknown): ConnectFailure {
  const cause = error instanceof ProbeError ? error.cause : undefined
  if (cause instanceof ConnectError) return cause.failure
  if (!(cause instanceof StatementError)) return 'other'
  if (cause.failure === 'lost') return 'unreachable'
  return cause.failure === 'silent' || cause.failure === 'timeout' ? 'timeout' : 'other'
}
