import { expect, test } from 'vitest'
import { withoutBlocks } from './without-blocks.ts'

test.each([
  ['a<!--b-->c<!---->d', 'acd'],
  ['<!--a--><!--b-->', ''],
  ['a<!--b', 'a<!--b'],
  ['a<!-->b', 'a<!-->b'],
  ['a-->b', 'a-->b'],
  ['', ''],
])('%s', (text, without) => {
  expect(withoutBlocks(text, '<!--', '-->')).toBe(without)
})
