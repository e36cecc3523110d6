import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { RefusedSeries } from './refused-series.ts'
import { ManualTime } from './testing/manual-time.ts'

function open() {
  const time = new ManualTime()
  const table = new SeriesTable()
  const warnings: unknown[] = []
  const log = { warn: (fields: unknown) => void warnings.push(fields) }
  const refused = new RefusedSeries(table, time, log)
  const refuse = (subject: string, field: string, code = 'SUBJECT_TAKEN') => {
    const shape = { measurement: 'net', field, kind: 'gauge', tags: [] } as const
    refused.add(table.intern({ subject, ...shape }), code, `reason of ${code}`)
  }
  return { time, refused, refuse, warnings }
}

test('all series of a device that are refused for one reason are one warning, however many messages tell them', async () => {
  const { time, refuse, warnings } = open()
  for (let index = 0; index < 103; index++) {
    refuse('switch1', `f${index}`)
    if (index === 50) await time.pass(1_000)
  }
  refuse('switch2', 'a')
  refuse('switch2', 'b', 'SERIES_PER_SUBJECT')
  refuse('', 'a', 'SERIES_PER_AGENT')
  expect(warnings).toEqual([])
  await time.pass(10_000)
  const taken = { code: 'SUBJECT_TAKEN', reason: 'reason of SUBJECT_TAKEN' }
  expect(warnings).toEqual([
    { host: 'switch1', ...taken, series: 103, example: 'net.f0' },
    { host: 'switch2', ...taken, series: 1, example: 'net.a' },
    expect.objectContaining({ host: 'switch2', code: 'SERIES_PER_SUBJECT', series: 1 }),
    { code: 'SERIES_PER_AGENT', reason: 'reason of SERIES_PER_AGENT', series: 1, example: 'net.a' },
  ])
  refuse('switch1', 'later')
  await time.pass(60_000)
  expect(warnings).toHaveLength(4)
})

test('what was gathered is told when the connection ends, and again on the next one', async () => {
  const { time, refused, refuse, warnings } = open()
  refuse('switch1', 'a')
  refused.end()
  expect(warnings).toHaveLength(1)
  expect(time.waiting).toBe(0)
  refuse('switch1', 'a')
  await time.pass(10_000)
  expect(warnings).toHaveLength(2)
})
