import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import type { Statement } from '../../statement.ts'
import type { Database } from '../database/open-database.ts'
import type { SiteStatement } from '../database/site-statement.ts'
import type { ComparisonReport, TableComparison } from './compare-report.ts'
import type { ColumnName, TableName, TableProduct } from './table-statements.ts'

/** What is compared, and within which bounds. */
export interface ComparisonPlan {
  readonly product: TableProduct | undefined
  /** Whether a table, as `schema.table`, is to be compared. */
  readonly wants: (name: string) => boolean
  /** Conditions by `schema.table`, checked. */
  readonly filters: ReadonlyMap<string, string>
  readonly mostTables: number
  /** Of one table; larger ones are left out, and that is said. */
  readonly mostRows: number
  readonly timeoutMs: number
  /** Counts of the site's own, asked of both. */
  readonly counts: readonly { readonly name: string; readonly asked: SiteStatement }[]
}

/** Opens a database to which exactly these statements can be sent. */
export type OpenSide = (statements: readonly Statement[]) => Database

export interface BothSides {
  readonly production: OpenSide
  readonly restored: OpenSide
}

/**
 * Compares a restored database with production, table by table: how many rows, and a checksum over all values that the servers themselves make.
 * One statement at a time, each with its deadline; a table that fails is left out with its reason.
 * @param onTable told of each as it is known
 * @throws ProbeError where one of the two can't be reached or its tables can't be listed
 */
export async function compareDatabases(
  sides: BothSides,
  plan: ComparisonPlan,
  signal: AbortSignal,
  onTable: (table: TableComparison) => void = () => undefined,
): Promise<ComparisonReport> {
  const { product } = plan
  const listed = product === undefined ? NO_TABLES : await listBoth(sides, product, signal)
  const names = [...new Set([...listed.production.keys(), ...listed.restored.keys()])]
    .filter(plan.wants)
    .toSorted()
  const looked = names.slice(0, plan.mostTables)
  const pairs = product === undefined ? [] : pairUp(looked, listed, product, plan)
  const statements = [
    ...(product === undefined ? [] : [product.setUp]),
    ...pairs.flatMap(({ count, checksum }) => [count, checksum]),
    ...plan.counts.map(({ asked }) => asked.statement),
  ]
  await using production = sides.production(statements)
  await using restored = sides.restored(statements)
  const both = [production, restored]
  const tables: TableComparison[] = []
  const add = (table: TableComparison): void => {
    tables.push(table)
    onTable(table)
  }
  for (const name of looked) {
    const pair = pairs.find((one) => one.name === name)
    if (pair !== undefined) add(await compareTable(pair, both, plan, signal))
    else add(nameOnly(name, listed.production.has(name) ? 'missing' : 'extra'))
  }
  for (const { name, asked } of plan.counts) add(await compareCount(name, asked, both, signal))
  return { tables, tablesLeftOut: names.length - looked.length }
}

interface Table extends TableName {
  readonly columns: readonly ColumnName[]
}

type Tables = ReadonlyMap<string, Table>

const NO_TABLES: { readonly production: Tables; readonly restored: Tables } = {
  production: new Map(),
  restored: new Map(),
}

async function listBoth(sides: BothSides, product: TableProduct, signal: AbortSignal) {
  return {
    production: await listTables(sides.production, product, signal),
    restored: await listTables(sides.restored, product, signal),
  }
}

async function listTables(
  open: OpenSide,
  { list, columns }: TableProduct,
  signal: AbortSignal,
): Promise<Tables> {
  await using database = open([list, columns])
  const tables = new Map<string, Table & { columns: ColumnName[] }>()
  for (const row of await database.rows(list, signal)) {
    const table = { ...nameOf(row), columns: [] }
    tables.set(`${table.schema}.${table.table}`, table)
  }
  for (const row of await database.rows(columns, signal)) {
    const { schema, table } = nameOf(row)
    const name = textOf(row, 'column_name') ?? ''
    tables.get(`${schema}.${table}`)?.columns.push({ name, type: textOf(row, 'data_type') ?? '' })
  }
  return tables
}

function nameOf(row: Row): TableName {
  return { schema: textOf(row, 'table_schema') ?? '', table: textOf(row, 'table_name') ?? '' }
}

/** A table that both have, with what is to be sent. */
interface Pair {
  readonly name: string
  readonly hasSameColumns: boolean
  readonly canBeAsked: boolean
  readonly setUp: Statement
  readonly count: Statement
  readonly checksum: Statement
}

function pairUp(
  names: readonly string[],
  listed: typeof NO_TABLES,
  product: TableProduct,
  { filters, mostRows, timeoutMs }: ComparisonPlan,
): readonly Pair[] {
  return names.flatMap((name) => {
    const production = listed.production.get(name)
    const restored = listed.restored.get(name)
    if (production === undefined || restored === undefined) return []
    const where = filters.get(name)
    const [columns, others] = [production, restored].map((table) =>
      table.columns.map((column) => column.name),
    )
    return {
      name,
      hasSameColumns: columns?.toSorted().join('\n') === others?.toSorted().join('\n'),
      canBeAsked: ![name, ...(columns ?? [])].some((text) => text.includes('?')),
      setUp: product.setUp,
      count: product.count(production, where, mostRows, timeoutMs),
      // The columns of production, in its order, on both sides.
      checksum: product.checksum(production, production.columns, where, timeoutMs),
    }
  })
}

async function compareTable(
  pair: Pair,
  both: readonly Database[],
  { mostRows }: ComparisonPlan,
  signal: AbortSignal,
): Promise<TableComparison> {
  const { name } = pair
  if (!pair.canBeAsked) return unchecked(name, QUESTION_MARK)
  try {
    const [productionRows = 0, restoredRows = 0] = await askBoth(both, async (database) => {
      const [row = {}] = await database.rows(pair.count, signal)
      return numberOf(row, 'row_count') ?? 0
    })
    if (Math.max(productionRows, restoredRows) > mostRows)
      return unchecked(name, tooLarge(mostRows))
    const found = { name, productionRows, restoredRows, reason: undefined }
    if (productionRows !== restoredRows) return { ...found, verdict: 'rows' }
    if (!pair.hasSameColumns) return { ...found, verdict: 'content' }
    const sums = await askBoth(both, (database) => sumOf(pair, database, signal))
    if (sums.includes(undefined)) return unchecked(name, TOO_LONG)
    return { ...found, verdict: sums[0] === sums[1] ? 'equal' : 'content' }
  } catch (error) {
    return unchecked(name, reasonOf(error))
  }
}

/** Undefined where some rows have no checksum. The session may be another one than before: it is set up each time. */
async function sumOf(
  { setUp, checksum }: Pair,
  database: Database,
  signal: AbortSignal,
): Promise<string | undefined> {
  await database.rows(setUp, signal)
  const [row = {}] = await database.rows(checksum, signal)
  const rows = numberOf(row, 'row_count')
  return rows === numberOf(row, 'hashed_count') ? `${rows} ${textOf(row, 'checksum')}` : undefined
}

async function askBoth<T>(
  both: readonly Database[],
  ask: (database: Database) => Promise<T>,
): Promise<readonly T[]> {
  const answers: T[] = []
  for (const database of both) answers.push(await ask(database))
  return answers
}

async function compareCount(
  name: string,
  { statement }: SiteStatement,
  both: readonly Database[],
  signal: AbortSignal,
): Promise<TableComparison> {
  try {
    const [productionRows, restoredRows] = await askBoth(both, async (database) => {
      const [row = {}] = await database.rows(statement, signal)
      const [column = ''] = Object.keys(row)
      return numberOf(row, column) ?? 0
    })
    const verdict = productionRows === restoredRows ? 'equal' : 'rows'
    return { name, verdict, productionRows, restoredRows, reason: undefined }
  } catch (error) {
    return unchecked(name, reasonOf(error))
  }
}

const TOO_LONG: LocalizedText = {
  zh: '有的行超过 max_allowed_packet，无法计算校验和',
  en: 'some rows are longer than max_allowed_packet and have no checksum',
}
const QUESTION_MARK: LocalizedText = {
  zh: '表名或列名中有问号',
  en: 'there is a question mark in its name or that of a column',
}

function tooLarge(mostRows: number): LocalizedText {
  return { zh: `超过 ${mostRows} 行（maxRows）`, en: `more than ${mostRows} rows (maxRows)` }
}

/** What a server says of one statement; that it can't be reached ends the comparison. */
function reasonOf(error: unknown): LocalizedText {
  const isOwn = error instanceof ProbeError || error instanceof NoDataError
  const ends = error instanceof ProbeError && ['REFUSED', 'NOT_ANSWERING'].includes(error.code)
  if (!isOwn || ends) throw error
  return error.text ?? { zh: error.message, en: error.message }
}

function unchecked(name: string, reason: LocalizedText): TableComparison {
  return { ...nameOnly(name, 'unchecked'), reason }
}

function nameOnly(name: string, verdict: TableComparison['verdict']): TableComparison {
  return { name, verdict, productionRows: undefined, restoredRows: undefined, reason: undefined }
}
