import type { LocalizedText } from '@wardround/protocol'
import type { Clocks } from '../../clocks.ts'
import { NoDataError, ProbeError, type ProbeErrorCode } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { SentStatement } from '../../source.ts'
import type { SourceStanding } from '../../source-standing.ts'
import { timeoutMsOf, type Statement } from '../../statement.ts'
import { CostBudget } from './cost-budget.ts'
import {
  describeDenial,
  StatementError,
  type ServerConnection,
  type StatementFailure,
} from './server-driver.ts'

/** What the grants of statements call the account. */
const NAME_IN_GRANTS = 'wardround'

/** A statement whose grant is missing is not sent again for so long: no storm in the server's audit trail. */
const DENIED_FOR_MS = 600_000
/** One that was cut off may still run on the server: it is not sent again for so long, each time twice as long. */
const FIRST_HOLD_MS = 60_000
const LAST_HOLD_MS = 3_600_000

export interface StatementGateOptions {
  /** All that may be sent. */
  readonly statements: readonly Statement[]
  /** Ids that the site switched off; one that ends with a dot-less prefix (`oracle.tablespace`) takes all that begin with it. */
  readonly off: readonly string[]
  /** The account that the agent logs on with, as far as agent.yaml says. */
  readonly account?: string
  /** Ids that are never left out for their cost: without them nothing else is known. */
  readonly kept: readonly string[]
  readonly standing: SourceStanding
  readonly clocks: Clocks
  readonly onStatement?: ((sent: SentStatement) => void) | undefined
}

/** A statement that did not come back, and until when it is held back. */
interface Hold {
  readonly delayMs: number
  readonly untilMs: number
}

/** How a statement went. */
interface Outcome {
  readonly rows: number
  /** Whether the server's statistics of our session hold its cost. */
  readonly isSeen: boolean
  readonly error?: LocalizedText
  readonly code?: ProbeErrorCode
}

interface Denial {
  readonly text: LocalizedText
  readonly untilMs: number
}

/** With these failures the session is gone, and its statistics with it. */
const ENDS_SESSION: ReadonlySet<StatementFailure> = new Set(['lost', 'silent'])

/**
 * The one place where statements are sent. It lets through what is on the list, is not switched off, was not refused a moment ago and is
 * within the budget; it times and counts each, and tells what went wrong in words that a DBA can act on.
 */
export class StatementGate {
  readonly #with: StatementGateOptions
  readonly #permitted: ReadonlySet<Statement>
  readonly #denied = new Map<string, Denial>()
  readonly #held = new Map<string, Hold>()
  /** By connection: a second session may be open beside the first. */
  readonly #underWay = new Map<ServerConnection, Statement>()
  #told: readonly string[] = []
  readonly #budget: CostBudget

  constructor(options: StatementGateOptions) {
    this.#with = options
    this.#permitted = new Set(options.statements)
    this.#budget = new CostBudget((id) => options.kept.includes(id))
  }

  /**
   * Whether the statement may be sent now.
   * @throws Error for one that is not on the list: a bug, and nothing is sent
   * @throws NoDataError when it is switched off or left out
   * @throws ProbeError NOT_PERMITTED while its last refusal is fresh, DEADLINE while it is held back
   */
  check(statement: Statement): void {
    const { id } = statement
    this.#refuseUnlisted(statement)
    const isOff = this.#with.off.some((name) => id === name || id.startsWith(`${name}.`))
    if (isOff && !statement.isNeeded)
      throw new NoDataError({
        zh: `语句 ${id} 已在 agent.yaml 中停用`,
        en: `statement ${id} is switched off in agent.yaml`,
      })
    const nowMs = this.#with.clocks.monotonicMs()
    if (this.#budget.isLeftOut(id, nowMs))
      throw new NoDataError({
        zh: `语句 ${id} 对服务器开销过大，停发一小时`,
        en: `statement ${id} is left out for an hour: it cost its server too much`,
      })
    const denial = this.#denied.get(statement.text)
    if (denial !== undefined && nowMs < denial.untilMs)
      throw new ProbeError('NOT_PERMITTED', denial.text)
    const hold = this.#held.get(statement.text)
    if (hold !== undefined && nowMs < hold.untilMs) throw heldBack(statement, hold)
  }

  /** The line is cut under the statement that is on its way. */
  noteCut(connection: ServerConnection): void {
    const statement = this.#underWay.get(connection)
    if (statement !== undefined) this.#hold(statement)
  }

  /**
   * Sends it.
   * @param isSeen whether the server's statistics of our session, as they are asked for, will contain its cost
   * @throws ProbeError NOT_PERMITTED, DEADLINE, NOT_ANSWERING or UNREADABLE; what check() throws
   */
  async send(
    connection: ServerConnection,
    statement: Statement,
    binds: readonly unknown[],
    isSeen = true,
  ): Promise<readonly Row[]> {
    this.check(statement)
    const startedMs = this.#with.clocks.monotonicMs()
    this.#underWay.set(connection, statement)
    try {
      const rows = await connection.send(statement, binds, timeoutMsOf(statement))
      this.#account(statement, startedMs, { rows: rows.length, isSeen })
      this.#held.delete(statement.text)
      return rows
    } catch (error) {
      const failure = this.#toProbeError(
        statement,
        error,
        connection.facts.account ?? this.#with.account ?? NAME_IN_GRANTS,
      )
      const goesOn = error instanceof StatementError && !ENDS_SESSION.has(error.failure)
      this.#account(statement, startedMs, {
        rows: 0,
        isSeen: isSeen && goesOn,
        error: failure.text ?? verbatim(failure.message),
        code: failure.code,
      })
      throw failure
    } finally {
      this.#underWay.delete(connection)
    }
  }

  /** For a session that is being set up: see SendOwn. @throws Error for a statement that is not on the list, and what `work` throws */
  async sendOwn<T>(statement: Statement, work: () => Promise<T>): Promise<T> {
    this.#refuseUnlisted(statement)
    const startedMs = this.#with.clocks.monotonicMs()
    try {
      const result = await work()
      const rows = Array.isArray(result) ? result.length : 0
      this.#account(statement, startedMs, { rows, isSeen: true })
      return result
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#account(statement, startedMs, {
        rows: 0,
        isSeen: false,
        error: verbatim(message),
        code: 'UNEXPECTED',
      })
      throw error
    }
  }

  /** What the server says that our session has cost it. */
  noteCpu(cpuSeconds: number): void {
    this.#with.standing.counts.cpuSeconds = cpuSeconds
    this.#budget.noteCpu(cpuSeconds, this.#with.clocks.monotonicMs())
  }

  /** At the end of each window: statements that are left out from now on. */
  settle(): readonly string[] {
    const nowMs = this.#with.clocks.monotonicMs()
    const left = this.#budget.settle(nowMs)
    const leftOut = this.#budget.leftOut(nowMs)
    if (leftOut.join() !== this.#told.join()) this.#with.standing.noteDropped(leftOut)
    this.#told = leftOut
    return left
  }

  /** What tells whether the server is there is never held back. */
  #hold(statement: Statement): void {
    if (this.#with.kept.includes(statement.id)) return
    const before = this.#held.get(statement.text)?.delayMs ?? FIRST_HOLD_MS / 2
    const delayMs = Math.min(LAST_HOLD_MS, 2 * before)
    this.#held.set(statement.text, {
      delayMs,
      untilMs: this.#with.clocks.monotonicMs() + delayMs,
    })
  }

  #refuseUnlisted(statement: Statement): void {
    if (this.#permitted.has(statement)) return
    throw new Error(`statement ${statement.id} is not on the list of this source; nothing was sent`)
  }

  #account(statement: Statement, startedMs: number, { rows, isSeen, error, code }: Outcome): void {
    const { standing, clocks, onStatement } = this.#with
    const nowMs = clocks.monotonicMs()
    const durationMs = nowMs - startedMs
    standing.counts.statements++
    standing.counts.busyMs += durationMs
    if (error !== undefined) standing.counts.failures++
    this.#budget.spend(statement.id, { tookMs: durationMs, isSeen }, nowMs)
    onStatement?.({ statement, durationMs, rows, error, code })
  }

  #toProbeError(statement: Statement, error: unknown, account: string): ProbeError {
    if (!(error instanceof StatementError)) {
      const message = error instanceof Error ? error.message : String(error)
      return new ProbeError(
        'UNEXPECTED',
        { zh: `语句 ${statement.id}：${message}`, en: `statement ${statement.id}: ${message}` },
        { cause: error },
      )
    }
    const cause = { cause: error }
    switch (error.failure) {
      case 'denied':
      case 'unsupported':
      case 'missing': {
        const text = describeDenial(statement, error, account)
        const untilMs = this.#with.clocks.monotonicMs() + DENIED_FOR_MS
        this.#denied.set(statement.text, { text, untilMs })
        return new ProbeError('NOT_PERMITTED', text, cause)
      }
      case 'timeout':
      case 'silent':
        if (error.failure === 'silent') this.#hold(statement)
        return new ProbeError(
          'DEADLINE',
          {
            zh: `语句 ${statement.id} 在 ${timeoutMsOf(statement)} 毫秒内没有完成，已放弃`,
            en: `statement ${statement.id} was not done within ${timeoutMsOf(statement)} ms and was given up`,
          },
          cause,
        )
      case 'lost':
        return new ProbeError(
          'NOT_ANSWERING',
          {
            zh: `执行语句 ${statement.id} 时连接中断：${error.message}`,
            en: `the session was lost during statement ${statement.id}: ${error.message}`,
          },
          cause,
        )
      case 'other':
        return new ProbeError(
          'UNREADABLE',
          {
            zh: `语句 ${statement.id} 执行失败：${error.message}`,
            en: `statement ${statement.id} failed: ${error.message}`,
          },
          cause,
        )
    }
  }
}

/** What a server or the driver says, in its own language. */
function verbatim(message: string): LocalizedText {
  return { zh: message, en: message }
}

function heldBack({ id }: Statement, { delayMs }: Hold): ProbeError {
  const minutes = Math.round(delayMs / 60_000)
  return new ProbeError('DEADLINE', {
    zh: `语句 ${id} 上次没有返回、连接已断开，${minutes} 分钟内不再发送`,
    en: `statement ${id} did not come back last time and its line was cut; it is not sent for ${minutes} min`,
  })
}
