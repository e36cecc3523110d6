import { readSecret, SecretError, type SecretReference } from '@wardround/program/running'
import { ProbeError } from '../../probe.ts'
import type { SourceContext } from '../../source.ts'
import { ConnectError } from './connect-failure.ts'
import { RefusalGuard } from './refusal-guard.ts'
import type { SendOwn, ServerConnection, ServerDriver } from './server-driver.ts'

const FIRST_RETRY_MS = 5_000
const LAST_RETRY_MS = 60_000
/** How often a refused password is looked at again, whether it has changed. */
const LOOK_AGAIN_MS = 60_000

export interface ServerLogonOptions {
  /** Names the server in messages: `PostgreSQL 10.0.0.5:5432`. */
  readonly server: string
  readonly password: SecretReference | undefined
}

export interface OpenedConnection<C> {
  readonly connection: C
  /** Duration of the logon. */
  readonly connectMs: number
}

/** Logs a source on to its server: at growing intervals after a failure, never again after a refusal until the credentials change, and loudly once for each new reason. */
export class ServerLogon<C extends ServerConnection> {
  readonly #options: ServerLogonOptions
  readonly #context: SourceContext
  readonly #refusals: RefusalGuard
  readonly #sendOwn: SendOwn
  #failure: { error: ConnectError; untilMs: number; delayMs: number } | undefined

  constructor(options: ServerLogonOptions, context: SourceContext, sendOwn: SendOwn) {
    this.#options = options
    this.#context = context
    this.#refusals = new RefusalGuard(context.memory)
    this.#sendOwn = sendOwn
  }

  /** @throws ProbeError REFUSED or NOT_ANSWERING, its cause the ConnectError; while backing off, that of the last try */
  async connect(driver: ServerDriver<C>, signal: AbortSignal): Promise<OpenedConnection<C>> {
    const { clocks, standing, log, name } = this.#context
    this.#refuseWhileBackingOff()
    try {
      const startedMs = clocks.monotonicMs()
      const connection = await this.#logOn(driver, signal)
      this.#failure = undefined
      standing.noteServer(connection.facts.versionText)
      if (standing.enter('working')) log.info({ source: name }, 'source connected')
      return { connection, connectMs: clocks.monotonicMs() - startedMs }
    } catch (error) {
      const failure = toConnectError(error, this.#options.server)
      const delayMs = failure.isRefusal
        ? LOOK_AGAIN_MS
        : Math.min(LAST_RETRY_MS, 2 * (this.#failure?.delayMs ?? FIRST_RETRY_MS / 2))
      this.#failure = { error: failure, untilMs: clocks.monotonicMs() + delayMs, delayMs }
      this.#tellFailure(failure)
      throw toProbeError(failure)
    }
  }

  /** Another session with the same credentials: its failure says nothing of the first, but for a refusal. @throws as connect() does */
  async connectBeside(driver: ServerDriver<C>, signal: AbortSignal): Promise<C> {
    const { standing } = this.#context
    try {
      const connection = await this.#logOn(driver, signal)
      if (standing.state === 'refused') standing.enter('working') // by the new password
      return connection
    } catch (error) {
      const failure = toConnectError(error, this.#options.server)
      if (failure.isRefusal) this.#tellFailure(failure)
      throw toProbeError(failure)
    }
  }

  /** A logon may be tried at once. */
  forgetFailure(): void {
    this.#failure = undefined
  }

  #refuseWhileBackingOff(): void {
    if (this.#failure !== undefined && this.#context.clocks.monotonicMs() < this.#failure.untilMs)
      throw toProbeError(this.#failure.error)
  }

  async #logOn(driver: ServerDriver<C>, signal: AbortSignal): Promise<C> {
    const { standing, options, environment } = this.#context
    const { password } = this.#options
    const secret = password === undefined ? undefined : await readSecret(password, environment)
    const credentials = `${JSON.stringify(options)}\n${secret?.reveal() ?? ''}`
    const refusal = await this.#refusals.find(credentials)
    if (refusal !== undefined) throw refusal
    standing.counts.connections++
    const either = AbortSignal.any([signal, this.#context.signal])
    return driver.connect(secret, either, this.#sendOwn).catch(async (error: unknown) => {
      if (error instanceof ConnectError && error.isRefusal)
        await this.#keepRefusal(error, credentials)
      throw error
    })
  }

  /** A disk that takes nothing costs the memory over a restart, not the refusal. */
  async #keepRefusal(error: ConnectError, credentials: string): Promise<void> {
    const { clocks, log, name } = this.#context
    try {
      await this.#refusals.keep(error, credentials, clocks.nowMs())
    } catch (failure) {
      const fields = { err: failure, source: name }
      log.warn(fields, 'the refusal could not be written to the state directory')
    }
  }

  #tellFailure(error: ConnectError): void {
    const { standing, log, name, memory } = this.#context
    if (memory.pausedSinceMs !== undefined) return // it was cut for that
    if (!standing.enter(error.isRefusal ? 'refused' : 'failing', error.text)) return
    const fields = { source: name, failure: error.failure, reason: error.text.en }
    if (error.isRefusal)
      log.error(
        fields,
        'logon refused; not tried again until the configuration or the password changes',
      )
    else log.warn(fields, 'source not reachable')
  }
}

function toConnectError(error: unknown, server: string): ConnectError {
  if (error instanceof ConnectError) return error
  if (error instanceof SecretError)
    return new ConnectError('not_permitted', error.text, { cause: error })
  const message = error instanceof Error ? error.message : String(error)
  return new ConnectError(
    'other',
    { zh: `${server}：登录失败（${message}）`, en: `${server}: the logon failed (${message})` },
    { cause: error },
  )
}

function toProbeError(error: ConnectError): ProbeError {
  const code = error.isRefusal ? 'REFUSED' : 'NOT_ANSWERING'
  return new ProbeError(code, error.text, { cause: error, isTold: true })
}
