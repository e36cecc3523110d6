/** A row of node:sqlite. Its columns are read through these functions: a damaged file can hold anything. */
export type Row = Record<string, unknown>

/** A column that doesn't hold what its table says. */
export class RowError extends Error {
  override readonly name = 'RowError'
}

export function integerOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new RowError(`column ${column} holds no number`)
  return value
}

export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new RowError(`column ${column} holds no text`)
  return value
}

export function bytesOf(row: Row, column: string): Uint8Array {
  const value = row[column]
  if (!(value instanceof Uint8Array)) throw new RowError(`column ${column} holds no bytes`)
  return value
}
