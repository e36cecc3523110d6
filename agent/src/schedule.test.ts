import { describe, expect, test } from 'vitest'
import { cadenceOf, nextDueMs } from './schedule.ts'

const TEN = { everyMs: 10_000, phaseMs: 3_000 }

describe('cadenceOf', () => {
  test('gives all short intervals of a host one phase', () => {
    const ten = cadenceOf('db1', 'host.cpu', 10_000)
    expect(cadenceOf('db1', 'host.mem', 10_000)).toEqual(ten)
    expect(cadenceOf('db1', 'host.net', 30_000).phaseMs % 10_000).toBe(ten.phaseMs)
  })

  test('spreads hosts over the interval', () => {
    const phases = Array.from(
      { length: 1000 },
      (_, i) => cadenceOf(`host-${i}`, 'p', 10_000).phaseMs,
    )
    const perSecond = phases.reduce<number[]>((counts, phase) => {
      const second = Math.floor(phase / 1000)
      counts[second] = (counts[second] ?? 0) + 1
      return counts
    }, [])
    expect(perSecond).toHaveLength(10)
    expect(Math.min(...perSecond)).toBeGreaterThan(60)
    expect(Math.max(...perSecond)).toBeLessThan(150)
  })

  test('gives slow probes phases of their own, on ticks of the fast ones', () => {
    const fast = cadenceOf('db1', 'x', 10_000)
    const slow = ['a', 'b', 'c', 'd', 'e', 'f'].map((probe) => cadenceOf('db1', probe, 600_000))
    expect(new Set(slow.map(({ phaseMs }) => phaseMs)).size).toBeGreaterThan(3)
    for (const { phaseMs } of slow) expect(phaseMs % 10_000).toBe(fast.phaseMs)
  })
})

describe('nextDueMs', () => {
  test.each([
    {
      note: 'on the slot, the next slot',
      lastDueMs: 1000,
      monotonicMs: 1001,
      wallMs: 13_001,
      expected: 11_000,
    },
    {
      note: 'a little off, on the slot again',
      lastDueMs: 1000,
      monotonicMs: 1000,
      wallMs: 13_200,
      expected: 10_800,
    },
    {
      note: 'a stepped clock, led by a twentieth',
      lastDueMs: 1000,
      monotonicMs: 1000,
      wallMs: 15_500,
      expected: 10_500,
    },
    {
      note: 'a clock stepped back, led by a twentieth',
      lastDueMs: 1000,
      monotonicMs: 1000,
      wallMs: 11_000,
      expected: 11_500,
    },
    {
      note: 'at the start, a slot at least half an interval away',
      lastDueMs: undefined,
      monotonicMs: 0,
      wallMs: 8_500,
      expected: 14_500,
    },
    {
      note: 'at the start, the near slot when it is far enough',
      lastDueMs: undefined,
      monotonicMs: 0,
      wallMs: 7_500,
      expected: 5_500,
    },
    {
      note: 'after a stall nothing is caught up',
      lastDueMs: 1000,
      monotonicMs: 61_000,
      wallMs: 74_000,
      expected: 70_000,
    },
  ])('$note', ({ lastDueMs, monotonicMs, wallMs, expected }) => {
    expect(nextDueMs(TEN, lastDueMs, { monotonicMs, wallMs })).toBeCloseTo(expected, 6)
  })

  test('keeps every interval within 10 % whatever is done to the wall clock', () => {
    let stepMs = 0
    let dueMs = 1000
    for (let i = 0; i < 100; i++) {
      stepMs += (i % 2 === 0 ? -1 : 1) * 3_600_000 * (i % 7) + i * 137
      const next = nextDueMs(TEN, dueMs, { monotonicMs: dueMs, wallMs: 1e12 + dueMs + stepMs })
      expect(Math.abs(next - dueMs - 10_000)).toBeLessThanOrEqual(1000)
      dueMs = next
    }
  })
})
