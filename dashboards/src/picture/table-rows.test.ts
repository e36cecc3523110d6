import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { expect, test } from 'vitest'
import { toTable } from './table-rows.ts'

const answer = (refId: string, values: Readonly<Record<string, number>>) => ({
  refId,
  series: Object.entries(values).map(([host, value]) => ({
    tags: { host },
    columns: ['time', `Value #${refId}`],
    values: [[0, value]],
  })),
})
const panelOf = (...transformations: object[]) =>
  ({ type: 'table', transformations }) as never as Panel
const ORDER = {
  id: 'organize',
  options: { indexByName: { host: 0, 'Value #A': 1, 'Value #B': 2 } },
}

test('answers of one group are one row; the highest of its numbers is a column of its own', () => {
  const highest = {
    id: 'calculateField',
    options: { alias: 'worst', reduce: { include: ['Value #A', 'Value #B'] } },
  }
  const answers = [answer('B', { db: 9, web: 1 }), answer('A', { db: 5 })]
  const { columns, rows } = toTable(panelOf(highest, ORDER), answers)
  expect(columns).toEqual(['host', 'Value #A', 'Value #B', 'worst'])
  expect(rows.map((row) => columns.map((column) => row.get(column)))).toEqual([
    ['db', 5, 9, 9],
    ['web', undefined, 1, 1],
  ])
})

test('only rows that a filter lets through stay', () => {
  const config = { id: 'greaterOrEqual', options: { value: 5 } }
  const filter = { id: 'filterByValue', options: { filters: [{ fieldName: 'Value #A', config }] } }
  const { rows } = toTable(panelOf(filter, ORDER), [answer('A', { db: 5, web: 4 })])
  expect(rows.map((row) => row.get('host'))).toEqual(['db'])
})

test('a filter that is not known is an error, not a table that looks right', () => {
  const config = { id: 'isNull', options: { value: 5 } }
  const filter = { id: 'filterByValue', options: { filters: [{ fieldName: 'Value #A', config }] } }
  expect(() => toTable(panelOf(filter), [answer('A', { db: 5 })])).toThrow(/"isNull"/)
})
