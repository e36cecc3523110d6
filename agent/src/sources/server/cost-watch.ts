import type { SourceContext } from '../../source.ts'
import type { ServerConnection } from './server-driver.ts'
import type { StatementGate } from './statement-gate.ts'

const ONCE_A_MINUTE_MS = 60_000

/** Asks the server once a minute what our session has cost it, and says so when statements are left out for that. */
export class CostWatch {
  readonly #gate: StatementGate
  readonly #context: SourceContext
  #askedMs = -Infinity

  constructor(gate: StatementGate, context: SourceContext) {
    this.#gate = gate
    this.#context = context
  }

  /** Asks, where it is time to. @throws ProbeError as every statement may; what was done before stands all the same */
  async ask(connection: ServerConnection): Promise<void> {
    const nowMs = this.#context.clocks.monotonicMs()
    if (nowMs - this.#askedMs < ONCE_A_MINUTE_MS) return
    this.#askedMs = nowMs
    const cpuSeconds = await connection.cpuSeconds?.((statement) =>
      this.#gate.send(connection, statement, []),
    )
    if (cpuSeconds !== undefined) this.#gate.noteCpu(cpuSeconds)
  }

  /** After each use of the session, one that failed too. */
  settle(): void {
    const left = this.#gate.settle()
    if (left.length === 0) return
    this.#context.log.warn(
      { source: this.#context.name, statements: left },
      'the session cost more than 1 % of a core; its dearest statements are left out for an hour',
    )
  }
}
