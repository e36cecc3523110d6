import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChildProgram } from './child-program.ts'
import type { StormAnswer, StormPlan, StormRequest, StormStatus } from './storm-plan.ts'

const MAIN = new URL('storm-main.ts', import.meta.url).pathname
const ANSWER_DEADLINE_MS = 180_000

/** Thousands of simulated agents in a process of their own. */
export class StormProcess extends ChildProgram {
  private constructor(planFile: string) {
    super(MAIN, [planFile], { messages: true })
  }

  /** `directory`: where its plan is written, which is too long for an argument. */
  static async start(plan: StormPlan, directory: string): Promise<StormProcess> {
    const planFile = join(directory, 'storm.json')
    await writeFile(planFile, JSON.stringify(plan))
    const storm = new StormProcess(planFile)
    try {
      await storm.#answer('ready')
      return storm
    } catch (error) {
      await storm.kill()
      throw error
    }
  }

  /** What happened since the last call of forget(). */
  status(): Promise<StormStatus> {
    return this.#ask({ type: 'status' })
  }

  async forget(): Promise<void> {
    await this.#ask({ type: 'forget' })
  }

  async #ask(request: StormRequest): Promise<StormStatus> {
    const answered = this.#answer('status')
    this.child.send(request)
    const answer = await answered
    if (answer.type !== 'status') throw new Error(`answered ${answer.type}`)
    return answer.status
  }

  async #answer(type: StormAnswer['type']): Promise<StormAnswer> {
    const found = Promise.withResolvers<StormAnswer>()
    const look = (answer: StormAnswer) => answer.type === type && found.resolve(answer)
    const onExit = () => found.reject(new Error(`the storm has ended; it said:\n${this.said()}`))
    const timer = setTimeout(
      () => found.reject(new Error('the storm does not answer')),
      ANSWER_DEADLINE_MS,
    )
    this.child.on('message', look)
    this.child.once('exit', onExit)
    try {
      return await found.promise
    } finally {
      clearTimeout(timer)
      this.child.off('message', look)
      this.child.off('exit', onExit)
    }
  }
}
