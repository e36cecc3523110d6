import { expect, test } from 'vitest'

import { findExchangeProblems } from './exchange-problems.ts'

const DATABASE = {
  type: 'postgresql',
  connect: '10.0.0.5:5432/his',
  user: 'reader',
  statement: 'SELECT count(*) FROM his.upload WHERE t >= :from AND t < :to',
}
const HTTP = { type: 'http', url: 'https://city.example/count?d={from}', pointer: '/data/count' }
const FILE = { type: 'file', file: '/data/{date}.csv' }
const GOOD = { flow: 'f', window: '1d', timezone: 'Asia/Shanghai', from: DATABASE, to: HTTP }

function problemsOf(options: Readonly<Record<string, unknown>>): readonly string[] {
  return findExchangeProblems({ ...GOOD, ...options }).map(({ option, what }) => {
    expect(what.zh).toMatch(/\p{Script=Han}/u)
    return `${[option].flat().join('.')}: ${what.en}`
  })
}

test.each([
  ['as it is', {}],
  ['both files', { from: FILE, to: FILE }],
  ['Oracle', { from: { ...DATABASE, type: 'oracle', connect: '10.0.0.5:1521/HCDB' } }],
  ['MySQL', { to: { ...DATABASE, type: 'mysql', connect: '10.0.0.5' } }],
  ['a window of an hour', { window: '1h' }],
  ['a window of a week', { window: '7d' }],
  ['quality', { quality: [{ name: 'n', on: 'from', statement: 'SELECT 1' }] }],
  ['units', { units: { on: 'from', expectedFile: '/units', reported: 'SELECT unit FROM his.u' } }],
])('nothing is wrong with %s', (_note, options) => {
  expect(problemsOf(options)).toEqual([])
})

test.each([
  [{ from: { ...DATABASE, user: undefined } }, 'from: connect or user is missing'],
  [{ from: { ...DATABASE, connect: 'postgres://x' } }, 'from: postgres://x is no address'],
  [{ from: { ...DATABASE, statement: undefined } }, 'from: statement is missing, or is none'],
  [
    { from: { ...DATABASE, statement: 'DELETE FROM his.upload' } },
    'from.statement: the statement is not sent: it must begin with SELECT or WITH',
  ],
  [
    { from: { ...DATABASE, failed: 'SELECT :since' } },
    'from.failed: the statement is not sent: there is no placeholder :since; known: :from, :to',
  ],
  [{ from: { ...DATABASE, type: 'oracle', connect: '10.0.0.5' } }, 'from: 10.0.0.5 has no service'],
  [{ to: { ...HTTP, url: undefined } }, 'to: url is missing, or is none'],
  [{ to: { ...HTTP, url: 'https://[x/' } }, 'to: url is missing, or is none'],
  [{ to: { ...HTTP, pointer: undefined } }, 'to: pointer is missing, or is none'],
  [{ to: { type: 'file' } }, 'to: file is missing, or is none'],
  [{ timezone: 'Beijing' }, 'timezone: there is no time zone "Beijing"'],
  [{ window: '7h' }, 'window: the window is neither whole days nor a whole part of one'],
  [{ window: '36h' }, 'window: the window is neither whole days nor a whole part of one'],
  [{ quality: [{ name: 'n', statement: 'SELECT 1' }] }, 'quality.0: the end "to" is no database'],
  [
    { quality: [{ name: 'n', on: 'from', statement: 'SELECT 1; DROP TABLE x' }] },
    'quality.0.statement: the statement is not sent: it must be a single statement',
  ],
  [
    { units: { on: 'from', reported: 'SELECT 1' } },
    'units: expected / expectedFile is missing, or is none',
  ],
  [{ units: { on: 'from', expectedFile: '/u' } }, 'units: reported is missing, or is none'],
])('%j', (options, problem) => {
  expect(problemsOf(options).some((text) => text.startsWith(problem))).toBe(true)
})
