import { expect, test } from 'vitest'
import { changedNames } from './changed-names.ts'

test('names what is new, gone or different, at any depth', () => {
  const before = new Map<string, unknown>([
    ['same', { a: [1, 2] }],
    ['deep', { a: [1, 2] }],
    ['gone', 1],
  ])
  const after = new Map<string, unknown>([
    ['same', { a: [1, 2] }],
    ['deep', { a: [1, 3] }],
    ['new', 1],
  ])
  expect(changedNames(before, after)).toEqual(['deep', 'gone', 'new'])
})

test('another order of members, and what JSON leaves out, is no difference', () => {
  const settings = { everyMs: 1000, options: undefined, enabled: true }
  const handed: unknown = JSON.parse(JSON.stringify(settings))
  const reordered = { enabled: true, everyMs: 1000 }
  expect(changedNames(new Map([['probe', handed]]), new Map([['probe', settings]]))).toEqual([])
  expect(changedNames(new Map([['probe', settings]]), new Map([['probe', reordered]]))).toEqual([])
})
