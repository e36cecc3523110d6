import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { callControlSocket } from '@wardround/program'
import { ChildProgram } from './child-program.ts'

const MAIN = new URL('../../collector/src/main.ts', import.meta.url).pathname
const START_DEADLINE_MS = 180_000

/** A setting of collector.yaml, by section. */
export type CollectorSettings = Readonly<Record<string, unknown>>

/** A collector as its own process, on a port that it chose. */
export class CollectorProcess extends ChildProgram {
  /** http://127.0.0.1:PORT */
  url = ''
  port = 0
  /** From the start of the process to its listening. */
  startMs = 0
  readonly #file: string
  readonly #state: string

  private constructor(file: string, state: string) {
    super(MAIN, ['run', '--config', file])
    this.#file = file
    this.#state = state
  }

  /** Starts one in a directory; started again in the same one, it goes on where the one before ended. */
  static async start(
    directory: string,
    settings: CollectorSettings = {},
    state = join(directory, 'collector'),
  ): Promise<CollectorProcess> {
    const file = join(directory, 'collector.yaml')
    await writeConfig(file, state, settings)
    const startedAt = performance.now()
    const collector = new CollectorProcess(file, state)
    try {
      const line = await collector.line((text) => text.includes('"listening"'), START_DEADLINE_MS)
      collector.startMs = performance.now() - startedAt
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the line says so
      const { address } = JSON.parse(line) as { address: string }
      collector.url = `http://${address}`
      collector.port = Number(address.split(':').at(-1))
      return collector
    } catch (error) {
      await collector.kill()
      throw error
    }
  }

  /** Writes other settings and has it read them (SIGHUP). Its log says when, and whether, they are in force. */
  async configure(settings: CollectorSettings): Promise<void> {
    await writeConfig(this.#file, this.#state, settings)
    this.child.kill('SIGHUP')
  }

  /** A token for a host's agent, made by the running collector. */
  async createToken(host: string): Promise<string> {
    const request = { kind: 'agent', name: host }
    const answer = await callControlSocket(
      join(this.#state, 'control.sock'),
      'token-create',
      request,
    )
    if (typeof answer === 'object' && answer !== null && 'token' in answer)
      return String(answer.token)
    throw new Error('the collector gave no token')
  }

  /** JSON of one of its addresses. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong shape fails the test that reads it
    return (await response.json()) as Answer
  }

  /** Why it says that it can't store; empty when it can. */
  async unreadyReasons(): Promise<readonly { code: string; message: string }[]> {
    return (await this.get<{ reasons: { code: string; message: string }[] }>('/readyz')).reasons
  }

  /** Hosts whose agents are connected. */
  async connectedHosts(): Promise<string[]> {
    const { agents } = await this.get<{ agents: { host: string; connected: boolean }[] }>(
      '/api/v1/agents',
    )
    return agents.filter(({ connected }) => connected).map(({ host }) => host)
  }

  /** One of its own metrics, all label sets added up; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const values = text
      .split('\n')
      .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)))
    return values.reduce((sum, value) => sum + value, 0)
  }
}

async function writeConfig(
  file: string,
  state: string,
  settings: CollectorSettings,
): Promise<void> {
  // JSON is YAML; the language makes messages readable for whoever looks at a failed row
  const config = { listen: '127.0.0.1:0', state, language: 'en', ...settings }
  await writeFile(file, JSON.stringify(config))
}
