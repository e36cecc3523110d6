import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ManualTime } from '../testing/manual-time.ts'
import { ReadRate } from './read-rate.ts'

interface Piece {
  readonly atMs: number
  readonly bytes: number
}

/** Reads pieces of these sizes, with pauses of the reader's own between them, on a clock of the test. */
async function readAll(
  bytesPerSecond: number,
  wanted: readonly { readonly bytes: number; readonly pauseMs: number }[],
): Promise<readonly Piece[]> {
  const time = new ManualTime()
  const rate = new ReadRate(bytesPerSecond, time)
  const pieces: Piece[] = []
  for (const { bytes, pauseMs } of wanted) {
    await time.pass(pauseMs)
    const before = pieces.length
    const waiting = rate
      .take(bytes)
      .then(() => void pieces.push({ atMs: time.monotonicMs(), bytes }))
    for (let step = 0; pieces.length === before && step < 100_000; step++)
      await time.pass(step === 0 ? 0 : 10)
    await waiting
  }
  return pieces
}

test('a hundred pieces take the time that the rate asks for', async () => {
  const wanted = Array.from({ length: 100 }, () => ({ bytes: 1000, pauseMs: 0 }))
  const pieces = await readAll(10_000, wanted)
  expect(pieces.at(-1)?.atMs).toBeGreaterThanOrEqual(9_900)
  expect(pieces.at(-1)?.atMs).toBeLessThanOrEqual(10_100)
})

test('time that goes by unused is not saved up', async () => {
  const pieces = await readAll(1_000, [
    { bytes: 500, pauseMs: 60_000 },
    { bytes: 500, pauseMs: 0 },
    { bytes: 500, pauseMs: 0 },
  ])
  expect(pieces.map(({ atMs }) => atMs)).toEqual([60_000, 60_500, 61_000])
})

test('in no stretch of time more is read than rate × time and one piece', async () => {
  const piece = fc.record({
    bytes: fc.integer({ min: 1, max: 500 }),
    pauseMs: fc.constantFrom(0, 10, 300),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 2, maxLength: 12 }), async (wanted) => {
      const pieces = await readAll(1_000, wanted)
      for (const [from, first] of pieces.entries()) {
        let sum = 0
        for (const { atMs, bytes } of pieces.slice(from)) {
          expect(sum).toBeLessThanOrEqual(atMs - first.atMs + 0.001)
          sum += bytes
        }
      }
    }),
    { numRuns: 20 },
  )
})

test.each([
  [20e6, 1024 * 1024],
  [1e6, 250_000],
  [1, 4096],
])('at %d bytes a second a piece has %d bytes', (bytesPerSecond, bytes) => {
  expect(new ReadRate(bytesPerSecond, new ManualTime()).pieceBytes).toBe(bytes)
})
