import type { Row } from '../row.ts'
import type {
  OracleExecuteOptions,
  OracleLine,
  OracleLogon,
  OracleModule,
} from '../sources/oracle/oracle-module.ts'

/** What a statement is answered with: rows, an error, or nothing at all. */
export type OracleAnswer = readonly Row[] | Error | 'silence'

/** An error as node-oracledb throws it. */
export function oracleError(
  message: string,
  given: { readonly code?: string; readonly offset?: number } = {},
): Error {
  return Object.assign(new Error(message), { code: message.slice(0, message.indexOf(':')) }, given)
}

/**
 * Stands in for node-oracledb and the Oracle server behind it: logons and what becomes of statements, without a line of Oracle Net. It
 * proves what we make of the driver's answers, not that Oracle gives them.
 */
export class FakeOracle implements OracleModule {
  readonly OUT_FORMAT_OBJECT = 4002
  readonly STRING = 'STRING'
  readonly DB_TYPE_CLOB = 'CLOB'
  readonly DB_TYPE_NCLOB = 'NCLOB'
  readonly DB_TYPE_NVARCHAR = 'NVARCHAR'
  readonly DB_TYPE_RAW = 'RAW'
  readonly DB_TYPE_INTERVAL_DS = 'INTERVAL DAY TO SECOND'
  readonly DB_TYPE_INTERVAL_YM = 'INTERVAL YEAR TO MONTH'

  version = '19.22.0.0.0'
  /** Answers the question who it is. */
  identity: Row = {
    DB_UNIQUE_NAME: 'HCDB',
    DATABASE_ROLE: 'PRIMARY',
    INSTANCE_NUMBER: '1',
    CDB_NAME: null,
    CON_ID: '0',
  }
  /** Thrown instead. */
  refusesIdentity: Error | undefined
  /** Thrown by logons; 'silence': they are never answered. */
  refuses: Error | 'silence' | undefined
  warning: Error | undefined
  /** Answers any other statement, by its text. */
  answer: (sql: string, binds: readonly unknown[]) => OracleAnswer = () => []
  /** Whether the server answers a cancel: that of the call timeout, and ours. */
  answersCancel = true

  logons = 0
  open = 0
  mostOpen = 0
  /** How sessions ended, in this order. */
  readonly ends: ('break' | 'close')[] = []
  readonly passwords: string[] = []
  readonly lastLogon: OracleLogon[] = []
  /** What was executed, with what V$SESSION shows of the session meanwhile. */
  readonly executed: {
    readonly sql: string
    readonly action: string
    readonly module: string
    readonly clientId: string
    readonly callTimeout: number
    readonly options: OracleExecuteOptions
  }[] = []

  async getConnection(logon: OracleLogon): Promise<OracleLine> {
    this.logons++
    this.passwords.push(logon.password)
    this.lastLogon.push(logon)
    if (this.refuses === 'silence') return new Promise(() => undefined)
    if (this.refuses !== undefined) throw this.refuses
    this.open++
    this.mostOpen = Math.max(this.mostOpen, this.open)
    return new FakeLine(this)
  }
}

class FakeLine implements OracleLine {
  callTimeout = 0
  module = ''
  action = ''
  clientId = ''
  clientInfo = ''
  readonly #oracle: FakeOracle
  #isOpen = true
  #cancel: () => void = () => undefined

  constructor(oracle: FakeOracle) {
    this.#oracle = oracle
  }

  get oracleServerVersionString(): string {
    return this.#oracle.version
  }

  get warning(): Error | undefined {
    return this.#oracle.warning
  }

  async execute(
    sql: string,
    binds: readonly unknown[],
    options: OracleExecuteOptions,
  ): Promise<{ rows: readonly unknown[] }> {
    if (!this.#isOpen) throw oracleError('NJS-003: invalid or closed connection')
    const { action, module, clientId, callTimeout } = this
    this.#oracle.executed.push({ sql, action, module, clientId, callTimeout, options })
    const isIdentity = sql.includes('DATABASE_ROLE')
    const { identity, refusesIdentity } = this.#oracle
    const answer = isIdentity ? (refusesIdentity ?? [identity]) : this.#oracle.answer(sql, binds)
    if (answer === 'silence') return this.#waitForCancel(callTimeout)
    if (answer instanceof Error) throw answer
    return { rows: answer.slice(0, options.maxRows) }
  }

  async break(): Promise<void> {
    this.#oracle.ends.push('break')
    if (this.#oracle.answersCancel) this.#cancel()
  }

  async close(): Promise<void> {
    this.#oracle.ends.push('close')
    if (this.#isOpen) this.#oracle.open--
    this.#isOpen = false
  }

  isHealthy(): boolean {
    return this.#isOpen
  }

  #waitForCancel(callTimeout: number): Promise<never> {
    return new Promise((_, reject) => {
      const timer = setTimeout(() => {
        if (this.#oracle.answersCancel)
          reject(oracleError(`NJS-123: call timeout of ${callTimeout} ms exceeded`))
      }, callTimeout)
      this.#cancel = () => {
        clearTimeout(timer)
        reject(oracleError('ORA-01013: user requested cancel of current operation'))
      }
    })
  }
}
