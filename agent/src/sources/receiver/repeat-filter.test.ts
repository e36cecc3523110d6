import { expect, test } from 'vitest'

import { RepeatFilter } from './repeat-filter.ts'

test('a text whose time is over is a first again, though nobody has asked for its repeats yet', () => {
  const filter = new RepeatFilter<string>(100)
  const copies = [0, 10, 150, 160, 170, 300]
  expect(copies.map((ms) => filter.isFirst('a', `at ${ms}`, ms, ms))).toEqual([
    true,
    false,
    true,
    false,
    false,
    true,
  ])
  expect(filter.takeOver(400)).toEqual([
    { first: 'at 0', count: 1, lastMs: 10 },
    { first: 'at 150', count: 2, lastMs: 170 },
  ])
  expect(filter.takeOver(400)).toEqual([])
})

test('where nobody asks for long, it holds a bounded number and counts on', () => {
  const filter = new RepeatFilter<number>(10)
  let kept = 0
  for (let ms = 0; ms < 100_000; ms += 5) if (filter.isFirst('a', ms, ms, ms)) kept++
  const over = filter.takeOver(Infinity)
  expect(over.length).toBeLessThan(1_100)
  expect(over.reduce((sum, { count }) => sum + count, kept)).toBe(20_000)
})
