import { expect, test } from 'vitest'
import { UnsettledBatches } from './unsettled-batches.ts'

test('what a store took is let go of when it can lose it no more', () => {
  let nowMs = 0
  const unsettled = new UnsettledBatches(10, () => nowMs)
  unsettled.add({ segment: 1, offset: 1 })
  nowMs = 5
  unsettled.add({ segment: 1, offset: 2 })
  expect([unsettled.settle(), unsettled.nextInMs, unsettled.end?.offset]).toEqual([undefined, 5, 2])
  nowMs = 10
  expect([unsettled.settle()?.offset, unsettled.nextInMs]).toEqual([1, 5])
  nowMs = 99
  expect([unsettled.settle()?.offset, unsettled.isEmpty]).toEqual([2, true])
})

test('a store that answers when all is safe leaves nothing unsettled', () => {
  const unsettled = new UnsettledBatches(0, () => 7)
  unsettled.add({ segment: 1, offset: 1 })
  expect([unsettled.settle()?.offset, unsettled.isEmpty]).toEqual([1, true])
})
