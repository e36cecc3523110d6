import { expect, test } from 'vitest'

import { describeRows } from './describe-rows.ts'

const COLUMNS = { name: 'NAME', count: 'COUNTED' }

test('makes a table of the first rows, as texts', () => {
  const rows = [
    { NAME: 'A         ', COUNTED: 1, OTHER: 'x' },
    { NAME: null, COUNTED: '9007199254740993' },
    { NAME: 'C', COUNTED: 3 },
  ]
  expect(describeRows(rows, COLUMNS, 2)).toEqual({
    columns: ['name', 'count'],
    rows: [
      ['A', '1'],
      [null, '9007199254740993'],
    ],
  })
})

test('is a table without rows where there are none', () => {
  expect(describeRows([], COLUMNS, 2)).toEqual({ columns: ['name', 'count'], rows: [] })
})
