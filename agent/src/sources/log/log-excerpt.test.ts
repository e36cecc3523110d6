import { expect, test } from 'vitest'

import { excerptOf } from './log-excerpt.ts'

test.each([
  ['jdbc:oracle:thin:app/tiger@db:1521', 'tiger'],
  ['sqlplus app/tiger@HCDB', 'tiger'],
  ['jdbc:mysql://app:tiger@db/x', 'tiger'],
  ['login with password=tiger failed', 'tiger'],
  ['my.db.password = "tiger and more"', 'tiger'],
  ["token='tiger", 'tiger'],
  ['password: tiger', 'tiger'],
  ['密码：tiger', 'tiger'],
  ['{"userPassword": "tiger", "a": 1}', 'tiger'],
  ['Authorization: Bearer tiger.token', 'tiger'],
  ['authorization=Basic dGlnZXI=', 'dGlnZXI'],
  ['Cookie: a=tiger; b=tiger', 'tiger'],
  ['/app;JSESSIONID=tiger?x', 'tiger'],
  ['ALTER USER app IDENTIFIED BY tiger', 'tiger'],
  ['-----BEGIN RSA PRIVATE KEY-----\ntiger\n-----END RSA PRIVATE KEY-----', 'tiger'],
])('shows nothing secret of %s', (line, secret) => {
  expect(excerptOf(line.split('\n'))).not.toContain(secret)
})

test.each([
  'pass',
  'a',
  '"',
  '://',
  'a/',
  'identified by ',
  '-----BEGIN PRIVATE KEY-----',
  'cookie:',
])('takes no endless time for “%s” over and over', (part) => {
  expect(excerptOf([part.repeat(50_000)]).length).toBeLessThan(2_100)
})

test('leaves a plain trace as it is', () => {
  const lines = [
    'java.lang.Error: x',
    '\tat his.TokenFilter.doFilter(TokenFilter.java:1234)',
    '\tat java.base/java.lang.Thread.run(Thread.java:840) ~[?:?]',
    'Caused by: java.sql.SQLException: ORA-00942: table or view does not exist',
    '\t... 12 more',
  ]
  expect(excerptOf(lines)).toBe(lines.join('\n'))
})

test('shows no patient, and where it failed', () => {
  const lines = [
    "严重: INSERT INTO patient VALUES ('张三', '110101199003071234",
    '\tat his.PatientDao.insert(PatientDao.java:42)',
    'Caused by: his.DuplicatePatientException: 张三 13812345678, zs@a.cn: 110101199003071234',
    '\tat his.PatientDao.find(PatientDao.java:43)',
  ]
  expect(excerptOf(lines).split('\n')).toEqual([
    "严重: INSERT INTO patient VALUES ('?', '?'",
    '\tat his.PatientDao.insert(PatientDao.java:42)',
    'Caused by: his.DuplicatePatientException: 张三 ?, ?: ?',
    '\tat his.PatientDao.find(PatientDao.java:43)',
  ])
})

test('is short, whole Unicode and without control characters', () => {
  const text = excerptOf([`\u001b[31m\u0000${'严'.repeat(5_000)}\ud800`])
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2_051)
  expect(text).toMatch(/^ \[31m 严+…$/)
})

test.each(['scott/tiger@hcdb', '110101199003071234'])(
  'shows no part of %s where it is cut',
  (secret) => {
    const literal = `'${'a'.repeat(3_050)}' `
    for (let before = 0; before <= secret.length + 2; before++) {
      const text = excerptOf([literal + 'b'.repeat(before), `${secret} more`])
      expect(text.replace(literal, '')).not.toMatch(/tig|\d{3}/)
    }
  },
)
