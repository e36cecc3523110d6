import { expect, test } from 'vitest'
import { describeRegexError } from './regex-reason.ts'

const BAD = [
  '*',
  '{1}',
  'a{2,1}',
  'a{1',
  '(',
  ')',
  '(?x)',
  '[',
  '[\\d-z]',
  '[z-a]',
  '\\y',
  '[\\y]',
  '\\1',
  '\\u12',
  '\\p{Nothing}',
  '[\\p{Nothing}]',
  '(?<1>a)',
  '(?<a>b)(?<a>c)',
  '(?<a>b)\\k',
  '(?<a>b)\\k<c>',
  '\\',
]

test.each(BAD)('%s is refused in Chinese and in English', (source) => {
  let error: unknown
  try {
    error = new RegExp(source, 'u')
  } catch (caught) {
    error = caught
  }
  const { zh, en } = describeRegexError(error)
  expect(en).toMatch(/^[\\A-Z].*[a-z)'}]/i)
  expect(zh).not.toContain('写法不正确（')
})
