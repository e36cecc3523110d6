import { expect, test } from 'vitest'
import { recordsOf, toDocumentTable } from './document-table.ts'

test('records go through a table unchanged', () => {
  const records = [
    { pid: 1, user: 'root', cpuPercent: null },
    { pid: 4711, user: 'oracle', cpuPercent: 12.5 },
  ]
  const table = toDocumentTable(['pid', 'user', 'cpuPercent'], records)
  expect(table).toEqual({
    columns: ['pid', 'user', 'cpuPercent'],
    rows: [
      [1, 'root', null],
      [4711, 'oracle', 12.5],
    ],
  })
  expect(recordsOf(JSON.parse(JSON.stringify(table)))).toEqual(records)
})

test('a row that is too short has null where nothing is said', () => {
  expect(recordsOf({ columns: ['pid', 'user'], rows: [[1]] })).toEqual([{ pid: 1, user: null }])
})

test.each([
  undefined,
  null,
  'text',
  [],
  {},
  { columns: ['pid'] },
  { columns: [1], rows: [] },
  { columns: ['pid'], rows: [{ pid: 1 }] },
  { columns: 'pid', rows: [[1]] },
])('%j is no table and has no records', (value) => {
  expect(recordsOf(value)).toEqual([])
})
