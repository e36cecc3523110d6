import { expect, test } from 'vitest'
import { openRegexCheck } from './check-regex.ts'

const check = await openRegexCheck()

test.each([
  '^(a+)+$',
  '(a|a)*b',
  '^(\\w|\\d)+$',
  '.*foo.*bar',
  'a*a*b',
  '^(\\w+\\s?)*$',
  '(x+x+)+y',
  '(.*)\\1',
  '(?<n>a)\\k<n>',
])('%s back-tracks', (source) => {
  expect(check(source)?.en).toContain('back-tracks')
})

test.each([
  '^(iso9660|udf|squashfs)$',
  '^/data/.*',
  '^(eth|ens|bond)\\d+(\\.\\d+)?$',
  '\\.service$',
  '^(ora_)?(pmon|smon)_[A-Z0-9]+$',
  'nginx|mysqld',
  '\\d+$',
  'foo.*bar',
])('%s does not', (source) => {
  expect(check(source)).toBeUndefined()
})
