import { expect, test } from 'vitest'
import type { BackfillProgress } from '../store/remote/backfills.ts'
import { ProgressBar, ProgressLines } from './backfill-report.ts'

function progressAt(percent: number, waits?: string): BackfillProgress {
  const span = { fromMs: 0, toMs: 100_000, filledToMs: percent * 1_000 }
  return { id: 1, store: 'vm', ...span, copied: percent * 7, waits }
}

function recorder() {
  const texts: string[] = []
  return { texts, write: (text: string) => texts.push(text) > 0 }
}

test('a terminal gets one line that is written over, others a line for each percent', () => {
  const out = recorder()
  const bar = new ProgressBar(out, 'en')
  bar.show(progressAt(50))
  expect(out.texts[0]).toBe(
    `\r\u001B[K[${'#'.repeat(15)}${'-'.repeat(15)}] 50 %, copied up to 1970-01-01T00:00:50.000Z, 350 samples`,
  )
  bar.end(progressAt(100))
  expect(out.texts[1]).toBe(
    '\r\u001B[Kvm: done, 1970-01-01T00:00:00.000Z to 1970-01-01T00:01:40.000Z, 700 samples\n',
  )
})

test('a line is not told twice; why it waits is told', () => {
  const out = recorder()
  const lines = new ProgressLines(out, 'zh-CN')
  for (const percent of [1, 1, 2]) lines.show(progressAt(percent))
  lines.show(progressAt(2, 'ECONNREFUSED'))
  expect(out.texts).toEqual([
    '1 %，已补到 1970-01-01T00:00:01.000Z，共 7 个采样\n',
    '2 %，已补到 1970-01-01T00:00:02.000Z，共 14 个采样\n',
    '2 %，已补到 1970-01-01T00:00:02.000Z，共 14 个采样；等待该库恢复（ECONNREFUSED）\n',
  ])
})
