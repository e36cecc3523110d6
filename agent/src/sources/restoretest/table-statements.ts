import type { Statement } from '../../statement.ts'
import type { DatabaseKind } from '../database/database-options.ts'

/** A table as its database names it. */
export interface TableName {
  readonly schema: string
  readonly table: string
}

/** A column, in the order of the table. */
export interface ColumnName {
  readonly name: string
  readonly type: string
}

/** What a product is asked to compare tables by. */
export interface TableProduct {
  /** Makes both sessions write values in the same way. */
  readonly setUp: Statement
  /** Rows `table_schema`, `table_name`. */
  readonly list: Statement
  /** Rows `table_schema`, `table_name`, `column_name`, `data_type`, in the order of the columns. */
  readonly columns: Statement
  /** One row: `row_count`, `mostRows` + 1 at most. */
  count(table: TableName, where: string | undefined, mostRows: number, timeoutMs: number): Statement
  /** One row: `row_count`, `hashed_count` (rows whose values could be read), `checksum`, a text. */
  checksum(
    table: TableName,
    columns: readonly ColumnName[],
    where: string | undefined,
    timeoutMs: number,
  ): Statement
}

const MOST_LISTED = 20_001

function statementOf(id: string, text: string, timeoutMs = 30_000): Statement {
  return { id: `restoretest.${id}`, text, reads: [], grants: [], cost: 'slow', timeoutMs }
}

function whereOf(where: string | undefined): string {
  return where === undefined ? '' : ` WHERE ${where}`
}

/**
 * The sum of the first 64 bits of each row's MD5: the same whatever the order of the rows, and two rows that are swapped, doubled or changed show. Texts
 * of values are PostgreSQL's own; floating point is written otherwise before version 12.
 */
const POSTGRESQL: TableProduct = {
  setUp: statementOf(
    'set-up',
    `SELECT set_config('TimeZone', 'UTC', false) AS zone, set_config('DateStyle', 'ISO, YMD', false) AS dates,
  set_config('IntervalStyle', 'iso_8601', false) AS intervals, set_config('bytea_output', 'hex', false) AS bytes,
  set_config('extra_float_digits', '3', false) AS floats, set_config('lc_monetary', 'C', false) AS money`,
  ),
  list: statementOf(
    'tables',
    `SELECT n.nspname AS table_schema, c.relname AS table_name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2 LIMIT ${MOST_LISTED}`,
  ),
  columns: statementOf(
    'columns',
    `SELECT n.nspname AS table_schema, c.relname AS table_name, a.attname AS column_name, format_type(a.atttypid, NULL) AS data_type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
ORDER BY 1, 2, a.attnum LIMIT 200000`,
  ),
  count: (table, where, mostRows, timeoutMs) =>
    statementOf(
      `count.${table.schema}.${table.table}`,
      `SELECT count(*) AS row_count FROM (SELECT 1 FROM ${pgName(table)}${whereOf(where)} LIMIT ${mostRows + 1}) AS bounded`,
      timeoutMs,
    ),
  checksum: (table, columns, where, timeoutMs) => {
    const row = `ROW(${columns.map(({ name }) => quoteWith('"', name)).join(', ')})`
    return statementOf(
      `checksum.${table.schema}.${table.table}`,
      `SELECT count(*) AS row_count, count(hash) AS hashed_count, coalesce(sum(hash), 0)::text AS checksum
FROM (SELECT ('x' || substr(md5(${row}::text), 1, 16))::bit(64)::bigint::numeric AS hash FROM ${pgName(table)}${whereOf(where)}) AS hashed`,
      timeoutMs,
    )
  },
}

/** Values of these are bytes: read as characters they might be none. */
const BINARY = /blob|binary|^bit$|geometry|point|linestring|polygon/i

/** The same sum in MySQL's words, over the MD5 of each value; a row with one that is longer than max_allowed_packet has none, which is counted. */
const MYSQL: TableProduct = {
  setUp: statementOf('set-up', "SET SESSION time_zone = '+00:00'"),
  list: statementOf(
    'tables',
    `SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name FROM information_schema.TABLES
WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
ORDER BY 1, 2 LIMIT ${MOST_LISTED}`,
  ),
  columns: statementOf(
    'columns',
    `SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS table_name, COLUMN_NAME AS column_name, DATA_TYPE AS data_type
FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
ORDER BY 1, 2, ORDINAL_POSITION LIMIT 200000`,
  ),
  count: (table, where, mostRows, timeoutMs) =>
    statementOf(
      `count.${table.schema}.${table.table}`,
      `SELECT COUNT(*) AS row_count FROM (SELECT 1 FROM ${myName(table)}${whereOf(where)} LIMIT ${mostRows + 1}) AS bounded`,
      timeoutMs,
    ),
  checksum: (table, columns, where, timeoutMs) => {
    const values = columns.map(({ name, type }) => {
      const column = quoteWith('`', name)
      const bytes = BINARY.test(type) ? column : `CAST(${column} AS CHAR)`
      return `IF(${column} IS NULL, 'N', MD5(${bytes}))`
    })
    // CONCAT is NULL where one of them is: a value that the server could not read whole.
    const hash = `CAST(CONV(LEFT(MD5(CONCAT('', ${values.join(", '|', ")})), 15), 16, 10) AS UNSIGNED)`
    return statementOf(
      `checksum.${table.schema}.${table.table}`,
      `SELECT COUNT(*) AS row_count, COUNT(row_hash) AS hashed_count, CAST(COALESCE(SUM(row_hash), 0) AS CHAR) AS checksum
FROM (SELECT ${hash} AS row_hash FROM ${myName(table)}${whereOf(where)}) AS hashed`,
      timeoutMs,
    )
  },
}

/** Oracle's tables are compared by counts that the site writes. */
export const TABLE_PRODUCTS: Readonly<Record<DatabaseKind, TableProduct | undefined>> = {
  postgresql: POSTGRESQL,
  mysql: MYSQL,
  oracle: undefined,
}

function pgName({ schema, table }: TableName): string {
  return `${quoteWith('"', schema)}.${quoteWith('"', table)}`
}

function myName({ schema, table }: TableName): string {
  return `${quoteWith('`', schema)}.${quoteWith('`', table)}`
}

/** A question mark would be taken for a value by mysql2: names with one are not compared (see compare-databases.ts). */
function quoteWith(quote: string, name: string): string {
  return quote + name.replaceAll(quote, quote + quote) + quote
}
