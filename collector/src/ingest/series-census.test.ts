import { makeShape, SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { SeriesCensus } from './series-census.ts'

function seriesOf(table: SeriesTable, subject: string, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) =>
    table.intern({ subject, ...makeShape('m', { n: String(index) }, 'f', 'gauge') }),
  )
}

test('counts the series of each subject once', () => {
  const table = new SeriesTable()
  const census = new SeriesCensus(table)
  const ours = seriesOf(table, 'db1', 3)
  for (const series of [...ours, ...ours, ...seriesOf(table, 'db2', 2000)]) census.count(series)
  expect(census.countOf(table.findSubject('db1'))).toBe(3)
  expect(census.countOf(table.findSubject('db2'))).toBe(2000)
})

test('series that no connection uses are forgotten after two sweeps, those in use stay', () => {
  const table = new SeriesTable()
  const census = new SeriesCensus(table)
  const [gone, used] = [seriesOf(table, 'db1', 5), seriesOf(table, 'db2', 4)]
  for (const series of [...gone, ...used]) census.count(series)
  census.sweep([used])
  expect(census.countOf(table.findSubject('db1'))).toBe(5)
  census.sweep([used])
  expect(census.countOf(table.findSubject('db1'))).toBe(0)
  expect(census.countOf(table.findSubject('db2'))).toBe(4)
  expect(census.isCounted(gone[0]!)).toBe(false)
})
