import { makeShape, SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import type { AcceptedBatch } from '../accepted-batch.ts'
import { CurrentValues } from './current-values.ts'

const table = new SeriesTable()

function batchOf(
  timeMs: number,
  samples: readonly [
    measurement: string,
    field: string,
    tags: Record<string, string>,
    value: number,
  ][],
  more: Partial<AcceptedBatch> = {},
): AcceptedBatch {
  const series = Uint32Array.from(samples, ([measurement, field, tags]) =>
    table.intern({ subject: 'db1', ...makeShape(measurement, tags, field, 'gauge') }),
  )
  const values = Float64Array.from(samples, ([, , , value]) => value)
  return {
    agent: 'db1',
    id: { epoch: '00000000000000aa', sequence: 1 },
    receivedAtMs: timeMs,
    late: false,
    clockErrorMs: 0,
    clockCorrected: false,
    batch: { blocks: [{ subject: 'db1', timeMs, series, values }], events: [], documents: [] },
    ...more,
  }
}

test('shows the newest of each value that the list has, and the fullest file system', () => {
  const current = new CurrentValues(table)
  current.take(
    batchOf(100, [
      ['cpu', 'usage_active', { cpu: 'cpu0' }, 99],
      ['cpu', 'usage_active', { cpu: 'cpu-total' }, 10],
      ['disk', 'used_percent', { path: '/a' }, 70],
      ['disk', 'used_percent', { path: '/b' }, 60],
    ]),
  )
  expect(current.of('db1')).toEqual({
    answers: null,
    timeMs: 100,
    cpuPercent: 10,
    memoryPercent: null,
    load1: null,
    fullestDisk: { path: '/a', usedPercent: 70 },
  })
  current.take(batchOf(200, [['disk', 'used_percent', { path: '/a' }, 5]]))
  expect(current.of('db1').fullestDisk).toEqual({ path: '/a', usedPercent: 5 })
  expect(current.of('db1').cpuPercent).toBe(10)
})

test('late and older batches say nothing about now', () => {
  const current = new CurrentValues(table)
  const load = (timeMs: number, value: number, more = {}) =>
    current.take(batchOf(timeMs, [['system', 'load1', {}, value]], more))
  load(100, 1)
  load(300, 9, { late: true })
  load(50, 7)
  expect(current.of('db1')).toMatchObject({ timeMs: 100, load1: 1 })
})

test('tells each host that changed once', () => {
  const current = new CurrentValues(table)
  current.take(batchOf(100, [['system', 'load1', {}, 1]]))
  current.take(batchOf(110, [['system', 'load1', {}, 1]]))
  expect(current.drainChanged()).toEqual(['db1'])
  expect(current.drainChanged()).toEqual([])
})
