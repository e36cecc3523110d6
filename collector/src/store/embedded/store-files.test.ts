import { makeShape, SeriesTable } from '@wardround/protocol'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Query } from '@wardround/query'
import { LONG_RETENTION } from '../testing/long-retention.ts'
import { EmbeddedStore } from './embedded-store.ts'
import type { EmbeddedStoreOptions } from './embedded-store.ts'
import { StoreFileError } from './sqlite-file.ts'
import { DAY_MS, HOUR_MS } from './time-spans.ts'

const START_MS = Date.UTC(2026, 4, 10)
const SHAPES = Array.from({ length: 40 }, (_, index) =>
  makeShape('m', { index: String(index) }, 'value', 'gauge'),
)

let directory = ''
const template = join(tmpdir(), `store-files-template-${process.pid}`)
afterAll(() => rmSync(template, { recursive: true, force: true }))
let nowMs = START_MS
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'store-files-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function openStore(options: Partial<EmbeddedStoreOptions> = {}): {
  store: EmbeddedStore
  write: (timeMs: number) => void
  count: (stepMs?: number) => number
} {
  const series = new SeriesTable()
  const store = new EmbeddedStore({
    directory,
    series,
    retention: LONG_RETENTION,
    nowMs: () => nowMs,
    sweepEveryMs: 0,
    ...options,
  })
  let offset = 0
  return {
    store,
    /** One sample of each series. */
    write(timeMs) {
      const subject = series.internSubject('host')
      const numbers = SHAPES.map((shape) => series.internPair(subject, series.internShape(shape)))
      const values = Float64Array.from(SHAPES, (_, index) => Math.sin(timeMs + index))
      store.write(
        { subject: 'host', timeMs, series: Uint32Array.from(numbers), values },
        { segment: 1, offset },
        nowMs,
      )
      store.advance({ segment: 1, offset: ++offset })
    },
    /** Samples of all time. */
    count(stepMs = HOUR_MS / 60) {
      const query: Query = {
        measurement: 'm',
        fields: ['value'],
        projects: 'all',
        where: [],
        aggregate: 'count',
        groupBy: [],
        stepMs,
        fromMs: START_MS - 10 * DAY_MS,
        toMs: START_MS + 10 * DAY_MS,
      }
      const steps = store.query(query)
      for (;;) {
        const step = steps.next()
        if (step.done === true)
          return step.value.reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0)
      }
    },
  }
}

/** Two whole days, merged and rolled up, and an hour of a third in recent parts; made once, then copied. */
function fill(): number {
  nowMs = START_MS + 3 * DAY_MS
  const samples = (2 * 144 + 60) * SHAPES.length
  if (existsSync(template)) {
    cpSync(template, directory, { recursive: true })
    return samples
  }
  const { store, write } = openStore()
  for (let timeMs = START_MS; timeMs < START_MS + 2 * DAY_MS; timeMs += HOUR_MS / 6) write(timeMs)
  store.mergeAll()
  for (
    let timeMs = START_MS + 2 * DAY_MS;
    timeMs < START_MS + 2 * DAY_MS + HOUR_MS;
    timeMs += 60_000
  )
    write(timeMs)
  store.close()
  cpSync(directory, template, { recursive: true })
  return samples
}

const RAW = '2026-05-10.db'
const DAMAGES: Record<string, (path: string) => void> = {
  'other bytes': (path) =>
    writeFileSync(path, 'not a database at all, but long enough to be looked at '.repeat(400)),
  'half of it': (path) => truncateSync(path, statSync(path).size / 2 - 700),
  nothing: (path) => truncateSync(path, 0),
  'zeros in the middle': (path) => {
    const bytes = readFileSync(path)
    bytes.fill(0, bytes.length / 4, (bytes.length * 3) / 4)
    writeFileSync(path, bytes)
  },
}

describe('damaged files', () => {
  for (const name of [RAW, '5m-2026-05-10.db', '1h-2026-05.db', 'recent.db']) {
    test.each(Object.keys(DAMAGES))(
      `${name} holding %s keeps nothing else from being answered and written`,
      (damage) => {
        const expected = fill()
        DAMAGES[damage]!(join(directory, name))
        const { store, write, count } = openStore()
        for (const stepMs of [60_000, HOUR_MS / 12, HOUR_MS, DAY_MS]) {
          const found = count(stepMs)
          expect(found).toBeLessThanOrEqual(expected)
          expect(found).toBeGreaterThanOrEqual(60 * SHAPES.length)
        }
        const before = count()
        nowMs += DAY_MS
        for (let minute = 0; minute < 90; minute++)
          write(START_MS + 12 * HOUR_MS + minute * 60_000 + 1)
        store.mergeAll()
        expect(count()).toBeGreaterThanOrEqual(
          before + 90 * SHAPES.length - 60 * SHAPES.length * (name === 'recent.db' ? 1 : 0),
        )
        expect(store.status().ok).toBe(true)
        store.close()
        const again = openStore()
        expect(again.count()).toBeGreaterThanOrEqual(90 * SHAPES.length)
        again.store.close()
      },
    )
  }

  test('a damaged file is kept aside, counted, and said', () => {
    fill()
    DAMAGES['other bytes']!(join(directory, RAW))
    const { store, count } = openStore()
    count()
    const { damaged, reason, ok } = store.status()
    expect({ damaged, ok }).toEqual({ damaged: { files: 1, parts: 0 }, ok: true })
    expect(reason).toMatch(/2026-05-10\.db is damaged/)
    expect(readdirSync(directory)).toContain(`${RAW}.damaged-1`)
    store.close()
  })

  test('a part whose bytes changed is left out and counted, the others are answered', () => {
    const expected = fill()
    const database = new DatabaseSync(join(directory, RAW))
    const row = database.prepare('SELECT id, data FROM parts ORDER BY id LIMIT 1').get()!
    const data = row['data'] as Uint8Array
    data[data.length >> 1]! ^= 4
    database.prepare('UPDATE parts SET data = ? WHERE id = ?').run(data, row['id'] as number)
    database.close()
    const { store, count } = openStore()
    const found = count()
    expect(found).toBeLessThan(expected)
    expect(found).toBeGreaterThan(expected - 7 * SHAPES.length)
    expect(store.status().damaged.parts).toBeGreaterThan(0)
    store.close()
  })
})

describe('a file of another format', () => {
  function raiseFormat(name: string): Uint8Array {
    const database = new DatabaseSync(join(directory, name))
    database.exec(
      "UPDATE meta SET value = 99 WHERE key = 'format'; PRAGMA wal_checkpoint(TRUNCATE)",
    )
    database.close()
    return readFileSync(join(directory, name))
  }

  test('is left alone; what would go there stays in recent parts and is answered', () => {
    fill()
    const before = raiseFormat(RAW)
    const { store, write, count } = openStore()
    const found = count()
    write(START_MS + 61_000)
    write(START_MS + DAY_MS + 61_000)
    for (let hour = 0; hour < 3; hour++) {
      nowMs += HOUR_MS
      for (let turn = 0; turn < 50; turn++) store.maintain(() => false)
    }
    expect(count()).toBe(found + 2 * SHAPES.length)
    expect(store.status()).toMatchObject({
      ok: true,
      reason: expect.stringMatching(/has format 99; this version writes format 1/),
    })
    store.close()
    expect(readFileSync(join(directory, RAW)).equals(before)).toBe(true)
  })

  test('that recent.db has keeps the store from opening', () => {
    fill()
    const before = raiseFormat('recent.db')
    expect(() => openStore()).toThrow(StoreFileError)
    expect(readFileSync(join(directory, 'recent.db')).equals(before)).toBe(true)
  })
})

describe('retention', () => {
  const retention = { rawMs: 2 * DAY_MS, fiveMinutesMs: 4 * DAY_MS, oneHourMs: 70 * DAY_MS }
  const names = (): string[] =>
    readdirSync(directory).filter((name) => /^(5m-|1h-)?\d{4}.*\.db$/.test(name))

  test('deletes raw data, 5-minute and hour rollups each at its age, and answers from what is left', () => {
    nowMs = START_MS + DAY_MS
    const { store, write, count } = openStore({ retention })
    for (let timeMs = START_MS; timeMs < START_MS + DAY_MS; timeMs += HOUR_MS / 6) write(timeMs)
    store.mergeAll()
    const all = 144 * SHAPES.length
    const after = (days: number): void => {
      nowMs = START_MS + days * DAY_MS
      for (let turn = 0; turn < 20; turn++) store.maintain(() => false)
    }
    after(2.9)
    expect(names()).toEqual(['1h-2026-05.db', RAW, '5m-2026-05-10.db'])
    expect(count(60_000)).toBe(all)
    after(3.1)
    expect(names()).toEqual(['1h-2026-05.db', '5m-2026-05-10.db'])
    expect([count(60_000), count(300_000), count(HOUR_MS)]).toEqual([0, all, all])
    after(5.1)
    expect(names()).toEqual(['1h-2026-05.db'])
    expect([count(300_000), count(HOUR_MS)]).toEqual([0, all])
    after(100)
    expect(names()).toEqual([])
    store.close()
  })

  test('refuses and counts what is older than raw data or far ahead, by the time of its receipt', () => {
    nowMs = START_MS
    const { store, write, count } = openStore({ retention })
    write(START_MS - 2 * DAY_MS - 1)
    write(START_MS + DAY_MS + 1)
    expect(count()).toBe(0)
    expect(store.status().samplesDropped).toEqual({
      older_than_raw: SHAPES.length,
      in_the_future: SHAPES.length,
    })
    write(START_MS - 2 * DAY_MS)
    expect(count()).toBe(SHAPES.length)
    store.close()
  })

  test('a late sample of a day that was deleted meanwhile leaves its rollups as they are', () => {
    nowMs = START_MS + DAY_MS
    const { store, write, count } = openStore({ retention })
    for (let timeMs = START_MS; timeMs < START_MS + DAY_MS; timeMs += HOUR_MS / 6) write(timeMs)
    store.mergeAll()
    write(START_MS + 1)
    store.flush()
    nowMs += 3 * DAY_MS
    for (let turn = 0; turn < 20; turn++) store.maintain(() => true)
    expect(count(HOUR_MS)).toBeGreaterThanOrEqual(144 * SHAPES.length)
    store.close()
  })

  test('deletes one file of a kind in ten minutes, so that a wrong clock does not delete all', () => {
    nowMs = START_MS + 4 * DAY_MS
    const { store, write } = openStore({ retention: { ...retention, rawMs: 30 * DAY_MS } })
    for (let day = 0; day < 4; day++) write(START_MS + day * DAY_MS)
    store.mergeAll()
    store.close()
    const swept = openStore({
      retention: { ...retention, rawMs: 30 * DAY_MS },
      sweepEveryMs: 600_000,
    })
    nowMs += 365 * DAY_MS
    const left = (): number => names().filter((name) => name.startsWith('2026')).length
    for (let turn = 0; turn < 20; turn++) swept.store.maintain(() => false)
    expect(left()).toBe(3)
    nowMs += 600_000
    for (let turn = 0; turn < 20; turn++) swept.store.maintain(() => false)
    expect(left()).toBe(2)
    swept.store.close()
  })
})
