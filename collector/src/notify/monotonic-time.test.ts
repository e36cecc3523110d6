import { expect, test } from 'vitest'
import { MonotonicTime } from './monotonic-time.ts'

function clocks() {
  const set = { wallMs: 1e12, monotonicMs: 500 }
  const time = new MonotonicTime(
    () => set.wallMs,
    () => set.monotonicMs,
  )
  return { set, time }
}

test('it begins as the wall clock and does not follow when that is set', () => {
  const { set, time } = clocks()
  expect(time.nowMs()).toBe(1e12)
  set.monotonicMs += 1000.4
  set.wallMs -= 3_600_000
  expect(time.nowMs()).toBe(1e12 + 1000)
})

test('times of an earlier process never lie ahead and never go back', () => {
  const { time } = clocks()
  expect(time.pastMs(1e12 - 5000)).toBe(1e12 - 5000)
  expect(time.pastMs(1e12 - 9000)).toBe(1e12 - 5000)
  expect(time.pastMs(1e12 + 9000)).toBe(1e12)
})
