import { expect, test } from 'vitest'

import { redactSql } from './redact-sql.ts'

test.each([
  ['SELECT * FROM T1 WHERE ID = 42', 'SELECT * FROM T1 WHERE ID = ?'],
  [`select  name\n from t where card = '6222 0000'`, 'select name from t where card = ?'],
  [`select 'it''s', 1.5e3, .5 from dual`, 'select ?, ?, ? from dual'],
  [`select q'[O'Neill]', Q'{a}', q'!b'c!', nq'(d)' from dual`, 'select ?, ?, ?, ? from dual'],
  [`select N'张三', date'2026-01-01' from dual`, 'select N?, date? from dual'],
  ['select /*+ full(t) */ a -- 13912345678\nfrom t', 'select a from t'],
  ['select a from t where b = :1 and c = :B2', 'select a from t where b = :? and c = :B2'],
  [
    `alter user hc identified by "Tig er1" account unlock`,
    'alter user hc IDENTIFIED BY ? account unlock',
  ],
  [`alter user hc identified by tiger`, 'alter user hc IDENTIFIED BY ?'],
  [`alter user hc identified by values 'S:0A1B'`, 'alter user hc IDENTIFIED BY ?'],
  [`select "Name" from t$x#1`, 'select "Name" from t$x#1'],
  // cut off within a value, as V$SQLSTATS cuts after 1,000 characters
  [`insert into t values ('6222 0000`, 'insert into t values (?'],
  [`select q'[6222`, 'select ?'],
  ['select a /* 13912345678', 'select a'],
  ['', ''],
])('%s becomes %s', (text, redacted) => {
  expect(redactSql(text, 1000)).toBe(redacted)
})

test('is cut after its values are gone', () => {
  const text = `select '${'secret'.repeat(50)}' from a_table_with_a_long_name, another_table_with_a_long_name`
  expect(redactSql(text, 55)).toBe('select ? from a_table_with_a_long_name, another_table_w')
})
