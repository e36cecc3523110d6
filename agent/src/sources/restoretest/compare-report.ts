import type { LocalizedText } from '@wardround/protocol'

/** `rows`: another number of rows; `content`: as many, and others; `missing`: not in the restored database; `extra`: not in production; `unchecked`: not looked at. */
export type TableVerdict = 'equal' | 'rows' | 'content' | 'missing' | 'extra' | 'unchecked'

/** How one table, or one count of the site's, compares. */
export interface TableComparison {
  readonly name: string
  readonly verdict: TableVerdict
  readonly productionRows: number | undefined
  readonly restoredRows: number | undefined
  /** Why it was not looked at. */
  readonly reason: LocalizedText | undefined
}

export interface ComparisonReport {
  readonly tables: readonly TableComparison[]
  /** Tables beyond the bound, of which nothing is known. */
  readonly tablesLeftOut: number
}

export interface ComparisonTotals {
  readonly tables: number
  readonly rows: number
  readonly rowsDiffer: number
  readonly tablesDiffer: number
  readonly tablesSkipped: number
}

export function differs({ verdict }: TableComparison): boolean {
  return verdict !== 'equal' && verdict !== 'unchecked'
}

export function totalsOf({ tables, tablesLeftOut }: ComparisonReport): ComparisonTotals {
  const checked = tables.filter(({ verdict }) => verdict !== 'unchecked')
  return {
    tables: checked.length,
    rows: checked.reduce((sum, { productionRows }) => sum + (productionRows ?? 0), 0),
    rowsDiffer: checked.reduce((sum, table) => sum + rowsDifferIn(table), 0),
    tablesDiffer: checked.filter(differs).length,
    tablesSkipped: tables.length - checked.length + tablesLeftOut,
  }
}

/** At least: of tables with as many rows it is known only that one is another. */
function rowsDifferIn(table: TableComparison): number {
  const { verdict, productionRows = 0, restoredRows = 0 } = table
  if (verdict === 'content') return 1
  return differs(table) ? Math.abs(productionRows - restoredRows) : 0
}
