import { checkDatabase, checkRetentionPolicy } from '../database.ts'
import { StatementError } from '../influxql-error.ts'
import type { Expression, MeasurementSource as Named, SelectStatement } from '../language/syntax.ts'
import type { ResultSeries } from '../result.ts'
import { toRowTest } from '../conditions/row-condition.ts'
import { toModelRegex, toTagFilters } from '../conditions/tag-conditions.ts'
import type { DataSource } from './data-source.ts'
import { MeasurementSource } from './measurement-source.ts'
import type { StoreReader } from './measurement-source.ts'
import { SubquerySource } from './subquery-source.ts'

/** What a SELECT reads from, each measurement by itself. */
export async function openSources(
  { sources }: SelectStatement,
  conditions: readonly Expression[],
  reader: StoreReader,
  runSubquery: (statement: SelectStatement) => Promise<ResultSeries[]>,
): Promise<DataSource[]> {
  const [first] = sources
  if (first?.kind === 'subquery') {
    if (sources.length > 1) throw onlySubquery()
    return toSources(await runSubquery(first.statement), conditions)
  }
  const where = toTagFilters(conditions)
  const names = new Set<string>()
  for (const source of sources) {
    if (source.kind === 'subquery') throw onlySubquery()
    for (const name of await measurementsOf(source, reader)) names.add(name)
  }
  return [...names].toSorted().map((name) => new MeasurementSource(name, where, reader))
}

/** The measurements that a source names, there or not, or those that match it. @throws StatementError */
export async function measurementsOf(
  { database, retentionPolicy, measurement }: Named,
  { store, projects }: Pick<StoreReader, 'store' | 'projects'>,
): Promise<readonly string[]> {
  if (database !== undefined) checkDatabase(database)
  checkRetentionPolicy(retentionPolicy)
  if ('name' in measurement) return [measurement.name]
  const pattern = new RegExp(`^(?:${toModelRegex(measurement)})$`, 'su')
  const { measurements } = await store.series({ projects })
  return measurements.map((one) => one.measurement).filter((name) => pattern.test(name))
}

function toSources(
  series: readonly ResultSeries[],
  conditions: readonly Expression[],
): SubquerySource[] {
  const passes = conditions.length === 0 ? undefined : toRowTest(conditions)
  const byName = Map.groupBy(series, ({ name }) => name)
  return [...byName].map(([name, own]) => new SubquerySource(name, own, passes))
}

function onlySubquery(): StatementError {
  return new StatementError({
    zh: 'FROM 中的子查询只能单独出现；请拆成几条语句',
    en: 'a sub-query must be the only source in FROM; ask in several statements',
  })
}
