import type { TagFilter } from '@wardround/query'
import type { SeriesListing } from '../../store/store.ts'
import { splitCondition } from '../conditions/time-range.ts'
import type { TimeRange } from '../conditions/time-range.ts'
import { toModelRegex, toTagFilters } from '../conditions/tag-conditions.ts'
import { checkDatabase, DATABASE, RETENTION_POLICY } from '../database.ts'
import type { KeyCondition, ShowStatement, Slice } from '../language/syntax.ts'
import type { ResultList } from '../result.ts'
import { measurementsOf } from '../select/open-sources.ts'
import type { SelectContext } from '../select/select-context.ts'
import { seriesKeys } from './series-keys.ts'

type Listed = SeriesListing['measurements'][number]

/** What SHOW answers. What was not measured for a week is in no list. @throws StatementError */
export async function runShow(
  statement: ShowStatement,
  database: string | undefined,
  context: SelectContext,
): Promise<ResultList[]> {
  const { subject } = statement
  if (subject === 'databases') return [namesOf('databases', 'name', [DATABASE])]
  checkDatabase(statement.database ?? database)
  if (subject === 'retention policies') return [retentionPolicies()]
  const { range, rest } = splitCondition(statement.condition, context)
  const where = toTagFilters(rest)
  const listed = await listMeasurements(statement, where, context)
  if (subject === 'measurements') {
    const names = slice(
      listed.map(({ measurement }) => measurement),
      statement.rows,
    )
    return names.length === 0 ? [] : [namesOf('measurements', 'name', names)]
  }
  if (subject === 'series') return await showSeries(statement, { listed, where, range }, context)
  const lists = listed.map((one) => listOf(statement, one))
  return slice(
    lists.filter(({ rows }) => rows.length > 0),
    statement.series,
  )
    .map((list) => ({ ...list, rows: slice(list.rows, statement.rows) }))
    .filter(({ rows }) => rows.length > 0)
}

async function listMeasurements(
  { sources }: ShowStatement,
  where: readonly TagFilter[],
  context: SelectContext,
): Promise<readonly Listed[]> {
  const { store, projects } = context
  const { measurements } = await store.series({ projects, where })
  if (sources.length === 0) return measurements
  const named = await Promise.all(sources.map((source) => measurementsOf(source, context)))
  const names = new Set(named.flat())
  return measurements.filter(({ measurement }) => names.has(measurement))
}

function listOf({ subject, keys }: ShowStatement, listed: Listed): ResultList {
  const { measurement: name, fields, tags } = listed
  if (subject === 'field keys') {
    const rows = fields.map((field) => [field, 'float'])
    return { name, columns: ['fieldKey', 'fieldType'], rows }
  }
  const tagKeys = Object.keys(tags).toSorted()
  if (subject === 'tag keys')
    return { name, columns: ['tagKey'], rows: tagKeys.map((key) => [key]) }
  const isWanted = keyTest(keys)
  const rows = tagKeys.filter(isWanted).flatMap((key) => tags[key]!.map((value) => [key, value]))
  return { name, columns: ['key', 'value'], rows }
}

function keyTest(condition: KeyCondition | undefined): (key: string) => boolean {
  if (condition === undefined) return () => true
  if (condition.operator === 'in') return (key) => condition.keys.includes(key)
  const { operator, key: wanted } = condition
  if (typeof wanted === 'string') return (key) => (key === wanted) === (operator === '=')
  const pattern = new RegExp(`^(?:${toModelRegex(wanted)})$`, 'su')
  return (key) => pattern.test(key) === (operator === '=~')
}

async function showSeries(
  statement: ShowStatement,
  {
    listed,
    where,
    range,
  }: { listed: readonly Listed[]; where: readonly TagFilter[]; range: TimeRange },
  context: SelectContext,
): Promise<ResultList[]> {
  const found = await Promise.all(listed.map((one) => seriesKeys(one, { where, range }, context)))
  const rows = slice(found.flat().toSorted(), statement.rows).map((key) => [key])
  return rows.length === 0 ? [] : [{ columns: ['key'], rows }]
}

function retentionPolicies(): ResultList {
  return {
    columns: ['name', 'duration', 'shardGroupDuration', 'replicaN', 'default'],
    rows: [[RETENTION_POLICY, '0s', '24h0m0s', 1, true]],
  }
}

function namesOf(name: string, column: string, names: readonly string[]): ResultList {
  return { name, columns: [column], rows: names.map((one) => [one]) }
}

function slice<T>(all: readonly T[], { limit, offset }: Slice): readonly T[] {
  return all.slice(offset, limit === 0 ? undefined : offset + limit)
}
