import { expect, test } from 'vitest'
import { parseServerFacts } from './parse-server-facts.ts'

test.each([
  ['8.0.36', 'MySQL Community Server - GPL', 1, [8, 0, 36], 'mysql', 'on'],
  ['5.7.44-log', 'Source distribution', 0, [5, 7, 44], 'mysql', 'off'],
  ['8.0.35-27', 'Percona Server (GPL), Release 27', 'ON', [8, 0, 35], 'mysql', 'on'],
  ['10.11.14-MariaDB-0+deb12u2', 'Debian 12', '0', [10, 11, 14], 'mariadb', 'off'],
  ['5.5.5-10.4.34-MariaDB-log', '', 0, [10, 4, 34], 'mariadb', 'off'],
  ['10.6.18-custom', 'mariadb.org binary distribution', 0, [10, 6, 18], 'mariadb', 'off'],
])('%s, %s', (version, comment, performanceSchema, numbers, flavour, on) => {
  const facts = parseServerFacts({
    version,
    version_comment: comment,
    performance_schema: performanceSchema,
  })
  expect(facts.version).toEqual(numbers)
  expect(facts.traits).toEqual({ flavour, performance_schema: on })
})

test('an answer that is none', () => {
  expect(() => parseServerFacts({})).toThrow('no column version')
})
