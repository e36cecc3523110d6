import { describe, expect, test } from 'vitest'

import type { BackupRun } from './backup-run.ts'
import { readSchedule } from './backup-schedule.ts'
import { newJobRecord, isJobRecord, type JobRecord } from './job-record.ts'
import { judgeJob, type JobFacts } from './judge-job.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.parse('2026-11-22T10:00:00Z')
const NIGHT = NOW - 8 * HOUR

const run = (given: Partial<BackupRun> = {}): BackupRun => ({
  id: 'n0',
  outcome: 'ok',
  startMs: NIGHT - HOUR,
  endMs: NIGHT,
  bytesOut: 1_000,
  ...given,
})

/** Runs of so many nights, the last of them last night. */
const nights = (sizes: readonly number[]): BackupRun[] =>
  sizes.map((bytesOut, at) => {
    const back = (sizes.length - 1 - at) * DAY
    return run({ id: `n${back}`, startMs: NIGHT - HOUR - back, endMs: NIGHT - back, bytesOut })
  })

const judge = (runs: readonly BackupRun[], given: Partial<JobFacts> = {}) =>
  judgeJob({
    schedule: readSchedule({ schedule: '1d', grace: '2h' }),
    comparesSizes: true,
    record: newJobRecord(NOW - 30 * DAY),
    evidence: { runs },
    failedReport: undefined,
    nowMs: NOW,
    ...given,
  })

test('a good run', () => {
  const { fields, record } = judge([run({ verified: true })])
  expect(fields).toMatchObject({
    status: 0,
    last_start: (NIGHT - HOUR) / 1000,
    last_end: NIGHT / 1000,
    duration_seconds: 3_600,
    last_success_age_seconds: 8 * 3_600,
    schedule_seconds: 86_400,
    late_seconds: 0,
    late_periods: 0,
    bytes_out: 1_000,
    verified: 1,
    checksum_ok: undefined,
  })
  expect(isJobRecord(JSON.parse(JSON.stringify(record)))).toBe(true)
})

describe('absence', () => {
  test('a job that never succeeded ages from its declaration', () => {
    const { fields } = judge([])
    expect(fields).toMatchObject({
      status: 4,
      last_success_age_seconds: 30 * 86_400,
      late_periods: 29,
    })
  })

  test('one that was declared just now is missing, and not late yet', () => {
    const { fields } = judge([], { record: newJobRecord(NOW) })
    expect(fields).toMatchObject({ status: 4, last_success_age_seconds: 0, late_seconds: 0 })
  })

  test('a tool that can’t be asked: missing, and the last known success ages on', () => {
    const { record } = judge([run()])
    const { fields } = judge([], { record, evidence: undefined, nowMs: NOW + 2 * DAY })
    expect(fields).toMatchObject({
      status: 4,
      last_success_age_seconds: 2 * 86_400 + 8 * 3_600,
      late_periods: 2,
    })
  })

  test('a backup that was there and is gone', () => {
    const { record } = judge(nights([1, 2, 3]))
    expect(judge(nights([1, 2, 3]).slice(0, 2), { record }).fields['status']).toBe(4)
    expect(judge([], { record }).fields['status']).toBe(4)
  })

  test('a run whose end never came', () => {
    const hung = run({ outcome: 'running', endMs: undefined, startMs: NOW - 27 * HOUR })
    expect(judge([hung]).fields['status']).toBe(4)
    expect(judge([{ ...hung, startMs: NOW - 20 * HOUR }]).fields).toMatchObject({
      status: 2,
      result: undefined,
    })
    expect(judge([hung]).fields['result']).toBe(4)
  })
})

test('a failed run after a good one: failed, and the success ages on', () => {
  const bad = run({
    id: 'bad',
    outcome: 'failed',
    startMs: NOW - HOUR,
    endMs: NOW - HOUR / 2,
    bytesOut: 0,
  })
  const { fields, record } = judge([run(), bad])
  expect(fields).toMatchObject({
    status: 3,
    last_success_age_seconds: 8 * 3_600,
    change_percent: -100,
  })
  expect(record.successes.map(({ id }) => id)).toEqual(['n0'])
})

test('what warns is a success', () => {
  expect(judge([run({ outcome: 'warning' })]).fields).toMatchObject({
    status: 1,
    last_success_age_seconds: 8 * 3_600,
  })
})

describe('size against the median of seven', () => {
  test.each([
    [[100, 100, 100, 30], -70],
    [[1, 90, 100, 110, 100, 100, 100, 100, 200], 100],
    [[100, 100, 100, 100], 0],
    [[100, 100, 50], undefined],
    [[100, 100, 100, 0], -100],
  ])('%j: %s', (sizes, change) => {
    const runs = nights(sizes)
    const { fields } = judge(runs)
    expect(fields['change_percent']).toBe(change)
    expect(fields['duration_change_percent']).toBe(change === undefined ? undefined : 0)
  })

  test('is left out where sizes come as they come, but for an empty one', () => {
    const change = (sizes: readonly number[]) =>
      judge(nights(sizes), { comparesSizes: false }).fields['change_percent']
    expect(change([100, 100, 100, 900])).toBeUndefined()
    expect(change([100, 100, 100, 0])).toBe(-100)
  })

  test('is kept where the tool shows one backup alone, and a full is not compared with an incremental', () => {
    let record: JobRecord = newJobRecord(NOW - 30 * DAY)
    for (const night of nights([100, 100, 100, 100]))
      ({ record } = judge([{ ...night, family: 'incr' }], { record }))
    const next = (family: string) =>
      judge([run({ id: 'next', endMs: NOW, bytesOut: 5_000, family })], { record })
    expect(next('incr').fields['change_percent']).toBe(4_900)
    expect(next('full').fields['change_percent']).toBeUndefined()
  })
})

describe('a clock that is wrong on the host that writes', () => {
  test('days ahead: ages from when it was first seen, with a warning, and is not seen as new at each look', () => {
    const ahead = run({ endMs: NOW + 3 * DAY, startMs: NOW + 3 * DAY - HOUR })
    const first = judge([ahead])
    expect(first.fields).toMatchObject({ status: 1, last_success_age_seconds: 0 })
    expect(first.message?.en).toContain('clock')
    const later = judge([ahead], { record: first.record, nowMs: NOW + DAY })
    expect(later.fields).toMatchObject({
      status: 1,
      last_success_age_seconds: 86_400,
      last_end: NOW / 1000,
    })
  })

  test('a minute ahead is nothing', () => {
    expect(judge([run({ endMs: NOW + 60_000 })]).fields).toMatchObject({
      status: 0,
      last_success_age_seconds: 0,
    })
  })
})

describe('the log says complete but the job failed', () => {
  const report = run({ id: 'r1', outcome: 'failed', endMs: NIGHT + 60_000, startMs: NIGHT - HOUR })

  test('what was written while it ran is no success', () => {
    const { fields, record } = judge([run()], { failedReport: report })
    expect(fields).toMatchObject({ status: 3, late_periods: 29 })
    expect(record.successes).toEqual([])
  })

  test('also where it had counted as one before the report came', () => {
    const yesterday = run({ id: 'n1', startMs: NIGHT - DAY - HOUR, endMs: NIGHT - DAY })
    const { record } = judge([yesterday, run()])
    const { fields } = judge([yesterday, run()], { record, failedReport: report })
    expect(fields).toMatchObject({ status: 3, last_success_age_seconds: 32 * 3_600 })
  })

  test('a failure that left nothing is told all the same', () => {
    const later = run({ id: 'r2', outcome: 'failed', startMs: NOW - 60_000, endMs: NOW - 1_000 })
    expect(judge([run()], { failedReport: later }).fields).toMatchObject({
      status: 3,
      last_success_age_seconds: 8 * 3_600,
    })
  })

  test('a success after it counts', () => {
    const before = run({ outcome: 'failed', startMs: NIGHT - 9 * HOUR, endMs: NIGHT - 8 * HOUR })
    expect(judge([run()], { failedReport: before }).fields['status']).toBe(0)
  })
})
