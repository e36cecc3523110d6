import { expect, test } from 'vitest'

import { CostBudget } from './cost-budget.ts'

const MINUTE_MS = 60_000

/** Spends the same each minute for a window and settles. */
function spendWindow(
  budget: CostBudget,
  costs: Record<string, number>,
  fromMs = 0,
): readonly string[] {
  for (let minute = 0; minute <= 10; minute++) {
    for (const [id, ms] of Object.entries(costs))
      budget.spend(id, { tookMs: ms, isSeen: true }, fromMs + minute * MINUTE_MS)
  }
  return budget.settle(fromMs + 10 * MINUTE_MS)
}

test('below 1 % of a core nothing is left out', () => {
  expect(spendWindow(new CostBudget(() => false), { a: 300, b: 200 })).toEqual([])
})

test('above it the dearest go, and only as many as it takes', () => {
  const budget = new CostBudget(() => false)
  expect(spendWindow(budget, { a: 100, b: 900, c: 400 })).toEqual(['b'])
  expect(budget.isLeftOut('b', 10 * MINUTE_MS)).toBe(true)
  expect(budget.isLeftOut('c', 10 * MINUTE_MS)).toBe(false)
})

test('one that must be kept never goes', () => {
  expect(spendWindow(new CostBudget((id) => id === 'b'), { b: 900, c: 10 })).toEqual(['c'])
})

test('after an hour it is tried again', () => {
  const budget = new CostBudget(() => false)
  spendWindow(budget, { b: 900 })
  expect(budget.isLeftOut('b', 69 * MINUTE_MS)).toBe(true)
  expect(budget.isLeftOut('b', 71 * MINUTE_MS)).toBe(false)
  expect(budget.leftOut(71 * MINUTE_MS)).toEqual([])
})

test('processor time by the server counts instead of waiting, a new session’s from 0', () => {
  const budget = new CostBudget(() => false)
  budget.noteCpu(50, 0)
  expect(budget.settle(10 * MINUTE_MS)).toEqual([])
  budget.noteCpu(50.5, 11 * MINUTE_MS)
  budget.noteCpu(0.5, 12 * MINUTE_MS)
  expect(spendWindow(budget, { a: 2_000 }, 13 * MINUTE_MS)).toEqual([])
  budget.noteCpu(20, 24 * MINUTE_MS)
  expect(spendWindow(budget, { a: 2_000 }, 25 * MINUTE_MS)).toEqual(['a'])
})

test('what the server’s statistics can’t hold counts by its time beside them', () => {
  const budget = new CostBudget(() => false)
  for (let minute = 0; minute <= 10; minute++) {
    budget.noteCpu(minute * 0.01, minute * MINUTE_MS)
    budget.spend('cut', { tookMs: 5_000, isSeen: false }, minute * MINUTE_MS)
  }
  expect(budget.settle(10 * MINUTE_MS)).toEqual(['cut'])
})
