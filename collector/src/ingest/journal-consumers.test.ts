import type { Position } from '@wardround/journal'
import { expect, test } from 'vitest'
import { JournalConsumers } from './journal-consumers.ts'

function at(segment: number, offset = 0): Position {
  return { segment, offset }
}

test('the journal is released up to where every consumer has come', () => {
  const released: Position[] = []
  const journal = { release: async (before: Position) => void released.push(before) }
  const consumers = new JournalConsumers(journal, ['store', 'rules'], () => undefined)
  consumers.cover('store', at(5, 10))
  expect(released).toEqual([])
  consumers.cover('rules', at(3, 20))
  consumers.cover('rules', at(3, 30))
  expect(released).toEqual([at(3, 20)])
  consumers.cover('rules', at(9))
  expect(released).toEqual([at(3, 20), at(5, 10)])
  consumers.cover('rules', at(10))
  expect(released).toHaveLength(2)
  expect(consumers.lowest()).toEqual(at(5, 10))
})

test('a release that fails is reported', async () => {
  const failure = new Error('EROFS')
  const reported: unknown[] = []
  const journal = { release: () => Promise.reject(failure) }
  const consumers = new JournalConsumers(journal, ['store'], (error) => void reported.push(error))
  consumers.cover('store', at(2))
  await expect.poll(() => reported).toEqual([failure])
})
