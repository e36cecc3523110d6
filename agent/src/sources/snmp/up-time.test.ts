import { expect, test } from 'vitest'
import { upTimeWentOn, wholeUpTime } from './up-time.ts'

const WRAP = 2 ** 32

test.each([
  { note: 'a minute later', before: 1e6, now: 1e6 + 6000, elapsedMs: 60_000, on: true },
  { note: 'an answer of a minute ago', before: 1e6, now: 1e6, elapsedMs: 60_000, on: true },
  { note: 'restarted', before: 1e6, now: 1500, elapsedMs: 60_000, on: false },
  { note: 'went round', before: WRAP - 3000, now: 3000, elapsedMs: 60_000, on: true },
  { note: 'went round a little early', before: WRAP - 7000, now: 500, elapsedMs: 60_000, on: true },
  { note: 'restarted after a long silence', before: 1e8, now: 100, elapsedMs: 3.6e6, on: false },
])('$note', ({ before, now, elapsedMs, on }) => {
  expect(upTimeWentOn(before, now, elapsedMs)).toBe(on)
})

test.each([
  { ticks: 100, span: undefined, seconds: 1 },
  { ticks: 8_640_000, span: 86_400 + 3600, seconds: 86_400 },
  { ticks: 1000, span: WRAP / 100, seconds: WRAP / 100 + 10 },
  { ticks: 1000, span: -5, seconds: 10 },
])('$ticks ticks and $span s by its dates are $seconds s', ({ ticks, span, seconds }) => {
  expect(wholeUpTime(ticks, span)).toBe(seconds)
})
