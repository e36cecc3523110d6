import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTimeZone, WallClock } from './wall-clock.ts'

const HOUR_MS = 3_600_000

test('shows what the clocks of a zone show', () => {
  const clock = new WallClock('Asia/Shanghai')
  const atMs = Date.parse('2026-11-22T16:30:05.678Z')
  expect(new Date(clock.at(atMs)).toISOString()).toBe('2026-11-23T00:30:05.000Z')
  expect(clock.offsetMs(atMs)).toBe(8 * HOUR_MS)
})

test('an hour that there is not is an hour later; of one that there is twice it is one of the two', () => {
  const clock = new WallClock('Europe/Berlin')
  expect(clock.toEpoch(Date.UTC(2026, 2, 29, 2, 30))).toBe(Date.UTC(2026, 2, 29, 1, 30))
  const twice = clock.toEpoch(Date.UTC(2026, 9, 25, 2, 30))
  expect([Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)]).toContain(twice)
})

test('back from what the clocks show is the same second, where there is no change of clocks', () => {
  const clock = new WallClock('Asia/Shanghai')
  const seconds = fc.integer({ min: 946_684_800, max: 4_102_444_800 })
  fc.assert(
    fc.property(seconds, (second) => {
      expect(clock.toEpoch(clock.at(second * 1000))).toBe(second * 1000)
    }),
  )
})

test('knows which names are zones', () => {
  expect(isTimeZone('Asia/Shanghai')).toBe(true)
  expect(isTimeZone('Asia/Beijing')).toBe(false)
})
