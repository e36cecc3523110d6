/* oxlint-disable max-lines-per-function -- the function is a suite of tests */
import type { SeriesDefinition } from '@wardround/protocol'
import { makeShape } from '@wardround/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Query, QueryResult } from './query.ts'
import { AGGREGATES, QueryError } from './query.ts'
import type { Store } from './store.ts'
import type { Sample } from './testing/sample-journal.ts'
import { groupKey, ReferenceStore } from './testing/reference-store.ts'

/** A store with the journal that it reads, all made for one test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: Store
  /** Puts samples into the journal and tells the store. */
  write(samples: readonly Sample[]): Promise<void>
  /** Stops the store in order and starts it again on its files. */
  restart(): Promise<void>
}

const STEP_MS = 60_000
/** An hour that is over, half an hour ago. */
const FROM_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 5_400_000

function series(
  subject: string,
  measurement: string,
  tags: Record<string, string>,
  field: string,
  kind: 'gauge' | 'counter' = 'gauge',
): SeriesDefinition {
  return { subject, ...makeShape(measurement, tags, field, kind) }
}

/** Two hosts with two CPUs and a counter that was reset, every 10 s for 30 min, with a gap of five. */
function samples(): Sample[] {
  const found: Sample[] = []
  for (const [number, host] of ['db1', 'web1'].entries()) {
    for (let row = 0; row < 180; row++) {
      const timeMs = FROM_MS + row * 10_000 + number * 137
      if (row >= 60 && row < 90) continue
      for (const cpu of ['cpu0', 'cpu1']) {
        const value = ((row * 7919 + number * 31 + cpu.length * row) % 10_000) / 100
        found.push({
          series: series(host, 'cpu', { cpu, project: host === 'db1' ? 'hc' : 'hs' }, 'usage'),
          timeMs,
          value,
        })
      }
      const counter = row < 120 ? 1_000 + row * 250 : (row - 120) * 250
      found.push({
        series: series(host, 'net', { interface: 'eth0' }, 'bytes', 'counter'),
        timeMs,
        value: counter,
      })
    }
  }
  return found
}

/** What every store must do, whoever stores: the embedded one and later drivers run it. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    const reference = new ReferenceStore()
    let under: StoreUnderTest

    const cpu: Query = {
      measurement: 'cpu',
      field: 'usage',
      where: [],
      aggregate: 'mean',
      groupBy: ['host'],
      stepMs: STEP_MS,
      fromMs: FROM_MS,
      toMs: FROM_MS + 1_800_000,
    }
    const net: Query = { ...cpu, measurement: 'net', field: 'bytes' }

    /** Asks until the store has caught up. */
    const expectAnswer = async (query: Query, expected: QueryResult): Promise<void> => {
      const caughtUp = async (): Promise<void> =>
        expect(sorted(await under.store.query(query))).toEqual(sorted(expected))
      await vi.waitFor(caughtUp, { timeout: 90_000, interval: 20 })
    }

    beforeAll(async () => {
      under = await open()
      const all = samples()
      for (const { series: definition, timeMs, value } of all)
        reference.write(definition, timeMs, value)
      // The second half arrives before the first, and some of it twice.
      const half = all.length / 2
      await under.write(all.slice(half))
      await under.write(all.slice(0, half))
      await under.write(all.slice(100, 400))
      await expectAnswer(
        { ...cpu, aggregate: 'count' },
        reference.query({ ...cpu, aggregate: 'count' }),
      )
    })
    afterAll(() => under[Symbol.asyncDispose]())

    test.each(AGGREGATES)('answers %s by host, by tag and over all', async (aggregate) => {
      for (const query of [cpu, net]) {
        for (const groupBy of [['host'], [], ['cpu', 'host'], ['project'], ['interface']]) {
          const asked = { ...query, aggregate, groupBy }
          expectClose(await under.store.query(asked), reference.query(asked))
        }
      }
    })

    test.each([10_000, 45_000, 300_000, 900_000, 3_600_000, 86_400_000])(
      'answers in windows of %d ms, aligned to the epoch, also where the range cuts them',
      async (stepMs) => {
        for (const aggregate of ['mean', 'count', 'rate'] as const) {
          for (const [fromMs, toMs] of [
            [FROM_MS, FROM_MS + 1_800_000],
            [FROM_MS + 61_234, FROM_MS + 1_234_567],
          ] as const) {
            const asked = { ...net, aggregate, stepMs, fromMs, toMs }
            expectClose(await under.store.query(asked), reference.query(asked))
          }
        }
      },
    )

    test('leaves a gap absent', async () => {
      const { series: answer } = await under.store.query({ ...cpu, groupBy: ['host'] })
      const inGap = answer.flatMap(({ points }) =>
        points.filter(([at]) => at > FROM_MS + 600_000 && at < FROM_MS + 890_000),
      )
      expect(answer).toHaveLength(2)
      expect(inGap).toEqual([])
    })

    test.each([
      { note: 'equal', where: [{ tag: 'host', operator: '=', value: 'db1' }] },
      { note: 'unequal', where: [{ tag: 'host', operator: '!=', value: 'db1' }] },
      {
        note: 'a pattern of the whole value',
        where: [{ tag: 'host', operator: '=~', value: '(db|we)1' }],
      },
      {
        note: 'a pattern of a part alone matches nothing',
        where: [{ tag: 'host', operator: '=~', value: 'db' }],
      },
      { note: 'no pattern', where: [{ tag: 'cpu', operator: '!~', value: '.*0' }] },
      {
        note: 'a tag that no series has is empty',
        where: [{ tag: 'rack', operator: '=', value: '' }],
      },
      {
        note: 'two conditions',
        where: [
          { tag: 'project', operator: '=', value: 'hc' },
          { tag: 'cpu', operator: '=', value: 'cpu1' },
        ],
      },
    ] as const)('filters: $note', async ({ where }) => {
      const asked: Query = { ...cpu, where, groupBy: ['host', 'cpu'] }
      expectClose(await under.store.query(asked), reference.query(asked))
    })

    test('has no answer for what it never saw', async () => {
      expect(await under.store.query({ ...cpu, measurement: 'nothing' })).toEqual({ series: [] })
      expect(
        await under.store.query({
          ...cpu,
          fromMs: FROM_MS - 90_000_000,
          toMs: FROM_MS - 86_400_000,
        }),
      ).toEqual({ series: [] })
    })

    test.each([
      { note: 'a step of nothing', change: { stepMs: 0 }, says: /step/ },
      {
        note: 'an end before the beginning',
        change: { fromMs: FROM_MS + 1, toMs: FROM_MS },
        says: /from/,
      },
      {
        note: 'a broken pattern',
        change: { where: [{ tag: 'host', operator: '=~', value: '(' }] },
        says: /"\("/,
      },
      {
        note: 'more points than it gives',
        change: { stepMs: 1, fromMs: FROM_MS - 864_000_000 },
        says: /longer step/,
      },
    ] as const)('refuses $note and says what to change', async ({ change, says }) => {
      const refused = under.store.query({ ...cpu, ...change })
      await expect(refused).rejects.toThrow(QueryError)
      await expect(refused).rejects.toThrow(says)
      await expect(refused).rejects.toHaveProperty(
        'text.zh',
        expect.stringMatching(/[\u4e00-\u9fff]/),
      )
    })

    test('gives up a query when asked to', async () => {
      const controller = new AbortController()
      const asked = under.store.query(cpu, { signal: controller.signal })
      controller.abort(new Error('no longer wanted'))
      await expect(asked).rejects.toThrow('no longer wanted')
    })

    test('lists measurements, fields and tags, of all or of one host', async () => {
      const { measurements } = await under.store.series({})
      expect(measurements).toEqual([
        {
          measurement: 'cpu',
          fields: ['usage'],
          tags: { host: ['db1', 'web1'], cpu: ['cpu0', 'cpu1'], project: ['hc', 'hs'] },
        },
        {
          measurement: 'net',
          fields: ['bytes'],
          tags: { host: ['db1', 'web1'], interface: ['eth0'] },
        },
      ])
      const ofHost = await under.store.series({ host: 'web1', measurement: 'cpu' })
      expect(ofHost.measurements).toEqual([
        {
          measurement: 'cpu',
          fields: ['usage'],
          tags: { host: ['web1'], cpu: ['cpu0', 'cpu1'], project: ['hs'] },
        },
      ])
    })

    test('gives the same answers after a restart', async () => {
      await under.restart()
      const asked: Query = { ...cpu, aggregate: 'count', groupBy: ['host', 'cpu'] }
      await expectAnswer(asked, reference.query(asked))
      expectClose(await under.store.query(net), reference.query(net))
    })
  })
}

function sorted({ series: answer }: QueryResult): QueryResult {
  return { series: answer.toSorted((a, b) => (groupKey(a.tags) < groupKey(b.tags) ? -1 : 1)) }
}

/** Same series, same times; values as far as sums in another order can be the same. */
function expectClose(actual: QueryResult, expected: QueryResult): void {
  const [found, wanted] = [sorted(actual).series, sorted(expected).series]
  expect(found.map(({ tags }) => tags)).toEqual(wanted.map(({ tags }) => tags))
  for (const [index, { points }] of wanted.entries()) {
    expect(found[index]!.points.map(([at]) => at)).toEqual(points.map(([at]) => at))
    for (const [row, [, value]] of points.entries()) {
      expect(found[index]!.points[row]![1]).toBeCloseTo(value, 8)
    }
  }
}
