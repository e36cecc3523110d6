import { ProbeError } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { checkStatement } from '../database/check-statement.ts'
import type { DatabaseKind } from '../database/database-options.ts'
import type { Database } from '../database/open-database.ts'
import { toSiteStatement, type SiteStatement } from '../database/site-statement.ts'
import { BINDS } from './exchange-problems.ts'
import { formatLocal, formatOffset, type ExchangeWindow } from './exchange-window.ts'

/** 628 and 172 units are the largest lists so far. */
export const MOST_UNITS = 5_000
const LONGEST_UNIT = 128

/** Statements of the site's own for one end, made when agent.yaml was read: nothing else can be sent. */
export class DatabaseStatements {
  readonly all: SiteStatement[] = []
  readonly #kind: DatabaseKind
  readonly #timeoutMs: number

  constructor(kind: DatabaseKind, timeoutMs: number) {
    this.#kind = kind
    this.#timeoutMs = timeoutMs
  }

  /** @throws StatementRefusedError; agent.yaml was checked for it */
  add(id: string, text: string, mostRows = 1): SiteStatement {
    const limits = { timeoutMs: this.#timeoutMs, mostRows }
    const made = toSiteStatement(id, checkStatement(text, BINDS), this.#kind, limits)
    this.all.push(made)
    return made
  }
}

/** An end that is a database: what its statements say of a window. */
export class DatabaseEnd {
  readonly #database: Database
  readonly #kind: DatabaseKind
  readonly #timeZone: string

  constructor(database: Database, kind: DatabaseKind, timeZone: string) {
    this.#database = database
    this.#kind = kind
    this.#timeZone = timeZone
  }

  /** The number in the first column of the only row. @throws ProbeError, NoDataError */
  async number(
    asked: SiteStatement,
    window: ExchangeWindow,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const rows = await this.#rows(asked, window, signal)
    const [row] = rows
    const column = row === undefined ? undefined : Object.keys(row)[0]
    if (row === undefined || column === undefined || rows.length > 1)
      throw new ProbeError('UNPARSABLE', {
        zh: `语句 ${asked.statement.id} 应返回一行，实际 ${rows.length === 0 ? '没有行' : '不止一行'}`,
        en: `statement ${asked.statement.id} gave ${rows.length === 0 ? 'no row' : 'more than one'}; expected one`,
      })
    return numberOf(row, column)
  }

  /** The texts in the first column. @throws ProbeError, NoDataError */
  async texts(
    asked: SiteStatement,
    window: ExchangeWindow,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const rows = await this.#rows(asked, window, signal)
    if (rows.length > MOST_UNITS)
      throw new ProbeError('FLOOD', {
        zh: `语句 ${asked.statement.id} 返回超过 ${MOST_UNITS} 行`,
        en: `statement ${asked.statement.id} gave more than ${MOST_UNITS} rows`,
      })
    return rows.flatMap((row) => toUnit(firstText(row)))
  }

  #rows(
    { statement, binds }: SiteStatement,
    window: ExchangeWindow,
    signal: AbortSignal,
  ): Promise<readonly Row[]> {
    const values: Record<string, string> = {
      from: this.#format(window.fromMs),
      to: this.#format(window.toMs),
    }
    return this.#database.rows(
      statement,
      signal,
      binds.map((name) => values[name]),
    )
  }

  /** PostgreSQL takes the offset where the column has one and leaves it where it has none; the others know local times alone. */
  #format(ms: number): string {
    const local = formatLocal(ms, this.#timeZone)
    return this.#kind === 'postgresql' ? local + formatOffset(ms, this.#timeZone) : local
  }
}

function firstText(row: Row): string | undefined {
  const column = Object.keys(row)[0]
  return column === undefined ? undefined : textOf(row, column)
}

/** A unit's name as it is compared and shown; nothing of an empty one. */
export function toUnit(text: string | undefined): string[] {
  const name = (text ?? '')
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, LONGEST_UNIT)
  return name === '' ? [] : [name]
}
