import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import type { BackupStatement } from '../../backup-records/backup-record.ts'
import { BackupRecords } from '../../backup-records/backup-records.ts'
import { SourceMemory } from '../../source-memory.ts'
import { openRestoreTest } from '../../sources/restoretest/open-restore-test.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import record from './record.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 22)
const RESTORED = { kind: 'restored', job: 'hcdb1-full', operator: '李四' } as const
const COMPARED = {
  kind: 'compared',
  job: 'hcdb1-full',
  comparedMs: NOW,
  tables: 12,
  rows: 3_000,
  rowsDiffer: 4,
  tablesDiffer: 1,
  tablesSkipped: 2,
  differing: [{ name: 'his.visit', verdict: 'rows', productionRows: 10, restoredRows: 6 }],
  skipped: ['his.log', 'his.image'],
} as const

let state = ''

beforeEach(async () => (state = await mkdtemp(join(tmpdir(), 'restore-'))))
afterEach(() => rm(state, { recursive: true }))

function open(options: Readonly<Record<string, unknown>> = {}, clocks = new ManualTime(NOW)) {
  return SourceMemory.open(join(state, 'sources'), 'restore').then(async (memory) =>
    openRestoreTest(
      await makeSourceContext({ memory, clocks, options: { job: 'hcdb1-full', ...options } }),
    ),
  )
}

async function add(...said: readonly BackupStatement[]): Promise<void> {
  const records = new BackupRecords(state)
  for (const one of said) await records.add(one, { nowMs: () => NOW })
}

async function sample(options: Readonly<Record<string, unknown>> = {}, timeMs = NOW) {
  await using opened = await open(options)
  const run = await sampleOnce(record, opened.session, { timeMs })
  return { ...run, fields: run.samples[0]?.fields }
}

describeProbe(record, { open })

test('never tested: the age counts from the day that is declared', async () => {
  const { fields, samples, events } = await sample({ declared: '2026-01-01', database: 'hcdb1' })
  expect(samples[0]?.tags).toEqual({ job: 'hcdb1-full', database: 'hcdb1' })
  expect(fields).toMatchObject({ result: 3, records_ok: 1 })
  expect(fields?.['age_days']).toBeCloseTo(325, 0)
  expect(fields?.['rto_seconds']).toBeUndefined()
  expect(events).toEqual([])
})

test('never tested and no day declared: from when the agent first heard of it, after a restart too', async () => {
  await sample()
  await using opened = await open({}, new ManualTime(NOW + 300 * DAY))
  const { samples } = await sampleOnce(record, opened.session, { timeMs: NOW + 300 * DAY })
  expect(samples[0]?.fields).toMatchObject({ age_days: 300, result: 3 })
})

test('the last test with its duration, what was compared, and an event for each', async () => {
  const endedMs = NOW - 10 * DAY
  await add({ ...RESTORED, startedMs: endedMs - 5_400_000, endedMs, result: 'ok' }, COMPARED, {
    ...RESTORED,
    job: 'another',
    startedMs: NOW - DAY,
    endedMs: NOW,
    result: 'failed',
  })
  const { fields, events, documents } = await sample()
  expect(fields).toEqual({
    age_days: 10,
    result: 1,
    rto_seconds: 5_400,
    rows_checked: 3_000,
    rows_diff: 4,
    tables_checked: 12,
    tables_diff: 1,
    tables_skipped: 2,
    records_ok: 1,
  })
  expect(events.map(({ kind }) => kind)).toEqual(['restore_tested', 'restore_compared'])
  expect(events[0]?.body).toMatchObject({ operator: '李四', result: 'ok', number: 1 })
  expect(documents).toEqual([
    { name: 'restore_comparison:hcdb1-full', keep: 'newest', body: COMPARED },
  ])
})

test('a test that failed is the last result, and no good one: the age goes on', async () => {
  const at = (daysAgo: number, result: 'ok' | 'failed') => {
    const endedMs = NOW - daysAgo * DAY
    return { ...RESTORED, startedMs: endedMs - 60_000, endedMs, result }
  }
  // Entered in another order than they took place.
  await add(at(3, 'failed'), at(200, 'ok'))
  expect((await sample()).fields).toMatchObject({ age_days: 200, result: 2, rto_seconds: 60 })
})

test('a record that was taken out shows', async () => {
  await add({ ...RESTORED, startedMs: 0, endedMs: NOW, result: 'failed' }, COMPARED)
  const file = join(state, 'backup-records/records.jsonl')
  const [, second] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, `${second}\n`)
  const { fields, remarks } = await sample()
  expect(fields).toMatchObject({ records_ok: 0, result: 3 })
  expect(remarks[0]?.en).toContain('line 1 of the backup records')
})

test('each record is told once in a run of the agent', async () => {
  await add(COMPARED)
  await using opened = await open()
  const first = await sampleOnce(record, opened.session)
  const second = await sampleOnce(record, opened.session, { memory: first.memory })
  expect([first.events.length, second.events.length]).toEqual([1, 0])
  expect([first.documents.length, second.documents.length]).toEqual([1, 0])
})
