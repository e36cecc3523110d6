import { Secret } from '@wardround/program/running'
import { StatementError } from '../server/server-driver.ts'
import type { OracleConnection } from './oracle-connection.ts'
import { OracleDriver } from './oracle-driver.ts'
import type { OracleModule } from './oracle-module.ts'
import type { OracleTarget } from './oracle-target.ts'
import {
  toThickFailure,
  type ThickReply,
  type ThickRequest,
  type ThickResult,
} from './thick-message.ts'

export interface ThickServerOptions {
  /** Loads node-oracledb with the Oracle Client. */
  readonly load: (target: OracleTarget) => OracleModule | Promise<OracleModule>
  readonly reply: (reply: ThickReply) => void
}

/** The child's side of thick mode: holds the connections that the agent asks for, by its numbers. */
export class ThickServer {
  readonly #options: ThickServerOptions
  readonly #connections = new Map<number, OracleConnection>()
  readonly #logons = new Map<number, AbortController>()
  readonly #drivers = new Map<string, OracleDriver>()

  constructor(options: ThickServerOptions) {
    this.#options = options
  }

  /** The longest that an attempt to connect has hung in the Oracle Client beyond its deadline, ms. */
  get hangingMs(): number {
    return Math.max(0, ...[...this.#drivers.values()].map(({ hangingMs }) => hangingMs))
  }

  async receive(request: ThickRequest): Promise<void> {
    const { id } = request
    try {
      this.#options.reply({ id, result: await this.#carryOut(request) })
    } catch (error) {
      this.#options.reply({ id, failure: toThickFailure(error) })
    }
  }

  async #carryOut(request: ThickRequest): Promise<ThickResult> {
    const { connection: number } = request
    switch (request.do) {
      case 'connect':
        return this.#connect(request)
      case 'send': {
        const connection = this.#connections.get(number)
        if (connection === undefined) throw new StatementError('lost', '', 'the session is closed')
        return connection.send(request.statement, request.binds, request.timeoutMs)
      }
      case 'close': {
        const connection = this.#connections.get(number)
        this.#connections.delete(number)
        await connection?.close()
        return undefined
      }
      case 'destroy':
        this.#logons.get(number)?.abort()
        this.#connections.get(number)?.destroy()
        this.#connections.delete(number)
        return undefined
    }
  }

  async #connect(request: ThickRequest & { readonly do: 'connect' }): Promise<ThickResult> {
    const { connection: number, source, target, password } = request
    const abort = new AbortController()
    this.#logons.set(number, abort)
    try {
      const driver = this.#driverOf(source, target)
      const connection = await driver.logOn(new Secret(password), abort.signal)
      this.#connections.set(number, connection)
      return connection.greeting
    } finally {
      this.#logons.delete(number)
    }
  }

  /** One per source: it knows whether an attempt of that source still hangs. */
  #driverOf(source: string, target: OracleTarget): OracleDriver {
    const key = JSON.stringify([source, target])
    const known = this.#drivers.get(key)
    if (known !== undefined) return known
    const driver = new OracleDriver({ target, load: () => this.#options.load(target) })
    this.#drivers.set(key, driver)
    return driver
  }
}
