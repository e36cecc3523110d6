import type { LocalizedText } from '@wardround/protocol'
import type { Clocks } from '../../clocks.ts'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { SentStatement } from '../../source.ts'
import type { SourceStanding } from '../../source-standing.ts'
import { timeoutMsOf, type Statement } from '../../statement.ts'
import { CostBudget } from './cost-budget.ts'
import { describeDenial, StatementError, type ServerConnection } from './server-driver.ts'

/** A statement whose grant is missing is not sent again for so long: no storm in the server's audit trail. */
const DENIED_FOR_MS = 600_000

export interface StatementGateOptions {
  /** All that may be sent. */
  readonly statements: readonly Statement[]
  /** Ids that the site switched off; one that ends with a dot-less prefix (`oracle.tablespace`) takes all that begin with it. */
  readonly off: readonly string[]
  /** Ids that are never left out for their cost: without them nothing else is known. */
  readonly kept: readonly string[]
  readonly standing: SourceStanding
  readonly clocks: Clocks
  readonly onStatement?: ((sent: SentStatement) => void) | undefined
}

interface Denial {
  readonly text: LocalizedText
  readonly untilMs: number
}

/**
 * The one place where statements are sent. It lets through what is on the list, is not switched off, was not refused a moment ago and is
 * within the budget; it times and counts each, and tells what went wrong in words that a DBA can act on.
 */
export class StatementGate {
  readonly #with: StatementGateOptions
  readonly #permitted: ReadonlySet<Statement>
  readonly #denied = new Map<string, Denial>()
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
   * @throws ProbeError NOT_PERMITTED while its last refusal is fresh
   */
  check(statement: Statement): void {
    const { id } = statement
    this.#refuseUnlisted(statement)
    const isOff = this.#with.off.some((name) => id === name || id.startsWith(`${name}.`))
    if (isOff && !statement.isNeeded)
      throw new NoDataError(`statement ${id} is switched off in agent.yaml`)
    const nowMs = this.#with.clocks.monotonicMs()
    if (this.#budget.isLeftOut(id, nowMs))
      throw new NoDataError(`statement ${id} is left out for an hour: it cost its server too much`)
    const denial = this.#denied.get(statement.text)
    if (denial !== undefined && nowMs < denial.untilMs)
      throw new ProbeError('NOT_PERMITTED', denial.text)
  }

  /** Sends it. @throws ProbeError NOT_PERMITTED, DEADLINE, NOT_ANSWERING or UNREADABLE; what check() throws */
  async send(
    connection: ServerConnection,
    statement: Statement,
    binds: readonly unknown[],
  ): Promise<readonly Row[]> {
    this.check(statement)
    const startedMs = this.#with.clocks.monotonicMs()
    try {
      const rows = await connection.send(statement, binds, timeoutMsOf(statement))
      this.#account(statement, startedMs, rows.length, undefined)
      return rows
    } catch (error) {
      const failure = this.#toProbeError(statement, error)
      this.#account(statement, startedMs, 0, failure.message)
      throw failure
    }
  }

  /** For a session that is being set up: see SendOwn. @throws Error for a statement that is not on the list, and what `work` throws */
  async sendOwn<T>(statement: Statement, work: () => Promise<T>): Promise<T> {
    this.#refuseUnlisted(statement)
    const startedMs = this.#with.clocks.monotonicMs()
    try {
      const result = await work()
      this.#account(statement, startedMs, Array.isArray(result) ? result.length : 0, undefined)
      return result
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#account(statement, startedMs, 0, message)
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
    const before = this.#budget.leftOut.length
    const left = this.#budget.settle(nowMs)
    if (left.length > 0 || this.#budget.leftOut.length !== before)
      this.#with.standing.noteDropped(this.#budget.leftOut)
    return left
  }

  #refuseUnlisted(statement: Statement): void {
    if (this.#permitted.has(statement)) return
    throw new Error(`statement ${statement.id} is not on the list of this source; nothing was sent`)
  }

  #account(statement: Statement, startedMs: number, rows: number, error: string | undefined): void {
    const { standing, clocks, onStatement } = this.#with
    const nowMs = clocks.monotonicMs()
    const durationMs = nowMs - startedMs
    standing.counts.statements++
    standing.counts.busyMs += durationMs
    if (error !== undefined) standing.counts.failures++
    this.#budget.spend(statement.id, durationMs, nowMs)
    onStatement?.({ statement, durationMs, rows, error })
  }

  #toProbeError(statement: Statement, error: unknown): ProbeError {
    if (!(error instanceof StatementError)) {
      const message = error instanceof Error ? error.message : String(error)
      return new ProbeError('UNEXPECTED', `statement ${statement.id}: ${message}`, { cause: error })
    }
    const cause = { cause: error }
    switch (error.failure) {
      case 'denied':
      case 'missing': {
        const text = describeDenial(statement, error)
        const untilMs = this.#with.clocks.monotonicMs() + DENIED_FOR_MS
        this.#denied.set(statement.text, { text, untilMs })
        return new ProbeError('NOT_PERMITTED', text, cause)
      }
      case 'timeout':
      case 'silent':
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
