import type { Secret } from '@wardround/program/running'
import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'
import { ConnectError } from '../server/connect-failure.ts'
import { StatementError, type SendOwn, type ServerDriver } from '../server/server-driver.ts'
import { askIdentity, type OracleGreeting, type OracleIdentity } from './ask-identity.ts'
import { readOwnCpu, type OracleServerConnection, type SendStatement } from './oracle-connection.ts'
import type { OracleTarget } from './oracle-target.ts'
import { CHILD_ENDED, type ThickClient } from './thick-client.ts'
import { describeConnectProblem, toConnectError } from './to-connect-error.ts'

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
    sendOwn: SendOwn,
  ): Promise<OracleServerConnection> {
    const client = this.#client
    const target = this.#target
    client.start(target)
    const connection = client.nextConnection()
    const destroy = (): void =>
      void client.ask({ do: 'destroy', connection }, GOODBYE_MS).catch(() => undefined) // it is gone as well when the child is
    signal.addEventListener('abort', destroy, { once: true })
    try {
      const greeting = await this.#logOn(connection, password)
      const session = new ThickConnection(client, connection)
      const send = (statement: Statement) => session.send(statement, [], target.connectTimeoutMs)
      session.identity = await askIdentity(greeting, send, sendOwn)
      return session
    } catch (error) {
      destroy()
      throw signal.aborted ? timeoutOf(target) : explain(error, target)
    } finally {
      signal.removeEventListener('abort', destroy)
    }
  }

  async #logOn(connection: number, password: Secret | undefined): Promise<OracleGreeting> {
    const target = this.#target
    const result = await this.#client.ask(
      {
        do: 'connect',
        connection,
        source: this.#source,
        target,
        password: password?.reveal() ?? '',
      },
      target.connectTimeoutMs + LATER_MS,
    )
    if (result !== undefined && 'versionText' in result) return result
    throw new Error('the child of thick mode did not say which server it is')
  }
}

class ThickConnection implements OracleServerConnection {
  #identity: OracleIdentity | undefined
  readonly #client: ThickClient
  readonly #number: number
  #cutUnderWay: (error: StatementError) => void = () => undefined

  constructor(client: ThickClient, number: number) {
    this.#client = client
    this.#number = number
  }

  /** @throws Error before it was asked for */
  get identity(): OracleIdentity {
    if (this.#identity === undefined) throw new Error('askIdentity() comes first')
    return this.#identity
  }

  set identity(identity: OracleIdentity) {
    this.#identity = identity
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

function timeoutOf({ server }: OracleTarget): ConnectError {
  return new ConnectError('timeout', describeConnectProblem('timeout', server))
}

function explain(error: unknown, { server }: OracleTarget): ConnectError {
  const isOver = error instanceof StatementError && error.vendorCode === CHILD_ENDED
  if (!isOver) return toConnectError(error, server, true)
  return new ConnectError(
    'other',
    {
      zh: `${server}：thick 模式的子进程在登录时退出；请检查 Oracle 客户端`,
      en: `${server}: the child process of thick mode ended during the logon; look at the Oracle Client`,
    },
    { cause: error },
  )
}
