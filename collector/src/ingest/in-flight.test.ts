import { expect, test } from 'vitest'
import { InFlight } from './in-flight.ts'
import { Window } from './window.ts'

function connection() {
  const calls: string[] = []
  return { calls, pause: () => void calls.push('pause'), resume: () => void calls.push('resume') }
}

test('a connection that brings more than the bound is paused once, and resumed when half is free', () => {
  const total = new InFlight(100)
  const [quiet, busy] = [connection(), connection()]
  total.take(60, quiet)
  total.take(60, busy)
  total.take(60, busy)
  expect(busy.calls).toEqual(['pause'])
  expect(quiet.calls).toEqual([])
  total.release(100)
  expect(busy.calls).toEqual(['pause'])
  total.release(30)
  expect(busy.calls).toEqual(['pause', 'resume'])
  expect(total).toMatchObject({ bytes: 50, pausedConnections: 0 })
})

test('a connection that is gone is not resumed', () => {
  const total = new InFlight(10)
  const gone = connection()
  total.take(20, gone)
  total.forget(gone)
  total.release(20)
  expect(gone.calls).toEqual(['pause'])
})

test('definitions count with the batch behind them, and one batch always fits', () => {
  const total = new InFlight(1_000)
  const window = new Window({ batches: 2, bytes: 100 }, total, connection())
  window.takeDefinitions(500)
  const first = window.takeBatch(50)
  expect(first).toBe(550)
  expect(window.takeBatch(10)).toBeUndefined()
  window.release(550)
  expect(window.takeBatch(60)).toBe(60)
  expect(window.takeBatch(41)).toBeUndefined()
  expect(window.takeBatch(40)).toBe(40)
  expect(window.takeBatch(0)).toBeUndefined()
  expect(total.bytes).toBe(100)
})

test('definitions that no batch followed are given back at the end', () => {
  const total = new InFlight(1_000)
  const window = new Window({ batches: 2, bytes: 100 }, total, connection())
  window.takeDefinitions(50)
  expect(total.bytes).toBe(50)
  window.close()
  expect(total.bytes).toBe(0)
})
