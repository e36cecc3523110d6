import type { Position } from '@wardround/journal'
import { expect, test } from 'vitest'
import { TEST_EPOCH } from '../testing/agent-client.ts'
import { IngestHarness } from '../testing/ingest-harness.ts'
import { JournalConsumers, type JournalConsumersParts } from './journal-consumers.ts'

function at(segment: number, offset = 0): Position {
  return { segment, offset }
}

const span = { start: at(9), end: at(9, 10) }

function consumersOf(journal: Partial<JournalConsumersParts['journal']>, ...consumers: string[]) {
  const calls: unknown[] = []
  const parts: JournalConsumersParts = {
    journal: {
      append: async (build) => {
        calls.push(String(build({ segment: 9 })))
        return span
      },
      release: async (before) => void calls.push(before),
      ...journal,
    },
    consumers,
    head: () => Uint8Array.of(7),
    onError: (error) => void calls.push(error),
  }
  return { calls, consumers: new JournalConsumers(parts) }
}

test('the journal is released up to where every consumer has come, and says before what it held', async () => {
  const { calls, consumers } = consumersOf({}, 'store', 'rules')
  consumers.cover('store', at(5, 10))
  await consumers[Symbol.asyncDispose]()
  expect(calls).toEqual([])
  consumers.cover('rules', at(3, 20))
  consumers.cover('rules', at(3, 30))
  await consumers[Symbol.asyncDispose]()
  expect(calls).toEqual(['7', at(3, 20)])
  consumers.cover('rules', at(9))
  consumers.cover('rules', at(10))
  await consumers[Symbol.asyncDispose]()
  expect(calls).toEqual(['7', at(3, 20), '7', at(5, 10)])
  expect(consumers.lowest()).toEqual(at(5, 10))
})

test('a journal that takes no record is released all the same: a full one gets room by nothing else', async () => {
  const append = () => Promise.reject(new Error('JOURNAL_FULL'))
  const { calls, consumers } = consumersOf({ append }, 'store')
  consumers.cover('store', at(2))
  await consumers[Symbol.asyncDispose]()
  expect(calls).toEqual([at(2)])
})

test('a release that fails is reported', async () => {
  const failure = new Error('EROFS')
  const { calls, consumers } = consumersOf({ release: () => Promise.reject(failure) }, 'store')
  consumers.cover('store', at(2))
  await consumers[Symbol.asyncDispose]()
  expect(calls).toEqual(['7', failure])
})

test('batches that were under way when a segment ended are known after its release and a restart', async () => {
  const last = 100
  await using first = await IngestHarness.start({ segmentBytes: 16_384 })
  const { directory, journal, registry, encoders } = first
  {
    using agent = await first.join()
    for (let sequence = 1; sequence <= last; sequence++) {
      const samples = Array.from({ length: 20 }, (_, n) => ({
        field: `f${n}`,
        value: sequence / 7,
      }))
      agent.sendBatch(sequence, { samples })
      // As fast as the window lets it.
      if (sequence % 50 === 0) await expect.poll(() => first.durable.length).toBe(sequence)
    }
  }
  expect(journal.status().segments).toBeGreaterThan(1)
  const consumers = new JournalConsumers({
    journal,
    consumers: ['store'],
    head: (segment) => encoders.head(segment, registry.heldRanges()),
    onError: (error) => expect.unreachable(String(error)),
  })
  consumers.cover('store', journal.status().durable)
  await consumers[Symbol.asyncDispose]()
  expect(journal.status().segments).toBe(1)
  await journal[Symbol.asyncDispose]()
  await using second = await IngestHarness.start({ directory })
  expect(second.registry.heldRanges()).toEqual([
    { agent: 'db1', epoch: TEST_EPOCH, ranges: [[1, last]] },
  ])
})
