import { toDocumentTable, type JsonValue } from '@wardround/protocol'

import { textOf, type Row } from '../../row.ts'

/** The first `most` rows as a table of a document: columns of the answer, as texts, under the document's own names; NULL stays null. */
export function describeRows(
  rows: readonly Row[],
  columns: Readonly<Record<string, string>>,
  most: number,
): { readonly columns: string[]; readonly rows: JsonValue[][] } {
  const records = rows.slice(0, most).map((row) => describe(row, columns))
  return toDocumentTable(Object.keys(columns), records)
}

function describe(
  row: Row,
  columns: Readonly<Record<string, string>>,
): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, textOf(row, column) ?? null]),
  )
}
