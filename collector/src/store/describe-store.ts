/* oxlint-disable max-lines-per-function -- the function is a suite of tests */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { AGGREGATES, QueryError, RANKINGS } from '@wardround/query'
import type { Query, QueryResult } from '@wardround/query'
import type { Store } from './store.ts'
import type { Sample } from './testing/sample-journal.ts'
import { groupKey, ReferenceStore } from './testing/reference-store.ts'
import { FROM_MS, samplesOfTwoHosts } from './testing/two-hosts.ts'

/** A store with the journal that it reads, all made for one test. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: Store
  /** Puts samples into the journal and tells the store. */
  write(samples: readonly Sample[]): Promise<void>
  /** Stops the store in order and starts it again on its files. */
  restart(): Promise<void>
}

const STEP_MS = 60_000

/** What every store must do, whoever stores: the embedded one and later drivers run it. */
export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} as a store`, () => {
    const reference = new ReferenceStore()
    let under: StoreUnderTest

    const cpu: Query = {
      measurement: 'cpu',
      fields: ['usage'],
      projects: 'all',
      where: [],
      aggregate: 'mean',
      groupBy: ['host'],
      stepMs: STEP_MS,
      fromMs: FROM_MS,
      toMs: FROM_MS + 1_800_000,
    }
    const net: Query = { ...cpu, measurement: 'net', fields: ['bytes'] }

    /** Asks until the store has caught up. */
    const expectAnswer = async (query: Query, expected: QueryResult): Promise<void> => {
      const caughtUp = async (): Promise<void> =>
        expect(sorted(await under.store.query(query))).toEqual(sorted(expected))
      await vi.waitFor(caughtUp, { timeout: 90_000, interval: 20 })
    }

    beforeAll(async () => {
      under = await open()
      const all = samplesOfTwoHosts()
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
          const percentile = aggregate === 'percentile' ? 95 : undefined
          const asked = { ...query, aggregate, percentile, groupBy }
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

    test.each([
      { note: 'one of a list', where: [{ tag: 'host', operator: 'in', values: ['db1', 'x'] }] },
      { note: 'one of nothing', where: [{ tag: 'host', operator: 'in', values: [] }] },
    ] as const)('filters: $note', async ({ where }) => {
      const asked: Query = { ...cpu, where, groupBy: ['host'] }
      expectClose(await under.store.query(asked), reference.query(asked))
    })

    test.each([
      { projects: ['hc'] },
      { projects: ['hc', 'hs'] },
      { projects: ['no'] },
      { projects: [] },
    ])('gives $projects nothing of other projects, whatever is asked', async ({ projects }) => {
      const whole = { tag: 'project', operator: '=~', value: 'hs|.*' } as const
      for (const where of [[], [whole], [{ ...whole, operator: '!=' as const, value: 'x' }]]) {
        for (const aggregate of ['count', 'raw', 'rate'] as const) {
          const asked: Query = { ...cpu, projects, where, aggregate, groupBy: ['project'] }
          const answer = await under.store.query(asked)
          expectClose(answer, reference.query(asked))
          const seen = new Set(answer.series.map(({ tags }) => tags['project']))
          expect([...seen].filter((project) => !projects.includes(project ?? ''))).toEqual([])
        }
      }
      const { measurements } = await under.store.series({ projects })
      const named = measurements.flatMap(({ tags }) => tags['project'] ?? [])
      expect(named.filter((project) => !projects.includes(project))).toEqual([])
      expect(measurements.some(({ measurement }) => measurement === 'net')).toBe(false)
    })

    test.each(['null', 'previous'] as const)('fills gaps with %s', async (fill) => {
      for (const query of [cpu, net]) {
        for (const aggregate of ['mean', 'count', 'rate'] as const) {
          const asked: Query = { ...query, aggregate, fill }
          const points = fill === 'previous' && aggregate === 'rate' ? 29 : 30
          expect(reference.query(asked).series[0]!.points).toHaveLength(points)
          expectClose(await under.store.query(asked), reference.query(asked))
        }
      }
    })

    test.each(['highest', 'lowest'] as const)('keeps the %s series, in order', async (order) => {
      for (const by of RANKINGS) {
        const asked: Query = { ...cpu, groupBy: ['host', 'cpu'], top: { count: 3, by, order } }
        const answer = await under.store.query(asked)
        expect(answer.series).toHaveLength(3)
        expect(answer.series.map(({ tags }) => tags)).toEqual(
          reference.query(asked).series.map(({ tags }) => tags),
        )
      }
    })

    test('answers several fields, each by itself', async () => {
      const asked: Query = { ...cpu, fields: ['nothing', 'usage', 'idle'] }
      const answer = await under.store.query(asked)
      expect(new Set(answer.series.map(({ field }) => field))).toEqual(new Set(['usage', 'idle']))
      expectClose(answer, reference.query(asked))
    })

    test("begins windows at a time zone's midnights", async () => {
      for (const timeZone of ['Asia/Shanghai', 'Asia/Kathmandu', 'America/New_York']) {
        for (const stepMs of [600_000, 3_600_000, 86_400_000, 7 * 86_400_000]) {
          for (const aggregate of ['count', 'rate'] as const) {
            const asked: Query = { ...net, timeZone, stepMs, aggregate, fromMs: FROM_MS + 61_234 }
            expectClose(await under.store.query(asked), reference.query(asked))
          }
        }
      }
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
        note: 'an expression that not every store knows',
        change: { where: [{ tag: 'host', operator: '=~', value: '(?!db).*' }] },
        says: /"\(\?!" in/,
      },
      {
        note: 'half an expression',
        change: { where: [{ tag: 'host', operator: '=~', value: 'a)(b' }] },
        says: /no regular expression/,
      },
      { note: 'no field', change: { fields: [] }, says: /fields/ },
      { note: 'a field twice', change: { fields: ['a', 'a'] }, says: /none twice/ },
      { note: 'a project without a name', change: { projects: [''] }, says: /project/ },
      { note: 'no percentile', change: { aggregate: 'percentile' }, says: /up to 100/ },
      {
        note: 'a percentile above all',
        change: { aggregate: 'percentile', percentile: 101 },
        says: /101/,
      },
      { note: 'a percentile of a mean', change: { percentile: 95 }, says: /none with others/ },
      { note: 'a zone that is none', change: { timeZone: 'Asia/Nowhere' }, says: /IANA/ },
      {
        note: 'a step that divides no day of a zone',
        change: { timeZone: 'Asia/Shanghai', stepMs: 7 * 60_000 },
        says: /divide a day/,
      },
      { note: 'raw gaps filled', change: { aggregate: 'raw', fill: 'null' }, says: /no windows/ },
      { note: 'the top none', change: { top: { count: 0, by: 'max' } }, says: /top\.count/ },
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
      const { measurements } = await under.store.series({ projects: 'all' })
      expect(measurements).toEqual([
        {
          measurement: 'cpu',
          fields: ['idle', 'usage'],
          tags: { host: ['db1', 'web1'], cpu: ['cpu0', 'cpu1'], project: ['hc', 'hs'] },
        },
        {
          measurement: 'net',
          fields: ['bytes'],
          tags: { host: ['db1', 'web1'], interface: ['eth0'] },
        },
      ])
      const ofHost = await under.store.series({
        projects: 'all',
        host: 'web1',
        measurement: 'cpu',
      })
      expect(ofHost.measurements).toEqual([
        {
          measurement: 'cpu',
          fields: ['idle', 'usage'],
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
  expect(found.map(({ field }) => field)).toEqual(wanted.map(({ field }) => field))
  for (const [index, { points }] of wanted.entries()) {
    expect(found[index]!.points.map(([at]) => at)).toEqual(points.map(([at]) => at))
    for (const [row, [, value]] of points.entries()) {
      const given = found[index]!.points[row]![1]
      if (value === null) expect(given).toBeNull()
      else expect(given).toBeCloseTo(value, 8)
    }
  }
}
