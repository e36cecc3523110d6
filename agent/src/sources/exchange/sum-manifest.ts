import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'
import { toUniversal, type ExchangeWindow } from './exchange-window.ts'

export interface ManifestFields {
  readonly time: string
  readonly count: string
  readonly timeZone: string
}

const TIME =
  /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})(?:[ T]?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/**
 * Adds up what a manifest says of a window: CSV with a header (by a name that ends with .csv), else a JSON object per line. Without a column of times
 * the whole file counts; without one of numbers each line counts 1.
 * @throws ProbeError UNPARSABLE with the line
 */
export function sumManifest(
  text: string,
  file: string,
  fields: ManifestFields,
  window: ExchangeWindow,
): number {
  const rows = /\.csv$/i.test(file) ? readCsv(text, file) : readJsonLines(text, file)
  return rows.reduce((total, { line, values }) => {
    const time = values[fields.time]
    const atMs = time === undefined ? window.fromMs : parseTime(time, fields.timeZone)
    if (atMs === undefined) throw unparsable(file, line, fields.time, time)
    if (atMs < window.fromMs || atMs >= window.toMs) return total
    const written = values[fields.count]
    const count = written === undefined ? 1 : Number(written.trim() === '' ? Number.NaN : written)
    if (!Number.isFinite(count) || count < 0) throw unparsable(file, line, fields.count, written)
    return total + count
  }, 0)
}

interface ManifestRow {
  readonly line: number
  readonly values: Readonly<Record<string, string>>
}

function readCsv(text: string, file: string): readonly ManifestRow[] {
  const [head, ...rows] = linesOf(text)
  if (head === undefined) return []
  const names = cellsOf(head.text)
  return rows.map((row) => {
    const cells = cellsOf(row.text)
    if (cells.length !== names.length) throw unparsable(file, row.line, 'columns', row.text)
    return {
      line: row.line,
      values: Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ''])),
    }
  })
}

function readJsonLines(text: string, file: string): readonly ManifestRow[] {
  return linesOf(text).map(({ line, text: written }) => {
    const parsed = asRecord(parseJson(written))
    if (Object.keys(parsed).length === 0) throw unparsable(file, line, 'JSON', written)
    const values = Object.entries(parsed).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    )
    return { line, values: Object.fromEntries(values) }
  })
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? undefined : value
  } catch {
    return undefined // told with its line
  }
}

function linesOf(text: string): readonly { readonly line: number; readonly text: string }[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ line: at + 1, text: line }))
    .filter((line) => line.text.trim() !== '')
}

/** Cells of one line; a quoted one may hold commas and doubled quotes. */
function cellsOf(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
    (quoted?.replaceAll('""', '"') ?? plain).trim(),
  )
}

/** Epoch ms; of the zone's clocks where no offset is written. */
function parseTime(text: string, timeZone: string): number | undefined {
  const match = TIME.exec(text.trim())
  if (match === null) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', offset] = match
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (Number.isNaN(wall)) return undefined
  if (offset === undefined) return toUniversal(wall, timeZone)
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(offset) ?? []
  const aheadMinutes = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
  return wall - (sign === '-' ? -1 : 1) * aheadMinutes * 60_000
}

function unparsable(
  file: string,
  line: number,
  field: string,
  value: string | undefined,
): ProbeError {
  const shown = JSON.stringify(value ?? '').slice(0, 100)
  return new ProbeError('UNPARSABLE', {
    zh: `${file} 第 ${line} 行：${field} 为 ${shown}，无法识别`,
    en: `${file}:${line}: ${field} is ${shown}, which is not understood`,
  })
}
