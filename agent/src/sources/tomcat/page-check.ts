import type { LocalizedText } from '@wardround/protocol'
import { ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { SourceContext } from '../../source.ts'
import type { ServerFacts } from '../../statement.ts'
import type { ConnectFailure } from '../server/connect-failure.ts'
import type { QuietHours } from '../server/quiet-hours.ts'
import { StatementError, type ServerConnection } from '../server/server-driver.ts'
import { findSilence } from '../server/silence.ts'
import { StatementGate } from '../server/statement-gate.ts'
import type { HttpAnswer, HttpLine } from '../http/http-line.ts'
import { LineError } from '../http/line-error.ts'
import { describeLineError, needsTls, NEEDS_TLS, redirectOf } from './to-connect-error.ts'
import { PAGE } from './tomcat-statements.ts'
import type { TomcatTarget } from './tomcat-target.ts'

/** More of a page than this is not read. */
const KEEP_BYTES = 256 * 1024
const MOST_COOKIES = 4
const LONGEST_COOKIE = 512

/** How Tomcat answered. */
export interface PageAnswer {
  readonly up: boolean
  /** To the first byte of the answer; missing without one. */
  readonly httpMs: number | undefined
  readonly status: number | undefined
  /** Whether a TCP connection could be had. */
  readonly portOpen: boolean
  readonly failure: ConnectFailure | undefined
  /** What is wrong, or worth knowing, for a person. */
  readonly text: LocalizedText | undefined
}

/** Whether Tomcat answers, without the manager and without a password. A cookie is sent back, so that one session serves all checks. */
export class PageCheck {
  readonly #line: HttpLine
  readonly #target: TomcatTarget
  readonly #context: SourceContext
  readonly #quietHours: readonly QuietHours[]
  readonly #gate: StatementGate
  #cookies: readonly string[] = []
  #cut = new AbortController()

  constructor(
    line: HttpLine,
    target: TomcatTarget,
    context: SourceContext,
    silent: { readonly quietHours: readonly QuietHours[]; readonly off: readonly string[] },
  ) {
    this.#line = line
    this.#target = target
    this.#context = context
    this.#quietHours = silent.quietHours
    this.#gate = new StatementGate({ ...context, off: silent.off, kept: [PAGE.id] })
  }

  /**
   * Asks for the page and judges the answer.
   * @throws NoDataError while the source is paused or quiet, or the page is switched off
   * @throws ProbeError DEADLINE when the run is over
   */
  async ask(signal: AbortSignal): Promise<PageAnswer> {
    this.#refuseWhenSilent()
    let answer: HttpAnswer | undefined
    const connection = this.#connection(signal, (given) => (answer = given))
    try {
      await this.#gate.send(connection, PAGE, [])
    } catch (error) {
      return this.#tellFailure(lineErrorIn(error))
    }
    if (answer === undefined) throw new Error('the page was answered without an answer')
    return this.#judge(answer)
  }

  /** Ends what is under way. */
  cut(): void {
    this.#cut.abort()
    this.#cut = new AbortController()
  }

  /** What the gate sends through. */
  #connection(signal: AbortSignal, take: (answer: HttpAnswer) => void): ServerConnection {
    const both = AbortSignal.any([signal, this.#cut.signal, this.#context.signal])
    return {
      facts: NO_FACTS,
      send: async (_statement, _binds, timeoutMs): Promise<readonly Row[]> => {
        const answer = await this.#get(timeoutMs, both)
        take(answer)
        return [{ STATUS: answer.status }]
      },
      close: async () => undefined,
      destroy: () => undefined,
    }
  }

  async #get(timeoutMs: number, signal: AbortSignal): Promise<HttpAnswer> {
    const cookie = this.#cookies.join('; ')
    const headers: Record<string, string> = cookie === '' ? {} : { cookie }
    const question = { path: this.#target.page, headers, timeoutMs, signal, keepBytes: KEEP_BYTES }
    try {
      const answer = await this.#line.get(question)
      this.#keepCookies(answer.headers['set-cookie'] ?? [])
      return answer
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const isTimeout = error instanceof LineError && error.failure === 'timeout'
      throw new StatementError(isTimeout ? 'silent' : 'lost', '', message, { cause: error })
    }
  }

  /** Name and value alone, as a browser sends them back. */
  #keepCookies(set: readonly string[]): void {
    if (set.length === 0) return
    const kept = new Map(this.#cookies.map((cookie) => [cookie.split('=', 1)[0], cookie]))
    for (const cookie of set.map((one) => one.split(';', 1)[0] ?? ''))
      if (cookie.length <= LONGEST_COOKIE) kept.set(cookie.split('=', 1)[0], cookie)
    this.#cookies = [...kept.values()].slice(-MOST_COOKIES)
  }

  #judge(answer: HttpAnswer): PageAnswer {
    const { status, firstByteMs } = answer
    const problem = this.#problemIn(answer)
    const text = problem?.text ?? this.#redirectText(answer)
    this.#enter(problem?.text)
    return {
      up: problem === undefined,
      httpMs: firstByteMs,
      status,
      portOpen: true,
      failure: problem?.failure,
      text,
    }
  }

  #problemIn(
    answer: HttpAnswer,
  ): { readonly failure: ConnectFailure; readonly text: LocalizedText } | undefined {
    const { status } = answer
    const { page, server } = this.#target
    if (needsTls(answer))
      return {
        failure: 'tls',
        text: { zh: `${server}：${NEEDS_TLS.zh}`, en: `${server}: ${NEEDS_TLS.en}` },
      }
    // without an application at / Tomcat itself answers 404: it is up
    if (status < 500 && !(status === 404 && page !== '/')) return undefined
    return {
      failure: status === 503 ? 'not_open' : status === 404 ? 'unknown_service' : 'other',
      text: {
        zh: `${server}：页面 ${page} 应答 HTTP ${status}`,
        en: `${server}: the page ${page} answered HTTP ${status}`,
      },
    }
  }

  #redirectText(answer: HttpAnswer): LocalizedText | undefined {
    const to = redirectOf(answer)
    if (to === undefined || answer.status < 300 || answer.status > 399) return undefined
    const { page, server } = this.#target
    return {
      zh: `${server}：页面 ${page} 重定向到 ${to}，不跟随；要检查该页面请设置 page`,
      en: `${server}: the page ${page} redirects to ${to}, which is not followed; set page to check that one`,
    }
  }

  #tellFailure(error: LineError): PageAnswer {
    const text = describeLineError(this.#target, error)
    this.#enter(text)
    return {
      up: false,
      httpMs: undefined,
      status: undefined,
      portOpen: error.connected,
      failure: error.failure,
      text,
    }
  }

  /** Where there is no manager, the page is how the source stands. */
  #enter(problem: LocalizedText | undefined): void {
    const { standing, log, name } = this.#context
    if (this.#target.user !== undefined) return
    if (!standing.enter(problem === undefined ? 'working' : 'failing', problem)) return
    if (problem === undefined) log.info({ source: name }, 'source connected')
    else log.warn({ source: name, reason: problem.en }, 'source not reachable')
  }

  /** @throws NoDataError while nothing may be sent */
  #refuseWhenSilent(): void {
    const silence = findSilence(this.#context, this.#quietHours)
    if (silence !== undefined) throw silence.error
  }
}

const NO_FACTS: ServerFacts = { versionText: '', version: [], traits: {} }

/** The failed request behind what the gate threw; anything else goes on. */
function lineErrorIn(error: unknown): LineError {
  if (!(error instanceof ProbeError)) throw error
  const cause = error.cause instanceof StatementError ? error.cause.cause : undefined
  if (cause instanceof LineError) return cause
  throw error
}
