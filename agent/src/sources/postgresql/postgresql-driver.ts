import type { LocalizedText } from '@wardround/protocol'
import type { Secret } from '@wardround/program/running'
import { numberOf, textOf, type Row } from '../../row.ts'
import { timeoutMsOf, type ServerFacts } from '../../statement.ts'
import type { SendOwn, ServerDriver } from '../server/server-driver.ts'
import { describeLogonFailure, toLogonFailure } from './logon-failure.ts'
import { PostgresqlConnection, query, type OpenedLine } from './postgresql-connection.ts'
import { openLine } from './postgresql-line.ts'
import type { PostgresqlTarget } from './postgresql-target.ts'
import { FACTS } from './session-statements.ts'

const OLDEST_VERSION = 100_000
const APPLICATION_NAME = 'wardround-agent'

/**
 * What the server itself enforces of this session: it changes nothing, waits for no lock and is cut off in time, it finds no function or
 * view that somebody has put in the way of the server's own, and it takes no parallel workers.
 */
const STARTUP = {
  default_transaction_read_only: 'on',
  statement_timeout: String(timeoutMsOf(FACTS)),
  lock_timeout: '1000',
  idle_in_transaction_session_timeout: '10000',
  search_path: 'pg_catalog',
  max_parallel_workers_per_gather: '0',
  client_encoding: 'UTF8',
}

/** Logs on to a PostgreSQL server with `pg`, which is loaded when the first logon is due. */
export class PostgresqlDriver implements ServerDriver<PostgresqlConnection> {
  readonly #target: PostgresqlTarget

  constructor(target: PostgresqlTarget) {
    this.#target = target
  }

  /** The same server and account, another database. */
  to(database: string): PostgresqlDriver {
    return new PostgresqlDriver({ ...this.#target, database })
  }

  async connect(
    password: Secret | undefined,
    signal: AbortSignal,
    sendOwn: SendOwn,
  ): Promise<PostgresqlConnection> {
    const target = this.#target
    const tooLate = new AbortController()
    const timer = setTimeout(() => {
      const said = toMilliseconds(target.connectTimeoutMs)
      tooLate.abort(describeLogonFailure('timeout', target, said))
    }, target.connectTimeoutMs)
    const logon = new Logon(target, password, sendOwn)
    const both = AbortSignal.any([signal, tooLate.signal])
    try {
      return await logon.run(both)
    } catch (error) {
      throw toLogonFailure(both.aborted ? both.reason : error, target, logon.wasAsked)
    } finally {
      clearTimeout(timer)
    }
  }
}

const NO_PASSWORD: LocalizedText = {
  zh: '服务器要求密码，而 agent.yaml 中没有给出',
  en: 'the server asks for a password, and agent.yaml gives none',
}

function toMilliseconds(ms: number): LocalizedText {
  return { zh: `${ms} 毫秒`, en: `${ms} ms` }
}

/** One attempt to log on. */
class Logon {
  /** Whether the server asked for the password. */
  wasAsked = false
  readonly #target: PostgresqlTarget
  readonly #password: Secret | undefined
  readonly #sendOwn: SendOwn

  constructor(target: PostgresqlTarget, password: Secret | undefined, sendOwn: SendOwn) {
    this.#target = target
    this.#password = password
    this.#sendOwn = sendOwn
  }

  async run(signal: AbortSignal): Promise<PostgresqlConnection> {
    const { default: pg } = await import('pg') // by its default alone: the bundle has no other name of it
    const socket = await openLine(this.#target, signal)
    const cut = () => socket.destroy()
    signal.addEventListener('abort', cut, { once: true })
    try {
      if (signal.aborted) cut()
      const client = new pg.Client(this.#toClientConfig(asUndialled(socket)))
      // Without a listener an error between two statements would end the process; the next statement finds out.
      client.on('error', () => undefined)
      const line = { client, socket, target: this.#target }
      await client.connect()
      return await this.#look(line)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      signal.removeEventListener('abort', cut)
    }
  }

  #toClientConfig(socket: OpenedLine['socket']) {
    const { host, port, user, database } = this.#target
    return {
      host,
      port,
      user,
      database,
      password: () => this.#tellPassword(),
      ssl: false,
      stream: () => socket,
      application_name: APPLICATION_NAME,
      options: Object.entries(STARTUP)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      // Every value as the server's text: row.ts makes numbers of them, and nothing is lost on the way.
      types: { getTypeParser: () => (value: string) => value },
    }
  }

  /** A function, so that nothing is read from PGPASSWORD or ~/.pgpass behind the site's back. */
  #tellPassword(): string {
    this.wasAsked = true
    if (this.#password !== undefined) return this.#password.reveal()
    throw describeLogonFailure('not_permitted', this.#target, 'password: {file: …}', {
      reason: NO_PASSWORD,
    })
  }

  /** The first statement: it may fail in ways of its own. */
  async #look(line: OpenedLine): Promise<PostgresqlConnection> {
    const deadlineMs = timeoutMsOf(FACTS)
    const [row = {}] = await this.#sendOwn(FACTS, () => query(line, FACTS, [], deadlineMs))
    const facts = toFacts(row)
    if ((numberOf(row, 'version_num') ?? 0) < OLDEST_VERSION)
      throw describeLogonFailure('unsupported', this.#target, facts.versionText)
    const pid = numberOf(row, 'backend_pid') ?? 0
    return new PostgresqlConnection(line, facts, { pid, deadlineMs, sendOwn: this.#sendOwn })
  }
}

/** 150013 → [15, 13]: the number is there in builds whose version text begins with something else. */
function toFacts(row: Row): ServerFacts {
  const number = numberOf(row, 'version_num') ?? 0
  return {
    versionText: `PostgreSQL ${textOf(row, 'server_version') ?? ''}`,
    version: [Math.floor(number / 10_000), number % 10_000],
    traits: {},
  }
}

/** The driver dials what it is given; ours is connected already. */
function asUndialled<S extends OpenedLine['socket']>(socket: S): S {
  socket.connect = () => {
    queueMicrotask(() => socket.emit('connect'))
    return socket
  }
  return socket
}
