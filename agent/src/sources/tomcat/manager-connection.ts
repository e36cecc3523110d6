import type { Secret } from '@wardround/program'
import type { Clocks } from '../../clocks.ts'
import { ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import { parseVersion, timeoutMsOf, type ServerFacts, type Statement } from '../../statement.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { StatementError, type SendOwn, type ServerConnection } from '../server/server-driver.ts'
import type { HttpAnswer, HttpLine } from '../http/http-line.ts'
import { LineError } from '../http/line-error.ts'
import { parseManagerVersion, type ManagerVersion } from './manager-version.ts'
import { parseStatusJson } from './parse-status-json.ts'
import { refusalIn, redirectOf, toConnectError } from './to-connect-error.ts'
import { FORMAT, LOGON } from './tomcat-statements.ts'
import type { TomcatTarget } from './tomcat-target.ts'

/** A server that was started anew may be another version: it is asked again on a new connection, at most this often. */
const ASK_AGAIN_MS = 60_000

export interface ManagerOptions {
  readonly line: HttpLine
  readonly target: TomcatTarget
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  readonly sendOwn: SendOwn
}

/** Requests to the manager with the account's password. HTTP knows no session: what stands is the line and that the password was taken. */
export class ManagerConnection implements ServerConnection {
  readonly #line: HttpLine
  readonly #target: TomcatTarget
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  readonly #sendOwn: SendOwn
  readonly #authorization: string
  readonly #cut = new AbortController()
  #facts: ServerFacts = { versionText: 'Tomcat', version: [], traits: {} }
  #version: ManagerVersion | undefined
  #askedMs = 0
  #opened = 0

  private constructor(options: ManagerOptions, password: Secret | undefined) {
    this.#line = options.line
    this.#target = options.target
    this.#clocks = options.clocks
    this.#sendOwn = options.sendOwn
    const credentials = `${this.#target.user ?? ''}:${password?.reveal() ?? ''}`
    this.#authorization = `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`
  }

  /** @throws ConnectError */
  static async open(
    options: ManagerOptions,
    password: Secret | undefined,
    signal: AbortSignal,
  ): Promise<ManagerConnection> {
    const connection = new ManagerConnection(options, password)
    await connection.#logOn(signal)
    return connection
  }

  get facts(): ServerFacts {
    return this.#facts
  }

  get version(): ManagerVersion | undefined {
    return this.#version
  }

  async send(
    statement: Statement,
    _binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    const signal = this.#cut.signal
    if (
      this.#line.opened !== this.#opened &&
      this.#clocks.monotonicMs() - this.#askedMs > ASK_AGAIN_MS
    )
      await this.#logOn(signal).catch((error: unknown) => {
        throw new StatementError('lost', '', error instanceof Error ? error.message : String(error))
      })
    const answer = await this.#ask(statement, timeoutMs, signal).catch((error: unknown) => {
      throw toStatementError(error)
    })
    refuse(statement, answer)
    return [{ STATUS: answer.status, BODY: answer.body }]
  }

  async close(): Promise<void> {
    this.destroy()
    this.#line.closeIdle()
  }

  destroy(): void {
    this.#cut.abort()
  }

  async #logOn(signal: AbortSignal): Promise<void> {
    try {
      const page = await this.#sendOwn(LOGON, () => this.#askPage(signal))
      const version = parseManagerVersion(page.body)
      if (version === undefined || version.server !== this.#version?.server)
        await this.#learn(version, signal)
      this.#askedMs = this.#clocks.monotonicMs()
      this.#opened = this.#line.opened
    } catch (error) {
      throw error instanceof LineError ? toConnectError(this.#target, error) : error
    }
  }

  /** @throws ConnectError where it is refused; LineError */
  async #askPage(signal: AbortSignal): Promise<HttpAnswer> {
    const page = await this.#ask(LOGON, timeoutMsOf(LOGON), signal)
    const refusal = refusalIn(this.#target, page)
    if (refusal !== undefined) throw refusal
    return page
  }

  /** @throws ConnectError where another program answers; LineError */
  async #learn(version: ManagerVersion | undefined, signal: AbortSignal): Promise<void> {
    const answer = await this.#sendOwn(FORMAT, () => this.#ask(FORMAT, timeoutMsOf(FORMAT), signal))
    const knowsJson = isStatusJson(answer)
    if (version === undefined && !knowsJson) throw notAManager(this.#target)
    const versionText = version?.server ?? 'Apache Tomcat'
    this.#version = version
    this.#facts = {
      versionText,
      version: parseVersion(versionText.replace(/^Apache Tomcat\//, '')),
      traits: { status: knowsJson ? 'json' : 'xml' },
    }
  }

  #ask(statement: Statement, timeoutMs: number, signal: AbortSignal): Promise<HttpAnswer> {
    const path = statement.text.replace(/^GET \/manager/, this.#target.manager)
    const headers = { authorization: this.#authorization }
    return this.#line.get({ path, headers, timeoutMs, signal })
  }
}

/** What says that it is JSON and is none counts as not known: XML is asked for then. */
function isStatusJson({ status, headers, body }: HttpAnswer): boolean {
  if (status !== 200 || !/^application\/json\b/i.test(headers['content-type'] ?? '')) return false
  try {
    parseStatusJson(body)
    return true
  } catch (error) {
    if (error instanceof ProbeError) return false
    throw error
  }
}

function notAManager({ server, manager }: TomcatTarget): ConnectError {
  return new ConnectError('garbage', {
    zh: `${server}：${manager}/status 的应答不是 Tomcat 管理应用；请检查 connect 和 manager`,
    en: `${server}: what answers at ${manager}/status is not Tomcat’s manager; see connect and manager`,
  })
}

/** @throws StatementError for anything but what was asked for */
function refuse(statement: Statement, answer: HttpAnswer): void {
  const { status, body } = answer
  const code = `HTTP ${status}`
  if (status === 200) return refuseError(statement, body)
  // a new logon finds out, and remembers it
  if (status === 401) throw new StatementError('lost', code, 'the password is refused (HTTP 401)')
  if (status === 403) throw new StatementError('denied', code, code)
  if (status === 404) throw new StatementError('missing', code, code)
  const to = redirectOf(answer)
  throw new StatementError('other', code, to === undefined ? code : `${code}, redirect to ${to}`)
}

/** The jmxproxy says what went wrong with status 200 and `Error - `. */
function refuseError({ text }: Statement, body: string): void {
  if (!text.includes('/jmxproxy/') || body.startsWith('OK')) return
  const said = /^Error - ([^\r\n]{1,200})/.exec(body)?.[1]
  if (said === undefined)
    throw new StatementError('other', '', 'the answer is not the jmxproxy’s: neither OK nor Error')
  const code = /^[\w.]*?(\w+Exception)/.exec(said)?.[1] ?? 'Error'
  const isMissing = /^(?:InstanceNotFound|AttributeNotFound)Exception$/.test(code)
  throw new StatementError(isMissing ? 'missing' : 'other', code, said)
}

function toStatementError(error: unknown): StatementError {
  const failed = error instanceof LineError ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  const failure =
    failed?.failure === 'timeout' ? 'silent' : failed?.failure === 'garbage' ? 'other' : 'lost'
  return new StatementError(failure, failed?.failure ?? '', message, { cause: error })
}
