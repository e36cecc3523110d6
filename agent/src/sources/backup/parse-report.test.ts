import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { addReport, isKeptJob } from './kept-job.ts'
import { isReport, parseReport, type BackupReport } from './parse-report.ts'

const END = 1_795_226_400_000
const good = { id: 'r1', status: 'ok', startMs: END - 1_000, endMs: END, bytes: 7, message: 'done' }

test('a report as it is sent', () => {
  expect(parseReport(good)).toEqual(good)
  expect(parseReport({ id: 'r1', status: 'running', startMs: END })).toEqual({
    id: 'r1',
    status: 'running',
    startMs: END,
  })
})

test.each([
  ['no status', { status: 'fine' }],
  ['an id that would be a path', { id: '../../etc/passwd' }],
  ['no end', { endMs: undefined }],
  ['an end before the start', { endMs: END - 2_000 }],
  ['a time in microseconds', { endMs: END * 1_000 }],
  ['half a byte', { bytes: 0.5 }],
  ['fewer than no bytes', { bytes: -1 }],
])('%s is refused', (_name, given) => {
  expect(isReport(parseReport({ ...good, ...given }))).toBe(false)
})

test('of a long message its end stays', () => {
  const report = parseReport({ ...good, message: `${'x'.repeat(10_000)}the end` })
  expect(isReport(report) && report.message?.length).toBe(2_000)
  expect(isReport(report) && report.message).toMatch(/the end$/)
})

test('whatever comes is a report that can be kept, or is refused', () => {
  const keys = fc.constantFrom('id', 'status', 'startMs', 'endMs', 'bytes', 'message', 'exitCode')
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom('ok', 'running', 'r1', END, 5))
  fc.assert(
    fc.property(fc.dictionary(keys, values), (value) => {
      const report = parseReport(value)
      if (isReport(report)) expect(parseReport(JSON.parse(JSON.stringify(report)))).toEqual(report)
      else expect(report.en).toMatch(/no good/)
    }),
    { numRuns: 300 },
  )
})

describe('what is kept', () => {
  const report = (id: string, status: BackupReport['status'], atMs: number): BackupReport =>
    status === 'running' ? { id, status, startMs: atMs } : { id, status, endMs: atMs }

  test('the end of a run takes the place of its start, in whatever order they come', () => {
    const begun = report('a', 'running', END - 5)
    const ended = report('a', 'failed', END)
    expect(addReport([begun], ended)).toEqual([ended])
    expect(addReport([ended], begun)).toEqual([ended])
  })

  test('the latest twenty, in order', () => {
    let reports: readonly BackupReport[] = []
    for (let at = 30; at > 0; at--) reports = addReport(reports, report(`r${at}`, 'ok', END + at))
    expect(reports.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, at) => `r${at + 11}`),
    )
  })

  test.each([
    [{ copies: {}, reports: [] }, true],
    [
      { copies: { 1: { declaredMs: END, successes: [{ id: 'a', endMs: END }] } }, reports: [good] },
      true,
    ],
    [{ copies: { 1: { declaredMs: 'x', successes: [] } }, reports: [] }, false],
    [{ copies: { 1: { declaredMs: END, successes: [{ endMs: END }] } }, reports: [] }, false],
    [{ copies: {}, reports: [{ status: 'ok' }] }, false],
    [{ reports: [] }, false],
    [null, false],
  ])('%j', (value, valid) => {
    expect(isKeptJob(value)).toBe(valid)
  })
})
