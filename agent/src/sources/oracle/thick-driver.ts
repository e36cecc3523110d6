import type { Secret } from '@wardround/program/running'
import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { StatementError, type ServerDriver } from '../server/server-driver.ts'
import {
  readOwnCpu,
  type OracleIdentity,
  type OracleServerConnection,
  type SendStatement,
} from './oracle-connection.ts'
import type { OracleTarget } from './oracle-target.ts'
import type { ThickClient } from './thick-client.ts'
import type { ThickResult } from './thick-message.ts'

/** How much longer than the child's own deadline, which it keeps a second late at most, the agent waits for its answer. */
const LATER_MS = 5_000
const GOODBYE_MS = 3_000

/** Opens sessions in the child of thick mode. */
export class ThickDriver implements ServerDriver<OracleServerConnection> {
  readonly #client: ThickClient
  readonly #target: OracleTarget
  readonly #source: string

  constructor(client: ThickClient, target: OracleTarget, source: string) {
    this.#client = client
    this.#target = target
    this.#source = source
  }

  async connect(
    password: Secret | undefined,
    signal: AbortSignal,
  ): Promise<OracleServerConnection> {
    const client = this.#client
    const target = this.#target
    client.start(target)
    const connection = client.nextConnection()
    const destroy = (): void =>
      void client.ask({ do: 'destroy', connection }, GOODBYE_MS).catch(() => undefined) // it is gone as well when the child is
    signal.addEventListener('abort', destroy, { once: true })
    try {
      const result = await client.ask(
        {
          do: 'connect',
          connection,
          source: this.#source,
          target,
          password: password?.reveal() ?? '',
        },
        target.connectTimeoutMs + LATER_MS,
      )
      return new ThickConnection(client, connection, toIdentity(result))
    } catch (error) {
      throw toConnectError(error, target.server)
    } finally {
      signal.removeEventListener('abort', destroy)
    }
  }
}

class ThickConnection implements OracleServerConnection {
  readonly identity: OracleIdentity
  readonly #client: ThickClient
  readonly #number: number
  #cutUnderWay: (error: StatementError) => void = () => undefined

  constructor(client: ThickClient, number: number, identity: OracleIdentity) {
    this.#client = client
    this.#number = number
    this.identity = identity
  }

  get facts(): ServerFacts {
    return this.identity.facts
  }

  async send(
    statement: Statement,
    binds: readonly unknown[],
    timeoutMs: number,
  ): Promise<readonly Row[]> {
    const cut = new Promise<never>((_, reject) => (this.#cutUnderWay = reject))
    const work = { do: 'send', connection: this.#number, statement, binds, timeoutMs } as const
    const answer = this.#client.ask(work, timeoutMs + LATER_MS)
    try {
      const result = await Promise.race([answer, cut])
      return Array.isArray(result) ? result : []
    } finally {
      this.#cutUnderWay = () => undefined
      answer.catch(() => undefined) // of a line that was cut meanwhile
    }
  }

  cpuSeconds(send: SendStatement): Promise<number | undefined> {
    return readOwnCpu(send)
  }

  async close(): Promise<void> {
    await this.#end('close')
  }

  destroy(): void {
    void this.#end('destroy')
    this.#cutUnderWay(new StatementError('lost', '', 'the line was cut'))
  }

  async #end(how: 'close' | 'destroy'): Promise<void> {
    try {
      await this.#client.ask({ do: how, connection: this.#number }, GOODBYE_MS)
    } catch {
      // the child is gone, and the session with it
    }
  }
}

function toIdentity(result: ThickResult): OracleIdentity {
  if (result !== undefined && 'facts' in result) return result
  throw new Error('the child of thick mode did not say which server it is')
}

function toConnectError(error: unknown, server: string): unknown {
  if (!(error instanceof StatementError)) return error
  return new ConnectError(
    'other',
    {
      zh: `${server}：thick 模式的子进程在登录时退出；请检查 Oracle 客户端`,
      en: `${server}: the child process of thick mode ended during the logon; look at the Oracle Client`,
    },
    { cause: error },
  )
}
