import { expect, test } from 'vitest'
import { HeldSequences } from './held-sequences.ts'

const epoch = '00000000000000aa'

test('a batch goes from new over pending to held', () => {
  const held = new HeldSequences()
  const id = { epoch, sequence: 3 }
  expect(held.stateOf(id)).toBe('new')
  held.begin(id)
  expect(held.stateOf(id)).toBe('pending')
  expect([...held.ranges('db1')]).toEqual([])
  held.settle(id)
  expect(held.stateOf(id)).toBe('held')
  expect([...held.ranges('db1')]).toEqual([{ agent: 'db1', epoch, ranges: [[3, 3]] }])
})

test('a batch that did not get into the journal is new again', () => {
  const held = new HeldSequences()
  const id = { epoch, sequence: 1 }
  held.begin(id)
  held.abandon(id)
  expect(held.stateOf(id)).toBe('new')
})

test('what was restored is held, and only named epochs are kept', () => {
  const held = new HeldSequences()
  held.restore(epoch, [[1, 5]])
  held.restore('00000000000000bb', [[1, 1]])
  held.keepOnly([epoch])
  expect(held.stateOf({ epoch, sequence: 5 })).toBe('held')
  expect(held.stateOf({ epoch: '00000000000000bb', sequence: 1 })).toBe('new')
})

test('the number of epochs is bounded', () => {
  const held = new HeldSequences()
  for (let number = 0; number < 1024; number++) {
    held.restore(number.toString(16).padStart(16, '0'), [[1, 1]])
  }
  expect(held.hasRoomFor('ffffffffffffffff')).toBe(false)
  expect(held.hasRoomFor('0000000000000001')).toBe(true)
})
