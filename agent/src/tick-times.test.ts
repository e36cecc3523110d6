import { expect, test } from 'vitest'
import { TickTimes } from './tick-times.ts'

const TEN = { everyMs: 10_000, phaseMs: 3_000 }

test.each([
  { note: 'draws a tick to its slot', wallMs: [13_004], expected: 13_000 },
  { note: 'leaves a late tick its own time', wallMs: [3_000, 13_240], expected: 13_240 },
  {
    note: 'never gives one time twice after a small step back',
    wallMs: [13_000, 13_001],
    expected: 13_001,
  },
  { note: 'rises after a step back by two seconds', wallMs: [13_000, 11_500], expected: 13_001 },
  {
    note: 'takes a large step as it is, beside the slot, whose time may have been given before',
    wallMs: [3_613_000, 13_000],
    expected: 13_021,
  },
  { note: 'takes a time off the slots as it is', wallMs: [43_000, 13_500], expected: 13_500 },
  {
    note: 'keeps beside the slots until the clock has passed all that was given',
    wallMs: [43_000, 23_000, 33_001],
    expected: 33_021,
  },
  {
    note: 'is drawn to the slots again after that',
    wallMs: [43_000, 33_000, 43_001, 53_001],
    expected: 53_000,
  },
  {
    note: 'leaves a slot by another moment when the clock passes it a third time',
    wallMs: [43_000, 23_000, 33_000, 23_000],
    expected: 23_022,
  },
])('$note', ({ wallMs, expected }) => {
  const times = new TickTimes()
  expect(wallMs.map((each) => times.next(TEN, each)).at(-1)).toBe(expected)
})
