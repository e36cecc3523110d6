import type { LocalizedText } from '@wardround/protocol'
import type { Secret } from '@wardround/program/running'
import type { Row } from '../../row.ts'
import type { ServerFacts, Statement } from '../../statement.ts'

/** One open session with a server. */
export interface ServerConnection {
  readonly facts: ServerFacts
  /**
   * Sends one statement; the caller sees to it that it is on the list, and that no other is under way.
   * @throws StatementError
   */
  send(statement: Statement, binds: readonly unknown[], timeoutMs: number): Promise<readonly Row[]>
  /**
   * Processor time that the server has spent on this session, seconds; undefined where it does not say.
   * @param send sends a statement of the source, past the same check as every other
   */
  cpuSeconds?(send: (statement: Statement) => Promise<readonly Row[]>): Promise<number | undefined>
  /** Says goodbye, within a second or so; never rejects. */
  close(): Promise<void>
  /** Cuts the line at once, while a statement runs too. */
  destroy(): void
}

/** Knows one product's driver. */
export interface ServerDriver<C extends ServerConnection = ServerConnection> {
  /**
   * Opens a session, or gives up within its connect deadline or when `signal` is aborted; whatever was half open is then closed.
   * What it sends to set the session up goes through `sendOwn`.
   * @throws ConnectError
   */
  connect(password: Secret | undefined, signal: AbortSignal, sendOwn: SendOwn): Promise<C>
}

/**
 * Lets one of the source's own statements through while a session is being set up: it must be on the list, and it is timed, counted and
 * told like every other. What `work`, which sends it, throws comes back as it is.
 */
export type SendOwn = <T>(statement: Statement, work: () => Promise<T>) => Promise<T>

/**
 * What became of a statement. `denied`: a grant is missing; `missing`: what it reads is not there; `unsupported`: the server's release
 * does not know a column, function or parameter in it, which no grant cures; `timeout`: cancelled at its deadline, the session goes on;
 * `silent`: nothing came back by then, the line was cut; `lost`: the peer ended the session.
 */
export type StatementFailure =
  | 'denied'
  | 'missing'
  | 'unsupported'
  | 'timeout'
  | 'silent'
  | 'lost'
  | 'other'

/** A statement failed. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  readonly failure: StatementFailure
  /** The server's own code: ORA-00942, 42501, 1142. */
  readonly vendorCode: string
  /** What is not granted or not there, where the server or the place in the text says so: `V_$SESSION`. */
  readonly object: string | undefined

  constructor(
    failure: StatementFailure,
    vendorCode: string,
    message: string,
    { object, ...options }: ErrorOptions & { readonly object?: string | undefined } = {},
  ) {
    super(message, options)
    this.failure = failure
    this.vendorCode = vendorCode
    this.object = object
  }
}

/**
 * What a missing grant is told as: the statement, what it lacks and the grants that cure it, as they can be pasted.
 * @param account to whom they are to be given, as grants name it
 */
export function describeDenial(
  statement: Statement,
  error: StatementError,
  account: string,
): LocalizedText {
  const { object, message } = error
  if (error.failure === 'unsupported')
    return {
      zh: `该版本的服务器没有语句 ${statement.id} 用到的列、函数或参数（${message}）；与权限无关，不需要授权`,
      en: `this release of the server lacks a column, function or parameter that statement ${statement.id} uses (${message}); no grant is missing`,
    }
  const wanted = grantsFor(statement, object)
  const cure = wanted.map((grant) => toPaste(grant, account)).join(' ')
  return {
    zh: `语句 ${statement.id} 缺少权限或对象不存在（${message}）${cure === '' ? '' : `；请 DBA 执行：${cure}`}`,
    en: `statement ${statement.id} lacks a grant, or what it reads is not there (${message})${cure === '' ? '' : `; have the DBA run: ${cure}`}`,
  }
}

/** A statement with its end; a line of XML (Tomcat's users) has none. */
function toPaste(grant: string, account: string): string {
  return grant.endsWith('>') ? grant : `${grant.replace(/TO wardround$/, () => `TO ${account}`)};`
}

/** The one grant that names the object, else all of the statement. */
function grantsFor(statement: Statement, object: string | undefined): readonly string[] {
  if (object === undefined) return statement.grants
  const name = object.toUpperCase()
  const exact = statement.grants.filter((grant) =>
    grant
      .toUpperCase()
      .split(/[^A-Z0-9_$#]+/)
      .includes(name),
  )
  return exact.length === 0 ? statement.grants : exact
}
