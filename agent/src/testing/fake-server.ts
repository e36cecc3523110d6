import type { Secret } from '@wardround/program'
import type { Row } from '../row.ts'
import type { ServerConnection, ServerDriver } from '../sources/server/server-driver.ts'
import type { ServerFacts, Statement } from '../statement.ts'

/** Stands in for a server of any product, so that what ServerSession promises can be tested without one. */
export class FakeServer implements ServerDriver {
  facts: ServerFacts = { versionText: 'Fake 3.1', version: [3, 1], traits: { role: 'primary' } }
  /** Thrown by the next logons, until it is taken away. */
  refuses: Error | undefined
  /** A logon hangs until it is cut. */
  hangs = false
  /** What a session waits for when it says goodbye. */
  goodbye: () => Promise<void> = () => Promise.resolve()
  /** Answers a statement; may throw, or never come back. */
  answer: (statement: Statement) => readonly Row[] | Promise<readonly Row[]> = () => []
  cpuSeconds: number | undefined
  logons = 0
  /** Sessions that are open now, and the most that ever were at once. */
  open = 0
  mostOpen = 0
  closed = 0
  destroyed = 0
  readonly passwords: (string | undefined)[] = []
  readonly sent: string[] = []
  /** Statements under way at this moment, and the most there ever were. */
  underWay = 0
  mostUnderWay = 0

  async connect(password: Secret | undefined, signal?: AbortSignal): Promise<ServerConnection> {
    this.logons++
    this.passwords.push(password?.reveal())
    if (this.refuses !== undefined) throw this.refuses
    if (this.hangs)
      await new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('the logon was cut')))
      })
    this.open++
    this.mostOpen = Math.max(this.mostOpen, this.open)
    return this.#openConnection()
  }

  #openConnection(): ServerConnection {
    let isOpen = true
    const end = (): void => {
      if (isOpen) this.open--
      isOpen = false
    }
    let cut: (error: Error) => void = () => undefined
    return {
      facts: this.facts,
      send: async (statement) => {
        this.sent.push(statement.id)
        this.underWay++
        this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay)
        try {
          const cutOff = new Promise<never>((_, reject) => (cut = reject))
          return await Promise.race([this.answer(statement), cutOff])
        } finally {
          this.underWay--
          cut = () => undefined
        }
      },
      cpuSeconds: async () => this.cpuSeconds,
      close: async () => {
        this.closed++
        await this.goodbye()
        end()
      },
      destroy: () => {
        this.destroyed++
        end()
        cut(new Error('the line was cut'))
      },
    }
  }
}
