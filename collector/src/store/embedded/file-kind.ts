import { DAY_MS, floorTo, toDayName, toMonthName } from './time-spans.ts'

/** A kind of merged file: what its name says and what time it spans. */
export interface FileKind {
  readonly name: 'raw' | '5m' | '1h'
  /** Start of the file that a time belongs to. */
  startOf(timeMs: number): number
  /** Start of the file after. */
  endOf(startMs: number): number
  fileName(startMs: number): string
  /** The start of the file of this name; undefined if it isn't of this kind. */
  parseName(fileName: string): number | undefined
}

export const RAW_FILES: FileKind = dayFiles('raw', '')
export const FINE_FILES: FileKind = dayFiles('5m', '5m-')
export const COARSE_FILES: FileKind = {
  name: '1h',
  startOf: (timeMs) => monthStart(timeMs, 0),
  endOf: (startMs) => monthStart(startMs, 1),
  fileName: (startMs) => `1h-${toMonthName(startMs)}.db`,
  parseName: (fileName) => parseStart(/^1h-(\d{4}-\d{2})\.db$/, fileName),
}

function dayFiles(name: FileKind['name'], prefix: string): FileKind {
  const pattern = new RegExp(`^${prefix}(\\d{4}-\\d{2}-\\d{2})\\.db$`)
  return {
    name,
    startOf: (timeMs) => floorTo(timeMs, DAY_MS),
    endOf: (startMs) => startMs + DAY_MS,
    fileName: (startMs) => `${prefix}${toDayName(startMs)}.db`,
    parseName: (fileName) => parseStart(pattern, fileName),
  }
}

function monthStart(timeMs: number, monthsOn: number): number {
  const date = new Date(timeMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsOn)
}

function parseStart(pattern: RegExp, fileName: string): number | undefined {
  const startMs = Date.parse(pattern.exec(fileName)?.[1] ?? '')
  return Number.isNaN(startMs) ? undefined : startMs
}
