import { expect, test } from 'vitest'

import { isKeptMatches, MatchBook, type MatchRow } from './match-book.ts'

const names = (rows: readonly MatchRow[]) => rows.map(({ subject, rule }) => `${subject} ${rule}`)

test('has a row for what matched, and for nothing else', () => {
  const book = new MatchBook()
  expect(book.take(10, 0)).toEqual([])
  book.add('fcsw1', 'error', 0)
  book.add('fcsw1', 'error', 0)
  book.add('', 'error', 0)
  expect(book.take(10, 0)).toEqual([
    { subject: '', rule: 'error', total: 1, recent: 1 },
    { subject: 'fcsw1', rule: 'error', total: 2, recent: 2 },
  ])
  expect(book.take(10, 600_000).map(({ total, recent }) => [total, recent])).toEqual([
    [1, 0],
    [2, 0],
  ])
})

test('where not all fit, all have their turn, and what matched just now comes first', () => {
  const book = new MatchBook()
  const devices = ['a', 'b', 'c', 'd', 'e']
  for (const device of devices) book.add(device, 'error', 0)
  const turns = [book.take(2, 0), book.take(2, 0), book.take(2, 0)].map(names)
  expect(turns).toEqual([
    ['a error', 'b error'],
    ['c error', 'd error'],
    ['a error', 'e error'],
  ])
  book.add('e', 'error', 0)
  expect(names(book.take(2, 0))).toEqual(['b error', 'e error'])
})

test('after a restart it has the same rows, quiet, for what is still known', () => {
  const book = new MatchBook()
  for (const device of ['a', 'gone']) for (const rule of ['x', 'y']) book.add(device, rule, 0)
  expect(book.hasNew).toBe(true)
  const kept: unknown = JSON.parse(JSON.stringify(book.keep()))
  expect(book.hasNew).toBe(false)
  if (!isKeptMatches(kept)) throw new Error('not what it kept')
  const later = new MatchBook()
  later.restore(kept, (subject) => subject !== 'gone')
  expect(later.hasNew).toBe(false)
  expect(later.take(10, 0)).toEqual([
    { subject: 'a', rule: 'x', total: 0, recent: 0 },
    { subject: 'a', rule: 'y', total: 0, recent: 0 },
  ])
  later.add('a', 'z', 0)
  expect(later.hasNew).toBe(true)
})

test.for([null, 1, 'a', { a: 'x' }, { a: [1] }, [1]])('%j was not kept by us', (value) => {
  expect(isKeptMatches(value)).toBe(false)
})
