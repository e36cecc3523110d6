import { expect, test, vi } from 'vitest'
import { openAdmission } from './admission.ts'

test('turns are given at the rate, in order, and the line has an end', async () => {
  vi.useFakeTimers()
  try {
    let clockMs = 0
    const admission = openAdmission({ perSecond: 100, maxWaiting: 7 }, () => clockMs)
    const got: number[] = []
    const entered = Array.from({ length: 14 }, (_, number) =>
      admission.enter().then((admitted) => (admitted ? void got.push(number) : undefined)),
    )
    await vi.advanceTimersByTimeAsync(0)
    expect(got).toEqual([0, 1, 2, 3, 4])
    expect(admission.waiting).toBe(7)
    clockMs += 50
    await vi.advanceTimersByTimeAsync(50)
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    clockMs += 50
    await vi.advanceTimersByTimeAsync(50)
    await Promise.all(entered)
    expect(got).toHaveLength(12)
    expect(admission.waiting).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('a rate of less than one a tick lets them in too', async () => {
  vi.useFakeTimers()
  try {
    let clockMs = 0
    const admission = openAdmission({ perSecond: 1, maxWaiting: 7 }, () => clockMs)
    const admitted = [1, 2, 3].map(() => admission.enter())
    for (; admission.waiting > 0 && clockMs < 10_000; clockMs += 50)
      await vi.advanceTimersByTimeAsync(50)
    expect(admission.waiting).toBe(0)
    expect(clockMs).toBeGreaterThan(1_900)
    expect(clockMs).toBeLessThan(2_200)
    expect(await Promise.all(admitted)).toEqual([true, true, true])
  } finally {
    vi.useRealTimers()
  }
})
