import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitsPattern } from './host-pattern.ts'

test.each([
  ['web1', 'web1', true],
  ['web1', 'web', false],
  ['web1', 'web*', true],
  ['web', 'web*', true],
  ['web-1-prod', '*-prod', true],
  ['web-1-prod-2', '*-prod', false],
  ['app-prod-1-prod', 'app-*-prod', true],
  ['Web1', 'web*', false],
  ['anything', '*', true],
  ['', '*', true],
])('%j and the pattern %j: %s', (host, pattern, fits) => {
  expect(fitsPattern(host, pattern)).toBe(fits)
})

const text = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '-') })
const pattern = fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'b', '-', '*') })

test('a pattern means what the regular expression means', () => {
  fc.assert(
    fc.property(text, pattern, (host, glob) => {
      expect(fitsPattern(host, glob)).toBe(new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(host))
    }),
  )
})
