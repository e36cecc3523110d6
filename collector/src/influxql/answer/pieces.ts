import { timeFormat } from './format-time.ts'
import type { Epoch } from './format-time.ts'
import type { ResultColumn, ResultList, ResultSeries, StatementResult } from '../result.ts'

/** One series of an answer, or a part of its rows; the members that JSON has, each as it is written there. */
export interface Piece {
  readonly name: string | undefined
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly columns: readonly string[]
  readonly rows: number
  /** A row's values as JSON writes them. */
  readonly row: (row: number) => readonly string[]
}

export function piecesOf(result: StatementResult, epoch: Epoch): Piece[] {
  if (result.kind === 'lists') return result.lists.map((list) => listPiece(list))
  const format = timeFormat(epoch, result.timeZone)
  return result.series.map((series) => seriesPiece(series, format))
}

function seriesPiece(series: ResultSeries, format: (timeMs: number) => string): Piece {
  const { name, tags, timeName, times, columns } = series
  const writers = columns.map((column) => valueWriter(column))
  return {
    name,
    tags,
    columns: [timeName, ...columns.map((column) => column.name)],
    rows: times.length,
    row: (row) => [format(times[row]!), ...writers.map((write) => write(row))],
  }
}

/** JSON has neither NaN nor infinity. */
function valueWriter({ values }: ResultColumn): (row: number) => string {
  if (values instanceof Float64Array) {
    return (row) => (Number.isFinite(values[row]!) ? String(values[row]) : 'null')
  }
  return (row) => JSON.stringify(values[row] ?? null)
}

function listPiece({ name, columns, rows }: ResultList): Piece {
  return {
    name,
    tags: undefined,
    columns,
    rows: rows.length,
    row: (row) => rows[row]!.map((value) => JSON.stringify(value)),
  }
}
