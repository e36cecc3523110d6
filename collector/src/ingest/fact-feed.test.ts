import type { Position } from '@wardround/journal'
import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import type { Facts } from '../state/facts.ts'
import { FactFeed } from './fact-feed.ts'

const log = openLog({ name: 'test', level: 'silent' })
const event = { subject: 'db1', timeMs: 5, key: 'k', kind: 'log', body: { a: 1 } }
const batch = { blocks: [], events: [event], documents: [] }

function feedOf(store: (facts: Facts) => Promise<void>) {
  const covered: Position[] = []
  const onCovered = (position: Position) => void covered.push(position)
  return { covered, feed: new FactFeed({ store, onCovered, log, everyMs: 10 }) }
}

test('facts of many batches are stored together, with the position behind the last', async () => {
  const stored: Facts[] = []
  const { covered, feed } = feedOf(async (facts) => void stored.push(facts))
  feed.take(batch, { segment: 1, offset: 10 })
  feed.take({ ...batch, events: [] }, { segment: 1, offset: 20 })
  await feed.flush()
  expect(stored).toEqual([
    {
      events: [{ atMs: 5, subject: 'db1', kind: 'log', key: 'k', body: '{"a":1}' }],
      documents: [],
      covered: { segment: 1, offset: 20 },
    },
  ])
  expect(covered).toEqual([{ segment: 1, offset: 20 }])
})

test('what could not be stored is tried again with what came since, in order', async () => {
  let broken = true
  const stored: Facts[] = []
  const { covered, feed } = feedOf(async (facts) => {
    if (broken) throw new Error('disk full')
    stored.push(facts)
  })
  feed.take(batch, { segment: 1, offset: 10 })
  await feed.flush()
  expect(feed.failure?.message).toContain('disk full')
  expect(covered).toEqual([])
  broken = false
  await expect.poll(() => covered).toEqual([{ segment: 1, offset: 10 }])
  expect(feed.failure).toBeUndefined()
  broken = true
  feed.take(batch, { segment: 1, offset: 20 })
  await feed.flush()
  feed.take({ ...batch, events: [{ ...event, key: 'l' }] }, { segment: 1, offset: 30 })
  broken = false
  await feed.flush()
  expect(stored.at(-1)?.events.map(({ key }) => key)).toEqual(['k', 'l'])
  expect(stored.at(-1)?.covered).toEqual({ segment: 1, offset: 30 })
})

test('too much that waits is a reason to take no more batches, until it is stored', async () => {
  let broken = true
  const { feed } = feedOf(async () => {
    if (broken) throw new Error('disk full')
  })
  const body = 'x'.repeat(40 * 1_048_576)
  feed.take({ ...batch, events: [{ ...event, body }] }, { segment: 1, offset: 10 })
  await feed.flush()
  expect(feed.refusal).toBeUndefined()
  feed.take({ ...batch, events: [{ ...event, body }] }, { segment: 1, offset: 20 })
  await feed.flush()
  expect(feed.refusal).toMatchObject({ code: 'STATE_IO' })
  broken = false
  await feed.flush()
  expect(feed.refusal).toBeUndefined()
})

test('a disk that hangs and never fails is a reason to take no more batches too', () => {
  const { feed } = feedOf(() => new Promise(() => undefined))
  const body = 'x'.repeat(40 * 1_048_576)
  for (const offset of [10, 20]) {
    feed.take({ ...batch, events: [{ ...event, body }] }, { segment: 1, offset })
    void feed.flush()
  }
  expect(feed.refusal).toMatchObject({ code: 'STATE_SLOW' })
})
