import { expect, test } from 'vitest'
import { ManualTime } from '../../testing/manual-time.ts'
import { TimeBudget } from './time-budget.ts'
import { UpTimeWatch } from './up-time-watch.ts'

const DAY_TICKS = 8_640_000

test.each([
  ['goes on', 1000, 60, 7000, 0],
  ['stands still for a moment in an agent’s cache', 100_000, 3, 100_000, 0],
  ['goes back', 100_000, 60, 500, 1],
  [
    'is less than it should be: restarted while nobody looked',
    DAY_TICKS,
    7200,
    DAY_TICKS + 60_000,
    1,
  ],
  ['begins again after 497 days', 2 ** 32 - 3000, 60, 3000, 0],
  ['begins again after 497 days, because of a restart long before', 2 ** 31, 60, 3000, 1],
  ['runs a little slower than our clock', 0, 36_000, 3_590_000, 0],
])('a sysUpTime that %s', async (_, before, seconds, now, restarts) => {
  const time = new ManualTime()
  const watch = new UpTimeWatch(time)
  watch.note(before)
  await time.pass(seconds * 1000)
  watch.note(now)
  expect([watch.restarts, watch.ticks]).toEqual([restarts, now])
})

test('a budget of time fills up again within a minute, and no further', async () => {
  const time = new ManualTime()
  const budget = new TimeBudget(6_000, time)
  budget.spend(6_000)
  expect(budget.isSpent).toBe(true)
  await time.pass(10_000)
  budget.spend(500)
  expect(budget.isSpent).toBe(false)
  await time.pass(600_000)
  budget.spend(6_000)
  expect(budget.isSpent).toBe(true)
})
