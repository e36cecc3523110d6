import { makeShape, SeriesTable } from '@wardround/protocol'
import { describe, expect, test } from 'vitest'
import { MAX_OWN_SERIES, MAX_POLLED_SERIES, MAX_SERIES } from './limits.ts'
import { NO_SERIES, SeriesIndex } from './series-index.ts'

const help = { zh: '测试', en: 'test' }
const measurements = {
  port: {
    identifyingTags: ['port'],
    descriptiveTags: ['name'],
    fields: {
      errors: { kind: 'counter', unit: 'count', precision: 1, help },
      speed: { kind: 'gauge', unit: 'count', precision: 1, help },
    },
  },
} as const

function open(table: SeriesTable, subject: string) {
  const index = new SeriesIndex(table, measurements, subject, {})
  const measurement = index.measurement('port')
  if (measurement === undefined) throw new Error('not declared')
  const rowOf = (port: string, name?: string) => index.row(measurement, { port, name })
  const seriesOf = (port: string, place = 0) => index.seriesOf(rowOf(port), place, { port })
  return { index, rowOf, seriesOf }
}

/** Gives a subject so many series that no index has asked for. */
function fill(table: SeriesTable, subject: string, series: number): void {
  const subjectId = table.internSubject(subject)
  for (let i = table.shapeCount; i < series; i++)
    table.internShape(makeShape('m', { i: String(i) }, 'f', 'gauge'))
  for (let shapeId = 0; shapeId < series; shapeId++) table.internPair(subjectId, shapeId)
}

describe('the bound', () => {
  test.each([
    { whose: 'this host', subject: '', most: MAX_OWN_SERIES },
    { whose: 'a polled device', subject: 'fc1', most: MAX_POLLED_SERIES },
  ])('of $whose keeps no other subject from its series', ({ subject, most }) => {
    const table = new SeriesTable()
    fill(table, subject, most - 1)
    const { seriesOf } = open(table, subject)
    expect([seriesOf('1'), seriesOf('2'), seriesOf('1')]).toEqual([most - 1, NO_SERIES, most - 1])
    expect(open(table, 'fc2').seriesOf('1')).toBe(most)
  })

  test('of all together is what a connection can name', () => {
    const table = new SeriesTable()
    for (let at = 0; table.size < MAX_SERIES - 1; at++)
      fill(table, `fc${at}`, Math.min(MAX_POLLED_SERIES, MAX_SERIES - 1 - table.size))
    const { seriesOf } = open(table, 'another')
    expect([seriesOf('1'), seriesOf('2')]).toEqual([MAX_SERIES - 1, NO_SERIES])
  })

  test('takes nothing from what has its series already, after its rows were forgotten too', () => {
    const table = new SeriesTable()
    const { index, seriesOf } = open(table, 'fc1')
    for (let port = 0; port < MAX_POLLED_SERIES; port++) seriesOf(String(port))
    index.endRun()
    seriesOf('0')
    index.endRun()
    expect([seriesOf('7'), seriesOf('new')]).toEqual([7, NO_SERIES])
  })
})

test('rows are told apart by their tags, and by which of them a value is', () => {
  const { rowOf, seriesOf } = open(new SeriesTable(), 'fc1')
  expect(rowOf('1')).toBe(rowOf('1'))
  expect(rowOf('1')).not.toBe(rowOf('1', 'db'))
  expect(rowOf('a', 'b')).not.toBe(rowOf('a\u0001b'))
  expect([seriesOf('1', 0), seriesOf('1', 1), seriesOf('2', 0), seriesOf('1', 1)]).toEqual([
    0, 1, 2, 1,
  ])
})

test('a series is written once a run, in rows that are there already and in new ones', () => {
  const { index, rowOf } = open(new SeriesTable(), 'fc1')
  for (const run of [1, 2, 3])
    for (let port = 0; port < 10 * run; port++) {
      const row = rowOf(String(port))
      expect([1, 1, 0].map((place) => index.isFirstOfRun(row, place, run))).toEqual([
        true,
        false,
        true,
      ])
    }
})
