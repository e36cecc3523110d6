import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { seenPointsNotices } from './seen-points-notices.ts'
import { SeenPoints } from './seen-points.ts'

function feed() {
  const table = new SeriesTable()
  const seen = new SeenPoints(table)
  const number = (
    measurement: string,
    field: string,
    tags: readonly (readonly [string, string])[],
  ) => table.intern({ subject: 'db-1', measurement, field, tags, kind: 'gauge' })
  const series = Uint32Array.of(
    number('cpu', 'usage_idle', []),
    number('probe', 'success', [
      ['probe', 'host.cpu'],
      ['project', 'clinic'],
      ['target', 'host'],
    ]),
    number('backup_job', 'schedule_seconds', [['job', 'his']]),
  )
  const take = (timeMs: number, late = false) =>
    seen.take({
      agent: 'db-1',
      id: { epoch: '00000000000000aa', sequence: 1 },
      receivedAtMs: timeMs,
      late,
      clockErrorMs: 0,
      clockCorrected: false,
      batch: {
        blocks: [{ subject: 'db-1', timeMs, series, values: Float64Array.of(1, 1, 86_400) }],
        events: [],
        documents: [],
      },
    })
  return { seen, take }
}

test('remembers the newest of what project files expect, and when a host was seen', () => {
  const { seen, take } = feed()
  take(1000)
  take(3000)
  expect(seen.seenAtMs('db-1')).toBe(3000)
  expect(seen.seenAtMs('db-2')).toBeUndefined()
  const [point, ...more] = seen.find('db-1', 'probe', { target: 'host' })
  expect(point).toMatchObject({ atMs: 3000, gapMs: 2000, tags: { probe: 'host.cpu' } })
  expect(point?.tags).not.toHaveProperty('project')
  expect(more).toEqual([])
  expect(seen.find('db-1', 'backup_job')[0]?.values.get('schedule_seconds')).toBe(86_400)
  expect(seen.find('db-1', 'cpu')).toEqual([])
})

test('a late batch says nothing about now', () => {
  const { seen, take } = feed()
  take(1000, true)
  expect(seen.seenAtMs('db-1')).toBeUndefined()
})

test('what the store remembers does not take back what is newer', () => {
  const { seen, take } = feed()
  take(5000)
  seen.recall('db-1', { measurement: 'cpu', field: 'x', tags: [] }, 1000, 1)
  expect(seen.seenAtMs('db-1')).toBe(5000)
})

test('points and hosts beyond its bound are left out, counted and said; those that are known go on', () => {
  const seen = new SeenPoints(new SeriesTable(), { points: 2, subjects: 2 })
  const recall = (subject: string, name: string, atMs: number) =>
    seen.recall(
      subject,
      { measurement: 'probe', tags: [['probe', name]], field: 'success' },
      atMs,
      1,
    )
  recall('a', 'x', 1000)
  recall('b', 'x', 1000)
  expect(seenPointsNotices(seen)).toEqual([])
  recall('a', 'y', 2000)
  expect([seen.leftOut, seen.find('a', 'probe').length, seen.seenAtMs('a')]).toEqual([1, 1, 2000])
  recall('c', 'x', 2000)
  expect([seen.leftOut, seen.seenAtMs('c')]).toEqual([3, undefined])
  recall('b', 'x', 3000)
  expect([seen.leftOut, seen.find('b', 'probe')[0]?.atMs]).toEqual([3, 3000])
  expect(seenPointsNotices(seen)).toMatchObject([
    { code: 'SEEN_POINTS_FULL', message: { zh: expect.stringContaining('有 3 个采样') } },
  ])
})
