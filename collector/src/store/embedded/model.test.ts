import { makeShape, SeriesTable } from '@wardround/protocol'
import type { SampleBlock, SeriesDefinition } from '@wardround/protocol'
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AGGREGATES, FILLS, toQueryResult } from '@wardround/query'
import type { Aggregate, Query, QueryResult, TagFilter } from '@wardround/query'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { ReferenceStore } from '../testing/reference-store.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time-spans.ts'

/*
 * Any sequence of writes (in order, out of order, repeated, days late), of time passing, seals, merges and restarts gives the answers of
 * a Map. Values are such that sums are nearly exact; the rest is compared bit for bit.
 */
const START_MS = Date.UTC(2026, 2, 3, 22, 40)

type Step =
  | {
      readonly do: 'write'
      readonly host: number
      readonly agoMs: number
      readonly salt: number
      readonly rows: number
      readonly everyMs: number
      readonly part: number
    }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'maintain' | 'mergeAll' | 'stop' | 'crash' }

const SHAPES = [
  makeShape('cpu', { cpu: 'cpu-total' }, 'usage', 'gauge'),
  makeShape('cpu', { cpu: 'cpu0', project: 'a' }, 'usage', 'gauge'),
  makeShape('cpu', { cpu: 'cpu1', project: 'b' }, 'usage', 'gauge'),
  makeShape('net', { interface: 'eth0' }, 'bytes', 'counter'),
  makeShape('net', { interface: 'eth1' }, 'bytes', 'counter'),
  makeShape('odd', {}, 'value', 'gauge'),
]

function valueOf(shape: number, timeMs: number, salt: number): number {
  const tick = Math.floor(timeMs / 1000)
  if (shape === 5) return Math.sin(tick + salt) * 10 ** ((salt % 7) - 3)
  if (shape >= 3) return (tick * (shape + salt)) % 1_000
  return Math.round(((tick * 37 + salt * 11 + shape) % 10_007) / 8) * 0.125 * (shape === 2 ? -1 : 1)
}

class System {
  readonly directory = mkdtempSync(join(tmpdir(), 'store-model-'))
  readonly reference = new ReferenceStore()
  nowMs = START_MS
  /** What the journal holds. */
  readonly #log: { block: (table: SeriesTable) => SampleBlock; receivedAtMs: number }[] = []
  #table = new SeriesTable()
  #store = this.#open()

  #open(): EmbeddedStore {
    const table = this.#table
    return new EmbeddedStore({
      directory: this.directory,
      series: table,
      retention: LONG_RETENTION,
      nowMs: () => this.nowMs,
    })
  }

  run(step: Step): void {
    if (step.do === 'write') this.#writeRows(step)
    else if (step.do === 'pass') this.nowMs += step.ms
    else if (step.do === 'maintain') this.#maintain()
    else if (step.do === 'mergeAll') this.#store.mergeAll()
    else this.#restart(step.do === 'stop')
  }

  query(query: Query): QueryResult {
    const steps = this.#store.query(query)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return toQueryResult(step.value)
    }
  }

  /** All days so far are merged and rolled up. */
  settle(): void {
    this.nowMs += 27 * HOUR_MS
    this.#store.mergeAll()
  }

  get dropped(): Readonly<Record<string, number>> {
    return this.#store.status().samplesDropped
  }

  close(): void {
    this.#store.close()
    rmSync(this.directory, { recursive: true })
  }

  #maintain(): void {
    for (let turns = 0; turns < 1000 && this.#store.maintain(() => true); turns++);
  }

  #writeRows(step: Step & { do: 'write' }): void {
    const shapes = SHAPES.map((_, index) => index).filter(
      (index) => ((step.part >> index) & 1) === 0,
    )
    for (let row = 0; row < step.rows; row++) {
      const timeMs = this.nowMs - step.agoMs + row * step.everyMs
      if (timeMs > this.nowMs) break
      const subject = `host${step.host}`
      const values = Float64Array.from(shapes, (shape) => valueOf(shape, timeMs, step.salt))
      for (const [index, shape] of shapes.entries()) {
        this.reference.write({ subject, ...SHAPES[shape]! }, timeMs, values[index]!)
      }
      const block = (table: SeriesTable): SampleBlock => ({
        subject,
        timeMs,
        series: Uint32Array.from(shapes, (shape) =>
          table.intern({ subject, ...SHAPES[shape]! } satisfies SeriesDefinition),
        ),
        values,
      })
      this.#log.push({ block, receivedAtMs: this.nowMs })
      this.#apply(this.#log.length - 1)
    }
  }

  #apply(index: number): void {
    const { block, receivedAtMs } = this.#log[index]!
    this.#store.write(block(this.#table), { segment: 1, offset: index }, receivedAtMs)
    this.#store.advance({ segment: 1, offset: index + 1 })
  }

  #restart(inOrder: boolean): void {
    if (inOrder) this.#store.close()
    else this.#store.abandon()
    this.#table = new SeriesTable()
    this.#store = this.#open()
    const from = this.#store.covered?.offset ?? 0
    for (let index = from; index < this.#log.length; index++) this.#apply(index)
  }
}

const writeArbitrary = fc.record({
  do: fc.constant('write' as const),
  host: fc.integer({ min: 0, max: 2 }),
  agoMs: fc.oneof(
    fc.constantFrom(0, 10_000, 300_000),
    fc.integer({ min: 0, max: 3 * HOUR_MS }),
    fc.integer({ min: 0, max: 7 * DAY_MS }),
  ),
  salt: fc.integer({ min: 1, max: 9 }),
  rows: fc.integer({ min: 1, max: 90 }),
  everyMs: fc.constantFrom(10_000, 10_000, 60_000, 7_001),
  part: fc.integer({ min: 0, max: 62 }),
})

const passArbitrary = fc.record({
  do: fc.constant('pass' as const),
  ms: fc.constantFrom(10_000, 20 * MINUTE_MS, HOUR_MS, 5 * HOUR_MS, DAY_MS, 30 * HOUR_MS),
})

const otherArbitrary = fc.record({
  do: fc.constantFrom('maintain', 'maintain', 'mergeAll', 'stop', 'crash'),
})

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: writeArbitrary },
  { weight: 3, arbitrary: passArbitrary },
  { weight: 4, arbitrary: otherArbitrary },
)

/** What comes after everything was merged and rolled up. */
const lateArbitrary: fc.Arbitrary<Step> = fc.oneof(writeArbitrary, otherArbitrary)

const filterArbitrary: fc.Arbitrary<TagFilter> = fc.constantFrom<TagFilter>(
  { tag: 'host', operator: '=', value: 'host1' },
  { tag: 'host', operator: '!=', value: 'host1' },
  { tag: 'host', operator: '=~', value: 'host[02]' },
  { tag: 'host', operator: '=~', value: 'host' },
  { tag: 'project', operator: '=', value: '' },
  { tag: 'project', operator: '!~', value: 'a|' },
  { tag: 'cpu', operator: '!~', value: 'cpu[01]' },
  { tag: 'host', operator: 'in', values: ['host0', 'host2'] },
)

const queryArbitrary = fc.record({
  name: fc.constantFrom('cpu.usage', 'cpu.usage', 'net.bytes', 'net.bytes', 'odd.value'),
  where: fc.array(filterArbitrary, { maxLength: 2 }),
  // twice as often as the others: it has the most cases
  aggregate: fc.constantFrom<Aggregate>(...AGGREGATES, 'rate'),
  percentile: fc.constantFrom(0.1, 5, 50, 95, 100),
  projects: fc.constantFrom<Query['projects']>('all', 'all', ['a'], ['b', 'x'], []),
  fill: fc.constantFrom(...FILLS),
  top: fc.option(
    fc.record({
      count: fc.integer({ min: 1, max: 3 }),
      by: fc.constantFrom('max', 'min', 'last'),
      order: fc.constantFrom('highest', 'lowest'),
    }),
    { nil: undefined, freq: 4 },
  ),
  timeZone: fc.option(
    fc.constantFrom('Asia/Shanghai', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe'),
    { nil: undefined, freq: 2 },
  ),
  groupBy: fc.subarray(['host', 'project', 'cpu', 'interface']),
  stepMs: fc.constantFrom(
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    7 * MINUTE_MS,
    // Windows that end within rollups, and yet hold some whole ones.
    83 * MINUTE_MS,
    5 * HOUR_MS + 61_000,
    DAY_MS,
  ),
  agoMs: fc.oneof(
    fc.integer({ min: 1, max: 6 * HOUR_MS }),
    fc.integer({ min: 1, max: 9 * DAY_MS }),
  ),
  lengthMs: fc.oneof(
    fc.integer({ min: 1, max: 6 * HOUR_MS }),
    fc.integer({ min: 1, max: 9 * DAY_MS }),
  ),
  alignMs: fc.constantFrom(1, MINUTE_MS, 5 * MINUTE_MS, HOUR_MS, HOUR_MS, DAY_MS),
})

function toQuery(
  drawn: typeof queryArbitrary extends fc.Arbitrary<infer T> ? T : never,
  nowMs: number,
): Query {
  const align = (timeMs: number): number => Math.floor(timeMs / drawn.alignMs) * drawn.alignMs
  const fromMs = align(nowMs - drawn.agoMs)
  const [measurement, field] = drawn.name.split('.') as [string, string]
  const { where, aggregate, groupBy, stepMs, projects, top } = drawn
  const toMs = Math.max(fromMs + drawn.alignMs, align(fromMs + drawn.lengthMs))
  return {
    measurement,
    fields: [field],
    projects,
    where,
    aggregate,
    groupBy,
    stepMs,
    fromMs,
    toMs,
    percentile: aggregate === 'percentile' ? drawn.percentile : undefined,
    fill: aggregate === 'raw' ? 'none' : drawn.fill,
    // sums differ in their last digits, and so may an order
    top: ['mean', 'sum', 'rate'].includes(aggregate) ? undefined : top,
    timeZone: DAY_MS % stepMs === 0 || stepMs % DAY_MS === 0 ? drawn.timeZone : undefined,
  }
}

function expectSame(actual: QueryResult, expected: QueryResult, query: Query): void {
  const about = JSON.stringify(query)
  expect(
    actual.series.map(({ tags }) => tags),
    about,
  ).toEqual(expected.series.map(({ tags }) => tags))
  for (const [index, { points }] of expected.series.entries()) {
    const found = actual.series[index]!.points
    expect(
      found.map(([at]) => at),
      about,
    ).toEqual(points.map(([at]) => at))
    for (const [at, [, value]] of points.entries()) {
      const isSum = ['mean', 'sum', 'rate'].includes(query.aggregate)
      if (isSum && value !== null) expect(found[at]![1], about).toBeCloseTo(value, 6)
      else if (!Object.is(found[at]![1], value)) expect(found[at]![1], about).toBe(value)
    }
  }
}

describe('the embedded store', () => {
  const runs = Number(process.env['STORE_MODEL_RUNS'] ?? 40)
  test(
    `gives a Map's answers after anything that may happen (${runs} histories)`,
    { timeout: 600_000 },
    () => {
      fc.assert(
        fc.property(
          fc.array(stepArbitrary, { minLength: 5, maxLength: 60 }),
          fc.array(lateArbitrary, { maxLength: 2 }),
          fc.array(queryArbitrary, { minLength: 12, maxLength: 12 }),
          (steps, late, queries) => {
            const system = new System()
            try {
              for (const step of steps) system.run(step)
              if (late.length > 0) system.settle()
              for (const step of late) system.run(step)
              for (const drawn of queries) {
                const query = toQuery(drawn, system.nowMs)
                expectSame(system.query(query), system.reference.query(query), query)
              }
              expect(Object.keys(system.dropped).filter((reason) => reason !== 'repeated')).toEqual(
                [],
              )
            } finally {
              system.close()
            }
          },
        ),
        { numRuns: runs },
      )
    },
  )
})
