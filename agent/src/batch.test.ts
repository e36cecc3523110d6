import { BATCH_TARGET_BYTES, type DocumentItem } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { Batching, SAMPLE_BYTES, type ClosedBatch } from './batch.ts'
import type { Tick } from './scheduler.ts'
import { ManualTime } from './testing/manual-time.ts'

function setUp(targetBytes?: number) {
  const time = new ManualTime()
  const closed: ClosedBatch[] = []
  const batching = new Batching({
    timers: time,
    closeAfterMs: 200,
    ...(targetBytes === undefined ? {} : { targetBytes }),
    onBatch: (batch) => void closed.push(batch),
    onDropped: () => undefined,
  })
  return { time, closed, batching }
}

const tick = (timeMs: number): Tick => ({ timeMs, monotonicMs: timeMs, sinceBootMs: timeMs + 5 })
const document = (name: string, keep: 'history' | 'newest', body: string): DocumentItem => ({
  subject: '',
  timeMs: 1,
  name,
  keep,
  body,
})

describe('Batching', () => {
  test('closes a batch 200 ms after its first sample, one block for each subject and time', async () => {
    const { time, closed, batching } = setUp()
    batching.addSample('', tick(1000), 1, 10)
    batching.addSample('switch1', tick(1000), 2, 20)
    await time.pass(150)
    batching.addSample('', tick(1000), 3, 30)
    batching.addSample('', tick(1100), 1, 11)
    await time.pass(49)
    expect(closed).toEqual([])
    await time.pass(1)
    expect(closed).toEqual([
      {
        kind: 'samples',
        samples: 4,
        bytes: 4 * SAMPLE_BYTES,
        newestSinceBootMs: 1105,
        batch: {
          blocks: [
            {
              subject: '',
              timeMs: 1000,
              series: Uint32Array.of(1, 3),
              values: Float64Array.of(10, 30),
            },
            {
              subject: 'switch1',
              timeMs: 1000,
              series: Uint32Array.of(2),
              values: Float64Array.of(20),
            },
            { subject: '', timeMs: 1100, series: Uint32Array.of(1), values: Float64Array.of(11) },
          ],
          events: [],
          documents: [],
        },
      },
    ])
    expect(time.waiting).toBe(0)
  })

  test('starts the next batch from nothing and leaves the closed one alone', async () => {
    const { time, closed, batching } = setUp()
    batching.addSample('', tick(1000), 1, 10)
    await time.pass(200)
    batching.addSample('', tick(2000), 2, 20)
    await time.pass(200)
    expect(
      closed.map(({ batch }) => batch.blocks.map(({ series, values }) => [...series, ...values])),
    ).toEqual([[[1, 10]], [[2, 20]]])
  })

  test('closes at its target size, whatever the time', () => {
    const { closed, batching } = setUp()
    const samples = Math.ceil(BATCH_TARGET_BYTES / SAMPLE_BYTES)
    for (let i = 0; i < 2 * samples; i++) batching.addSample('', tick(1000), i, i)
    expect(closed.map((batch) => batch.samples)).toEqual([samples, samples])
    expect(closed[1]?.batch.blocks[0]?.series[0]).toBe(samples)
  })

  test('keeps samples, texts and snapshots apart', () => {
    const { closed, batching } = setUp()
    batching.addSample('', tick(1000), 1, 10)
    batching.addDocument(document('hardware', 'history', 'a'), tick(1000))
    batching.addDocument(document('top_processes', 'newest', 'b'), tick(1000))
    batching.addDocument(document('routes', 'history', 'c'), tick(1000))
    batching.flush()
    expect(
      closed.map(({ kind, batch }) => [kind, batch.documents.map(({ name }) => name)]),
    ).toEqual([
      ['snapshot', ['top_processes']],
      ['samples', []],
      ['texts', ['hardware', 'routes']],
    ])
  })

  test('sends events with the texts, which are dropped last', () => {
    const { closed, batching } = setUp()
    const event = { subject: '', timeMs: 1, key: 'a:1', kind: 'log', body: { text: 'x' } }
    batching.addEvent(event, tick(1000))
    batching.addDocument(document('hardware', 'history', 'a'), tick(1000))
    batching.flush()
    expect(closed.map(({ kind, batch }) => [kind, batch.events, batch.documents.length])).toEqual([
      ['texts', [event], 1],
    ])
  })

  test('closes texts at the target size when they are events', () => {
    const { closed, batching } = setUp(1000)
    for (let i = 0; i < 4; i++)
      batching.addEvent(
        { subject: '', timeMs: 1, key: String(i), kind: 'log', body: 'x'.repeat(600) },
        tick(1),
      )
    expect(closed.map(({ batch }) => batch.events.length)).toEqual([2, 2])
  })

  test('closes texts at the target size', () => {
    const { closed, batching } = setUp(1000)
    for (let i = 0; i < 4; i++)
      batching.addDocument(document(`d${i}`, 'history', 'x'.repeat(600)), tick(1))
    expect(closed.map(({ batch }) => batch.documents.length)).toEqual([2, 2])
  })

  test('gives what is open when it is disposed, and nothing when nothing is', () => {
    const { closed, batching } = setUp()
    batching[Symbol.dispose]()
    expect(closed).toEqual([])
    batching.addSample('', tick(1000), 1, 10)
    batching[Symbol.dispose]()
    expect(closed).toHaveLength(1)
  })
})
