import { once } from 'node:events'
import { join } from 'node:path'
import { readAnswers } from './answer-ledger.ts'
import { ChildProgram } from './child-program.ts'
import type { FleetAnswer, FleetPlan, FleetRequest, FleetStatus } from './fleet-plan.ts'
import type { LedgerOfHost } from './ledger-comparison.ts'

const MAIN = new URL('fleet-main.ts', import.meta.url).pathname
const START_DEADLINE_MS = 180_000

/** Real agents, many in one process, each with a probe that writes every answer down before it gives it. */
export class FleetProcess extends ChildProgram {
  readonly plan: FleetPlan
  /** From the start of the process to all of its agents running. */
  startMs = 0

  private constructor(plan: FleetPlan) {
    super(MAIN, [JSON.stringify(plan)], { messages: true, nodeArgs: ['--expose-gc'] })
    this.plan = plan
  }

  static async start(plan: FleetPlan): Promise<FleetProcess> {
    const startedAt = performance.now()
    const fleet = new FleetProcess(plan)
    try {
      await fleet.#answer('ready', START_DEADLINE_MS)
    } catch (error) {
      await fleet.kill()
      throw error
    }
    fleet.startMs = performance.now() - startedAt
    return fleet
  }

  /** From now on the devices answer nothing; the agents go on sending what they have. */
  async quiet(): Promise<void> {
    await this.#ask({ type: 'quiet' })
  }

  async status(): Promise<FleetStatus> {
    const answer = await this.#ask({ type: 'status' })
    if (answer.type !== 'status') throw new Error(`answered ${answer.type}`)
    return answer.status
  }

  /** Asks it to end, and gives the account of its agents after their orderly stop. */
  async stopAndTell(): Promise<FleetStatus> {
    const answered = this.#answer('stopped', START_DEADLINE_MS)
    await Promise.all([answered, this.stop()])
    const answer = await answered
    if (answer.type !== 'stopped') throw new Error(`answered ${answer.type}`)
    return answer.status
  }

  /** What its devices have answered so far, by every process of this plan. */
  ledgers(): LedgerOfHost[] {
    const { hosts, ledgers, series } = this.plan
    return hosts.map(({ host }) => ({
      host,
      series,
      answers: readAnswers(join(ledgers, `${host}.ledger`)),
    }))
  }

  async #ask(request: FleetRequest): Promise<FleetAnswer> {
    const answered = this.#answer(request.type, START_DEADLINE_MS)
    this.child.send(request)
    return answered
  }

  async #answer(type: FleetAnswer['type'], withinMs: number): Promise<FleetAnswer> {
    const ended = new AbortController()
    const timer = setTimeout(() => ended.abort(), withinMs)
    const onExit = () => ended.abort()
    this.child.once('exit', onExit)
    try {
      for (;;) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fleet-main.ts sends nothing else
        const [answer] = (await once(this.child, 'message', { signal: ended.signal })) as [
          FleetAnswer,
        ]
        if (answer.type === type) return answer
      }
    } catch (error) {
      throw new Error(`the fleet did not answer "${type}"; it said:\n${this.said()}`, {
        cause: error,
      })
    } finally {
      clearTimeout(timer)
      this.child.off('exit', onExit)
    }
  }
}
