import type { JsonValue } from './batch.ts'

/** Records of one kind in a document: what their members are called is said once, not with each record. */
export interface DocumentTable {
  readonly columns: readonly string[]
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly JsonValue[])[]
}

/** One record of a table, by the names of its columns. */
export type DocumentRecord = Readonly<Record<string, JsonValue>>

/** The records as a table. All have the members of `columns`. */
export function toDocumentTable<const C extends string>(
  columns: readonly C[],
  records: readonly Readonly<Record<C, JsonValue>>[],
): { columns: C[]; rows: JsonValue[][] } {
  return {
    columns: [...columns],
    rows: records.map((record) => columns.map((column) => record[column])),
  }
}

/** The records of a table; none where the value is no table, as another version of the sender may have it. */
export function recordsOf(table: unknown): DocumentRecord[] {
  if (!isDocumentTable(table)) return []
  const { columns, rows } = table
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
  )
}

function isDocumentTable(value: unknown): value is DocumentTable {
  if (typeof value !== 'object' || value === null) return false
  if (!('columns' in value) || !('rows' in value)) return false
  const { columns, rows } = value
  return (
    Array.isArray(columns) &&
    columns.every((column) => typeof column === 'string') &&
    Array.isArray(rows) &&
    rows.every((row) => Array.isArray(row))
  )
}
