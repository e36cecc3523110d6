import { expect, test } from 'vitest'
import type { Query } from './query.ts'
import { windowsOf } from './windows.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

function windowsFrom(from: string, to: string, stepMs: number, timeZone?: string) {
  const range: Pick<Query, 'fromMs' | 'toMs' | 'stepMs' | 'timeZone'> = {
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    stepMs,
    timeZone,
  }
  const windows = windowsOf(range)
  const starts = Array.from(windows.starts(), (ms) => new Date(ms).toISOString().slice(5, 16))
  return { windows, starts, before: new Date(windows.beforeMs).toISOString().slice(5, 16) }
}

test('without a zone windows are aligned to the epoch', () => {
  const { starts, before } = windowsFrom('2026-03-01T00:30Z', '2026-03-01T02:30Z', HOUR_MS)
  expect(starts).toEqual(['03-01T00:00', '03-01T01:00', '03-01T02:00'])
  expect(before).toBe('02-28T23:00')
})

test('with an offset each begins so much after a whole step', () => {
  const [fromMs, toMs] = [Date.UTC(2026, 2, 1, 0, 5), Date.UTC(2026, 2, 1, 1, 30)]
  const windows = windowsOf({ stepMs: HOUR_MS, offsetMs: 600_000, fromMs, toMs })
  const starts = [...windows.starts()].map((ms) => new Date(ms).toISOString().slice(5, 16))
  expect(starts).toEqual(['02-28T23:10', '03-01T00:10', '03-01T01:10'])
  expect(windows.beforeMs).toBe(Date.UTC(2026, 1, 28, 22, 10))
})

test('days of a zone begin at its midnight, and a step that divides a day begins anew there', () => {
  const days = windowsFrom('2026-03-01T00:00Z', '2026-03-03T00:00Z', DAY_MS, 'Asia/Shanghai')
  expect(days.starts).toEqual(['02-28T16:00', '03-01T16:00', '03-02T16:00'])
  expect(days.before).toBe('02-27T16:00')
  const halves = windowsFrom(
    '2026-03-01T00:00Z',
    '2026-03-02T00:00Z',
    12 * HOUR_MS,
    'Asia/Shanghai',
  )
  expect(halves.starts).toEqual(['02-28T16:00', '03-01T04:00', '03-01T16:00'])
})

test.each([
  { clock: 'forward', day: '2026-03-08', hours: 23 },
  { clock: 'back', day: '2026-11-01', hours: 25 },
])('the day on which a clock is put $clock has $hours hours', ({ day, hours }) => {
  const zone = 'America/New_York'
  const fromMs = Date.parse(`${day}T00:00Z`) - DAY_MS
  const to = new Date(fromMs + 4 * DAY_MS).toISOString()
  const { windows } = windowsFrom(new Date(fromMs).toISOString(), to, DAY_MS, zone)
  const lengths = windows.runs.map(({ stepMs, count }) => [stepMs / HOUR_MS, count])
  expect(lengths).toEqual([
    [24, 2],
    [hours, 1],
    [24, 2],
  ])
  const parts = windowsFrom(
    `${day}T05:00Z`,
    new Date(Date.parse(day) + 2 * DAY_MS).toISOString(),
    2 * HOUR_MS,
    zone,
  )
  const odd = parts.windows.runs.find(({ stepMs }) => stepMs === HOUR_MS)
  expect(odd?.count).toBe(1)
})

test('where a clock is put forward over midnight the day begins then', () => {
  const { starts } = windowsFrom(
    '2018-11-04T01:00Z',
    '2018-11-05T01:00Z',
    DAY_MS,
    'America/Sao_Paulo',
  )
  expect(starts).toEqual(['11-03T03:00', '11-04T03:00'])
})

test('each time is in the window that says so', () => {
  const { windows } = windowsFrom(
    '2026-10-25T00:10Z',
    '2026-11-03T07:13Z',
    3 * HOUR_MS,
    'Europe/Berlin',
  )
  let last = windows.beforeMs
  for (let window = -1; window < windows.count; window++) {
    const [startMs, endMs] = [windows.startOf(window), windows.endOf(window)]
    expect(startMs).toBe(last)
    expect([windows.indexOf(startMs), windows.indexOf(endMs - 1)]).toEqual([window, window])
    last = endMs
  }
})

test('a window of a millisecond needs no walk through its day', () => {
  const { windows } = windowsFrom('2026-03-01T23:59Z', '2026-03-01T23:59:01Z', 1, 'Asia/Shanghai')
  expect(windows.count).toBe(1000)
})
