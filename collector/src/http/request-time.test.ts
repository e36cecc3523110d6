import { expect, test } from 'vitest'
import { parseRequestDuration, parseRequestTime } from './request-time.ts'
import { parseTagFilter } from './tag-filters.ts'

const now = Date.parse('2026-11-22T08:00:00Z')

test.each([
  { text: 'now', ms: now },
  { text: '0', ms: 0 },
  { text: '1795334400000', ms: 1_795_334_400_000 },
  { text: '-5m', ms: now - 300_000 },
  { text: '-1.5h', ms: now - 5_400_000 },
  { text: '2026-11-22T16:00:00+08:00', ms: now },
  { text: '2026-11-22t08:00:00.250z', ms: now + 250 },
  { text: '2026-11-22 08:00:00Z', ms: now },
  { text: '2026-11-22T16:00:00 08:00', ms: now },
  { text: '2026-11-22T03:00:00-05:00', ms: now },
  { text: '2028-02-29T00:00:00Z', ms: Date.UTC(2028, 1, 29) },
])('$text is a time', ({ text, ms }) => {
  expect(parseRequestTime(text, 'from', now)).toBe(ms)
})

test.each([
  '',
  'yesterday',
  '5m',
  '-5',
  '+5m',
  '2026-11-22',
  '2026-11-22T08:00:00',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-02-29T00:00:00+08:00',
  '2026-11-22T24:00:00Z',
  '1e12',
])('"%s" is no time, and the parameter is named', (text) => {
  expect(() => parseRequestTime(text, 'from', now)).toThrow(/^from: /)
})

test.each(['0s', 'fast', '-5m', ''])('"%s" is no step', (text) => {
  expect(() => parseRequestDuration(text, 'step')).toThrow(/^step: /)
})

test.each([
  { text: 'host=db1', filter: { tag: 'host', operator: '=', value: 'db1' } },
  { text: 'host!=db1', filter: { tag: 'host', operator: '!=', value: 'db1' } },
  { text: 'host=~^db', filter: { tag: 'host', operator: '=~', value: '^db' } },
  { text: 'host!~^db', filter: { tag: 'host', operator: '!~', value: '^db' } },
  { text: 'path=/a=b\nc', filter: { tag: 'path', operator: '=', value: '/a=b\nc' } },
  { text: 'host=', filter: { tag: 'host', operator: '=', value: '' } },
])('$text is a condition', ({ text, filter }) => {
  expect(parseTagFilter(text)).toEqual(filter)
})

test.each(['host', '=db1', '!=x', '', 'host=~(', 'host!~a)(b', 'host=~[z-a]'])(
  '"%s" is none',
  (text) => {
    expect(() => parseTagFilter(text)).toThrow(/^where: /)
  },
)
