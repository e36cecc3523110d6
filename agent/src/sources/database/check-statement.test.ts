import fc from 'fast-check'
import { expect, test } from 'vitest'

import { checkStatement, StatementRefusedError } from './check-statement.ts'
import { toSiteStatement } from './site-statement.ts'

test.each([
  'SELECT count(*) FROM his.upload WHERE created >= :from AND created < :to',
  "select count(*) from his.upload where created::date >= :from and state = 'ok';",
  "WITH u AS (SELECT unit FROM his.units) SELECT count(*) FROM u WHERE unit <> 'it''s' ",
  'SELECT count(*) FROM "his"."update" WHERE "set" > 1.5e3',
  'SELECT COUNT(*) FROM `his`.`upload` WHERE `delete` IS NULL',
  "SELECT COUNT(*) FROM HIS.UPLOAD WHERE CREATED >= TO_DATE(:from, 'YYYY-MM-DD HH24:MI:SS')",
  "SELECT 数量 FROM 医院.上报 WHERE 状态 = '已上报'",
  "SELECT count(*) FROM his.a WHERE t >= timestamp '2026-01-01'",
  'SELECT count(*) FROM his.a WHERE x - 1 > 2 AND y * 2 / 3 % 4 = 5 AND a || b = c',
  'SELECT count(*) FROM his.T$A WHERE updated_at >= :from',
])('lets through: %s', (text) => {
  expect(checkStatement(text, ['from', 'to']).parts.length).toBeGreaterThan(0)
})

test.each([
  ['', 'it must have'],
  ['   ;  ', 'it must'],
  ['DELETE FROM his.upload', 'begin with SELECT'],
  ['(SELECT 1)', 'begin with SELECT'],
  ['SELECT 1; DELETE FROM his.upload', 'single statement'],
  ['SELECT 1;;', 'single statement'],
  ["SELECT 1 INTO OUTFILE '/tmp/x'", 'no INTO'],
  ['SELECT * INTO his.copy FROM his.upload', 'no INTO'],
  ['WITH d AS (DELETE FROM his.upload RETURNING 1) SELECT count(*) FROM d', 'no DELETE'],
  ['SELECT 1 FROM his.upload FOR UPDATE', 'no UPDATE'],
  ['SELECT 1 FROM his.upload FOR SHARE', 'no SHARE'],
  ['SELECT 1 FROM his.upload LOCK IN SHARE MODE', 'no LOCK'],
  ['SELECT pg_sleep(100)', 'pg_sleep'],
  ['SELECT pg_catalog.pg_terminate_backend(1)', 'pg_catalog may not'],
  ['SELECT "pg_sleep"(100)', 'may not be called'],
  ['SELECT "pg_sleep" (100)', 'may not be called'],
  ['SELECT `sleep`(100)', 'may not be called'],
  ['SELECT SLEEP(100)', 'SLEEP'],
  ["SELECT load_file('/etc/passwd')", 'load_file'],
  ["SELECT dblink_exec('x')", 'dblink_exec'],
  ["SELECT nextval('s')", 'nextval'],
  ["SELECT set_config('a', 'b', false)", 'set_config'],
  ["SELECT UTL_HTTP.REQUEST('http://x') FROM DUAL", 'UTL_HTTP'],
  ['SELECT 1 -- comment', 'no comments'],
  ['SELECT 1 /* comment */', 'no comments'],
  ['SELECT 1 /*!50000 , sleep(1) */', 'no comments'],
  ['SELECT 1 # comment', 'no comments'],
  ["SELECT 'a\\' OR 1=1 --'", 'backslash'],
  ["SELECT E'a' FROM t", 'right before a quote'],
  ["SELECT q'[a]' FROM dual", 'right before a quote'],
  ["SELECT U&'a' FROM t", 'right before a quote'],
  ["SELECT 'open", 'not closed'],
  ['SELECT "open', 'not closed'],
  ['SELECT $$x$$', 'no $'],
  ['SELECT $1', 'no $'],
  ['SELECT ?', 'no ?'],
  ["SELECT 'a?b' FROM t WHERE c = :from", 'no ?'],
  ['SELECT "f" (1)', 'may not be called'],
  ['SELECT @@version', 'no @'],
  ['SELECT :since', 'no placeholder :since; known: :from, :to'],
  [`SELECT ${'x'.repeat(20_000)}`, 'it must have'],
])('refuses %s', (text, why) => {
  expect(() => checkStatement(text, ['from', 'to'])).toThrow(why)
})

test.each([
  [
    'postgresql',
    'SELECT * FROM (SELECT count(*) FROM t WHERE a::date >= $1 AND a < $2 AND b = $3) AS wardround LIMIT 2',
  ],
  [
    'mysql',
    'SELECT * FROM (SELECT count(*) FROM t WHERE a::date >= ? AND a < ? AND b = ?) AS wardround LIMIT 2',
  ],
  ['oracle', 'SELECT count(*) FROM t WHERE a::date >= :v1 AND a < :v2 AND b = :v3'],
] as const)('placeholders of %s', (kind, text) => {
  const checked = checkStatement(
    'SELECT count(*) FROM t WHERE a::date >= :from AND a < :to AND b = :from',
    ['from', 'to'],
  )
  const { statement, binds } = toSiteStatement('exchange.x', checked, kind, {
    timeoutMs: 1_000,
    mostRows: 1,
  })
  expect(statement.text).toBe(text)
  expect(binds).toEqual(['from', 'to', 'from'])
})

const PIECES = fc.constantFrom(
  ..."SELECT|WITH|DELETE|INTO|from|:from|:to|::|'|''|\"|`|\\|;|--|/*|*/|#|$$|$1|?|@|(|)|,| |\n|a|1|E|pg_sleep|é|名".split(
    '|',
  ),
)

test('whatever is written: refused, or what goes to the server is what was written, of one statement, without a word that changes anything', () => {
  fc.assert(
    fc.property(fc.array(PIECES, { maxLength: 40 }), (pieces) => {
      const text = `SELECT ${pieces.join('')}`
      let parts
      try {
        ;({ parts } = checkStatement(text, ['from', 'to']))
      } catch (error) {
        expect(error).toBeInstanceOf(StatementRefusedError)
        return
      }
      const sent = parts.map((part) => (typeof part === 'string' ? part : `:${part.bind}`)).join('')
      expect(sent).toBe(text.trim().replace(/\s*;$/, ''))
      const bare = sent.replaceAll(/'(?:[^']|'')*'|"[^"]*"|`[^`]*`/g, ' ')
      expect(bare).not.toMatch(
        /;|--|\/\*|#|['"`\\?@]|(?<![\p{L}\p{N}_$])\$|(?<![\p{L}\p{N}_$])(DELETE|INTO|pg_sleep)(?![\p{L}\p{N}_$])/u,
      )
    }),
    { numRuns: 2_000 },
  )
})

test('a long statement of one kind of sign takes no longer than any other', () => {
  for (const sign of ["'", '"', ':', '(', 'a', ' '])
    try {
      checkStatement(`SELECT ${sign.repeat(19_000)}`, [])
    } catch (error) {
      expect(error).toBeInstanceOf(StatementRefusedError)
    }
})
