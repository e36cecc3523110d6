import { asRecord } from '../../as-record.ts'

/** What is wanted of one line: undefined where it has no such column. */
export interface ManifestRow {
  readonly time: string | undefined
  readonly count: string | undefined
}

/** Reads one line of a manifest; undefined where it is none. */
export type RowReader = (line: string) => ManifestRow | undefined

/** Lines of CSV below this header, which have as many cells as it. Undefined where the header is none. */
export function csvReader(header: string, time: string, count: string): RowReader | undefined {
  const names = cellsOf(header)
  if (names === undefined) return undefined
  const timeAt = names.indexOf(time)
  const countAt = names.indexOf(count)
  return (line) => {
    const cells = cellsOf(line)
    return cells?.length === names.length
      ? { time: cells[timeAt], count: cells[countAt] }
      : undefined
  }
}

/** Lines that are a JSON object each. */
export function jsonReader(time: string, count: string): RowReader {
  return (line) => {
    const values = parseObject(line)
    return values && { time: textIn(values, time), count: textIn(values, count) }
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    const values = Array.isArray(value) ? {} : asRecord(value)
    return Object.keys(values).length === 0 ? undefined : values
  } catch {
    return undefined
  }
}

function textIn(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** A quoted cell may hold commas and doubled quotes; undefined where a quote is not closed, or something follows it. */
function cellsOf(line: string): readonly string[] | undefined {
  const cells: string[] = []
  for (let at = 0; at <= line.length; at++) {
    const isQuoted = line[at] === '"'
    const end = isQuoted ? endOfQuoted(line, at + 1) : endOfPlain(line, at)
    if (end === undefined) return undefined
    const written = isQuoted
      ? line.slice(at + 1, end - 1).replaceAll('""', '"')
      : line.slice(at, end)
    cells.push(written.trim())
    at = end
  }
  return cells
}

function endOfPlain(line: string, from: number): number {
  const comma = line.indexOf(',', from)
  return comma < 0 ? line.length : comma
}

/** Behind the closing quote. */
function endOfQuoted(line: string, from: number): number | undefined {
  let at = line.indexOf('"', from)
  while (at >= 0 && line[at + 1] === '"') at = line.indexOf('"', at + 2)
  const next = at + 1
  return at >= 0 && (next === line.length || line[next] === ',') ? next : undefined
}
