import { NoDataError, ProbeError } from '../../probe.ts'
import type { SiteStatement } from '../database/site-statement.ts'
import { readBoundedFile } from '../read-bounded-file.ts'
import { MOST_UNITS, toUnit, type DatabaseEnd } from './database-end.ts'
import type { EndCounts, ExchangeCount, UnitReport } from './exchange-session.ts'
import { formatLocal, type ExchangeWindow } from './exchange-window.ts'
import { LARGEST_FILE, type FileEnd } from './file-end.ts'
import type { HttpEnd } from './http-end.ts'

/** One end: a database with its statements, or what counts by itself. */
export interface End {
  readonly database: DatabaseEnd | undefined
  /** By `statement`, `failed`, `pending`. */
  readonly counts: Readonly<Record<string, SiteStatement>>
  readonly other: HttpEnd | FileEnd | undefined
}

export interface OnSide {
  readonly side: 'from' | 'to'
  readonly asked: SiteStatement
}

export interface ExchangeParts {
  readonly from: End
  readonly to: End
  readonly quality: readonly ({ readonly name: string } & OnSide)[]
  readonly units:
    | { readonly expected: OnSide | { readonly file: string }; readonly reported: OnSide }
    | undefined
}

const NOTHING: EndCounts = { count: undefined, failed: undefined, pending: undefined }

/** Asks both ends of a flow for one window: one question after the other, and those that fail leave the others be. */
export class ExchangeCounter {
  readonly #parts: ExchangeParts
  readonly #timeZone: string

  constructor(parts: ExchangeParts, timeZone: string) {
    this.#parts = parts
    this.#timeZone = timeZone
  }

  async count(window: ExchangeWindow, signal: AbortSignal): Promise<ExchangeCount> {
    const errors: ProbeError[] = []
    const run = { window, signal, errors }
    const { from, to, quality } = this.#parts
    const counts = { from: await this.#countEnd(from, run), to: await this.#countEnd(to, run) }
    const checks: { name: string; count: number }[] = []
    for (const { name, side, asked } of quality) {
      const count = await attempt(run, () => this.#numberOf(side, asked, run))
      if (count !== undefined) checks.push({ name, count })
    }
    return {
      window,
      windowText: {
        from: formatLocal(window.fromMs, this.#timeZone),
        to: formatLocal(window.toMs, this.#timeZone),
      },
      ...counts,
      quality: checks,
      units: await attempt(run, () => this.#findUnits(run)),
      errors,
    }
  }

  async #countEnd({ database, counts, other }: End, run: Run): Promise<EndCounts> {
    if (database === undefined)
      return (await attempt(run, async () => other?.count(run.window, run.signal))) ?? NOTHING
    const ask = (asked: SiteStatement | undefined) =>
      asked === undefined
        ? Promise.resolve(undefined)
        : attempt(run, () => database.number(asked, run.window, run.signal))
    return {
      count: await ask(counts['statement']),
      failed: await ask(counts['failed']),
      pending: await ask(counts['pending']),
    }
  }

  async #numberOf(
    side: 'from' | 'to',
    asked: SiteStatement,
    run: Run,
  ): Promise<number | undefined> {
    return this.#parts[side].database?.number(asked, run.window, run.signal)
  }

  async #findUnits(run: Run): Promise<UnitReport | undefined> {
    const { units } = this.#parts
    if (units === undefined) return undefined
    const expected =
      'file' in units.expected
        ? await readUnits(units.expected.file)
        : await this.#textsOf(units.expected, run)
    const reported = await this.#textsOf(units.reported, run)
    return { expected: [...new Set(expected)], reported: [...new Set(reported)] }
  }

  async #textsOf({ side, asked }: OnSide, run: Run): Promise<readonly string[]> {
    return (await this.#parts[side].database?.texts(asked, run.window, run.signal)) ?? []
  }
}

interface Run {
  readonly window: ExchangeWindow
  readonly signal: AbortSignal
  readonly errors: ProbeError[]
}

/** Undefined where it failed, which is noted; a source that is paused ends it all. */
async function attempt<T>(
  { errors }: Run,
  work: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NoDataError || !(error instanceof ProbeError)) throw error
    errors.push(error)
    return undefined
  }
}

/** A unit per line; what follows a comma is a remark, a line that begins with # is none. @throws ProbeError */
async function readUnits(file: string): Promise<readonly string[]> {
  const { text } = await readBoundedFile(file, LARGEST_FILE)
  const units = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => toUnit(line.split(',')[0]))
  if (units.length <= MOST_UNITS) return units
  throw new ProbeError('FLOOD', {
    zh: `${file} 超过 ${MOST_UNITS} 个单位`,
    en: `${file} has more than ${MOST_UNITS} units`,
  })
}
