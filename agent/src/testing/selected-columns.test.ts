import { expect, test } from 'vitest'

import { selectedColumns } from './selected-columns.ts'

test.each([
  { sql: 'SELECT 1 AS alive FROM dual', columns: ['ALIVE'] },
  {
    sql: "SELECT l.thread#, NVL(a, 0) AS b, 'x, FROM y' c FROM v$log l",
    columns: ['THREAD#', 'B', 'C'],
  },
  {
    sql: 'WITH a AS (SELECT x, y FROM z) SELECT EXTRACT(DAY FROM a.x) AS day_of, a.y\nFROM a, b',
    columns: ['DAY_OF', 'Y'],
  },
])('$sql', ({ sql, columns }) => {
  expect(selectedColumns(sql)).toEqual(columns)
})
