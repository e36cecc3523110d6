import { setImmediate } from 'node:timers/promises'
import { ProbeError } from '../../probe.ts'
import type { ExchangeWindow } from './exchange-window.ts'
import { csvReader, jsonReader, type RowReader } from './manifest-row.ts'
import { ManifestTimes } from './manifest-times.ts'

export interface ManifestFields {
  /** Column of the business time, as the site says; undefined: `time`, where there is one. */
  readonly time: string | undefined
  /** Column of the number, as the site says; undefined: `count`, where there is one. */
  readonly count: string | undefined
  readonly timeZone: string
}

export interface Manifest {
  readonly text: string
  readonly file: string
}

const LONGEST_LINE = 64 * 1024
/** Characters after which others have their turn: some milliseconds of work. */
const AT_ONCE = 32 * 1024

/**
 * Adds up what a manifest says of a window: CSV with a header (by a name that ends with .csv), else a JSON object per line. Without a column of times
 * the whole file counts; without one of numbers each line counts 1; a column that the site names must be there. The agent's other work goes on meanwhile.
 * @throws ProbeError UNPARSABLE with the line; DEADLINE
 */
export async function sumManifest(
  { text, file }: Manifest,
  fields: ManifestFields,
  window: ExchangeWindow,
  signal: AbortSignal,
): Promise<number> {
  const sum = new ManifestSum(file, fields, window)
  let yieldAt = AT_ONCE
  for (const line of linesOf(text)) {
    if (line.to >= yieldAt) {
      yieldAt = line.to + AT_ONCE
      await setImmediate()
      if (signal.aborted) throw tooLate(file)
    }
    sum.take(line)
  }
  return sum.total
}

interface ManifestLine {
  readonly number: number
  readonly text: string
  /** Where it ends in the manifest. */
  readonly to: number
}

function* linesOf(text: string): Generator<ManifestLine> {
  let from = text.startsWith('\uFEFF') ? 1 : 0
  for (let number = 1; from < text.length; number++) {
    const next = text.indexOf('\n', from)
    const to = next < 0 ? text.length : next
    yield { number, text: text.slice(from, text[to - 1] === '\r' ? to - 1 : to), to }
    from = to + 1
  }
}

/** Takes a manifest line by line. */
class ManifestSum {
  total = 0
  readonly #file: string
  readonly #fields: ManifestFields
  readonly #times: ManifestTimes
  readonly #isCsv: boolean
  #read: RowReader | undefined

  constructor(file: string, fields: ManifestFields, window: ExchangeWindow) {
    this.#file = file
    this.#fields = fields
    this.#times = new ManifestTimes(window, fields.timeZone)
    this.#isCsv = /\.csv$/i.test(file)
    this.#read = this.#isCsv ? undefined : jsonReader(...this.#columns)
  }

  /** @throws ProbeError UNPARSABLE */
  take(line: ManifestLine): void {
    if (line.text.length > LONGEST_LINE) throw this.#unparsable(line, 'length', line.text)
    if (line.text.trim() === '') return
    if (this.#read === undefined) {
      this.#read = csvReader(line.text, ...this.#columns)
      if (this.#read === undefined) throw this.#unparsable(line, 'header', line.text)
      return
    }
    const row = this.#read(line.text)
    if (row === undefined) throw this.#unparsable(line, this.#isCsv ? 'columns' : 'JSON', line.text)
    if (this.#isInside(line, row.time)) this.total += this.#countOf(line, row.count)
  }

  get #columns(): readonly [string, string] {
    return [this.#fields.time ?? 'time', this.#fields.count ?? 'count']
  }

  #isInside(line: ManifestLine, time: string | undefined): boolean {
    const [column] = this.#columns
    if (time === undefined) {
      if (this.#fields.time !== undefined) throw this.#noColumn(line, column)
      return true
    }
    const isInside = this.#times.isInside(time)
    if (isInside === undefined) throw this.#unparsable(line, column, time)
    return isInside
  }

  #countOf(line: ManifestLine, written: string | undefined): number {
    const [, column] = this.#columns
    if (written === undefined) {
      if (this.#fields.count !== undefined) throw this.#noColumn(line, column)
      return 1
    }
    const count = written.trim() === '' ? Number.NaN : Number(written)
    if (!Number.isFinite(count) || count < 0) throw this.#unparsable(line, column, written)
    return count
  }

  #noColumn({ number }: ManifestLine, column: string): ProbeError {
    return new ProbeError('UNPARSABLE', {
      zh: `${this.#file} 第 ${number} 行：没有 ${column}，请核对 timeField、countField`,
      en: `${this.#file}:${number}: there is no ${column}; check timeField and countField`,
    })
  }

  #unparsable({ number }: ManifestLine, field: string, value: string): ProbeError {
    const shown = JSON.stringify(value.slice(0, 100)).slice(0, 100)
    return new ProbeError('UNPARSABLE', {
      zh: `${this.#file} 第 ${number} 行：${field} 为 ${shown}，无法识别`,
      en: `${this.#file}:${number}: ${field} is ${shown}, which is not understood`,
    })
  }
}

function tooLate(file: string): ProbeError {
  return new ProbeError('DEADLINE', {
    zh: `${file} 未在期限内读完`,
    en: `${file} was not read in time`,
  })
}
