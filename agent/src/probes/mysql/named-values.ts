import { numberOf, type Row } from '../../row.ts'

/** An answer of SHOW … STATUS or SHOW … VARIABLES as one row: the values by their names. */
export function toNamedValues(rows: readonly Row[]): Row {
  return Object.fromEntries(
    rows.map(({ Variable_name: name, Value: value }) => [String(name), value]),
  )
}

/** A value that not every version or set-up has. @throws ProbeError UNPARSABLE */
export function numberIfThere(values: Row, name: string): number | undefined {
  return name in values ? numberOf(values, name) : undefined
}
