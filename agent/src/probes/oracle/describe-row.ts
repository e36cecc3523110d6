import { textOf, type Row } from '../../row.ts'

/** Columns of a row as texts under a document's own names; NULL stays null. */
export function describeRow<K extends string>(
  row: Row,
  columns: Readonly<Record<K, string>>,
): Record<K, string | null> {
  const texts: Partial<Record<K, string | null>> = {}
  for (const name in columns) texts[name] = textOf(row, columns[name]) ?? null
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each of the names has just been set
  return texts as Record<K, string | null>
}
