import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import {
  findBackupProblems,
  isKeptBackups,
  readDeclaredBackups,
  type KeptBackups,
} from '../../sources/oracle/declared-backups.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import backup from './backup.ts'

const NOW = Date.parse('2026-11-22T10:00:00Z')
const DAY_SECONDS = 86_400

const row = (
  INPUT_TYPE: string,
  STATUS: string,
  SUCCESS_AGE: number | null,
  given: object = {},
) => ({
  INPUT_TYPE,
  OUTPUT_DEVICE_TYPE: 'DISK             ',
  STATUS,
  SESSION_RECID: 812,
  SESSION_STAMP: 1_211_000_000,
  INPUT_BYTES: 10_000,
  OUTPUT_BYTES: 2_000,
  ELAPSED_SECONDS: 600,
  LAST_START: NOW / 1000 - 4_200,
  LAST_END: NOW / 1000 - 3_600,
  SUCCESS_AGE,
  FAILED_24H: 0,
  USUAL_BYTES: 8_000,
  GOOD_RUNS: 30,
  ...given,
})

/** A database with these jobs, whose site declares a backup of the whole each day. */
class Site {
  kept: KeptBackups | undefined
  writes = 0

  async run(
    jobs: Answers[string] | undefined,
    nowMs = NOW,
    backups: object[] = [{ kind: 'DB FULL', schedule: '1d' }],
  ) {
    const session = new AnsweringOracle(oracleFacts(), {
      'oracle.backup': jobs ?? new ProbeError('NOT_PERMITTED', 'lacks a grant'),
      'oracle.backup.errors': [{ OUTPUT: 'ORA-19809: limit exceeded for recovery files' }],
      'oracle.backup.checks': [],
      'oracle.backup.corrupt': [{ BLOCKS: 0 }],
    })
    session.backups = {
      jobs: readDeclaredBackups(backups),
      kept: {
        read: async () => this.kept,
        write: async (value) => {
          this.kept = structuredClone(value)
          this.writes++
          return true
        },
      },
    }
    const { samples } = await sampleOnce(backup, session, { timeMs: nowMs })
    return samples.filter(({ measurement }) => measurement === 'backup_job')
  }
}

test('a declared backup that is in time', async () => {
  const site = new Site()
  const [job] = await site.run([row('DB FULL', 'COMPLETED', 3_600)])
  expect(job?.tags).toEqual({
    job: 'hcdb-db-full',
    database: 'hcdb',
    tool: 'rman',
    kind: 'DB FULL',
    copy: '1',
  })
  expect(job?.fields).toEqual({
    status: 0,
    result: 0,
    last_start: NOW / 1000 - 4_200,
    last_end: NOW / 1000 - 3_600,
    duration_seconds: 600,
    bytes_in: 10_000,
    bytes_out: 2_000,
    change_percent: -75,
    last_success_age_seconds: 3_600,
    schedule_seconds: DAY_SECONDS,
    late_seconds: 0,
    late_periods: 0,
  })
  await site.run([row('DB FULL', 'COMPLETED', 4_200)], NOW + 600_000)
  expect(site.writes, 'written when something is new alone').toBe(1)
  expect(isKeptBackups(JSON.parse(JSON.stringify(site.kept)))).toBe(true)
})

test.each([
  ['COMPLETED WITH WARNINGS', 1],
  ['RUNNING WITH ERRORS', 2],
  ['FAILED', 3],
  ['COMPLETED WITH ERRORS', 3],
  ['SOMETHING NEW', undefined],
])('%s is %s', async (status, expected) => {
  const [job] = await new Site().run([row('DB FULL', status, 90_000)])
  expect(job?.fields).toMatchObject({ status: expected, last_success_age_seconds: 90_000 })
})

test('late by the server’s own age, whatever the clocks say', async () => {
  const [job] = await new Site().run([
    row('DB FULL', 'COMPLETED', 50 * 3_600, { LAST_END: NOW / 1000 + 99_999 }),
  ])
  expect(job?.fields).toMatchObject({ status: 0, late_seconds: DAY_SECONDS, late_periods: 2 })
})

test('an autobackup of the control file alone is no backup', async () => {
  const site = new Site()
  const jobs = [row('CONTROLFILE', 'COMPLETED', 60), row('SPFILE', 'COMPLETED', 60)]
  const first = await site.run(jobs)
  expect(first.map(({ tags, fields }) => [tags['kind'], fields['status']])).toEqual([
    ['DB FULL', 4],
    ['CONTROLFILE', 0],
    ['SPFILE', 0],
  ])
  const [later] = await site.run(jobs, NOW + 3 * DAY_SECONDS * 1000)
  expect(later?.fields).toMatchObject({ late_periods: 2 })
})

test('one that is over 32 days ago, or whose view may not be read, ages from what was known', async () => {
  const site = new Site()
  await site.run([row('DB FULL', 'COMPLETED', 3_600)])
  const [gone] = await site.run([], NOW + DAY_SECONDS * 1000)
  expect(gone?.fields).toMatchObject({ status: 4, last_success_age_seconds: 90_000 })
  const [denied] = await site.run(undefined, NOW + DAY_SECONDS * 1000)
  expect(denied?.fields).toMatchObject({ status: 4, last_success_age_seconds: 90_000 })
})

test('a database that does not answer: missing under its name, and the failure is told', async () => {
  const site = new Site()
  await site.run([row('DB FULL', 'COMPLETED', 3_600)])
  const session = new AnsweringOracle(oracleFacts(), {})
  session.databaseTags = () => Promise.reject(new ProbeError('NOT_ANSWERING', 'it is down'))
  const jobs = readDeclaredBackups([{ kind: 'DB FULL', schedule: '1d' }])
  session.backups = { jobs, kept: { read: async () => site.kept, write: async () => true } }
  const emitted: unknown[] = []
  const sample = () =>
    backup.sample({
      session,
      options: {},
      emit: (_measurement, tags, fields) => emitted.push({ ...tags, ...fields }),
      emitDocument: () => undefined,
      emitEvent: () => undefined,
      remark: () => undefined,
      memory: undefined,
      timeMs: NOW + DAY_SECONDS * 1000,
      monotonicMs: 0,
      signal: new AbortController().signal,
    })
  await expect(sample()).rejects.toThrow('it is down')
  expect(emitted).toMatchObject([
    { job: 'hcdb-db-full', database: 'hcdb', status: 4, last_success_age_seconds: 90_000 },
  ])
  session.databaseTags = () => Promise.reject(new NoDataError('another instance collects it'))
  await expect(sample()).rejects.toThrow(NoDataError)
  expect(emitted).toHaveLength(1)
})

test('a failure without a channel is of any device; another device’s success is none', async () => {
  const jobs = [
    row('DB FULL', 'COMPLETED', 60),
    row('DB FULL', 'FAILED', null, { OUTPUT_DEVICE_TYPE: null, LAST_START: NOW / 1000 - 10 }),
  ]
  const tape = { kind: 'DB FULL', schedule: '7d', device: 'SBT_TAPE', copy: 2, job: 'tape' }
  const [job] = await new Site().run(jobs, NOW, [tape])
  expect(job).toMatchObject({
    tags: { job: 'tape', copy: '2' },
    fields: { status: 3, last_success_age_seconds: 0 },
  })
})

test('of kinds that are not declared, result and age', async () => {
  const jobs = await new Site().run([row('ARCHIVELOG', 'COMPLETED', 60)], NOW, [])
  expect(jobs[0]?.fields).toMatchObject({ status: 0, last_success_age_seconds: 60 })
  expect(jobs[0]?.fields).not.toHaveProperty('late_seconds')
})

test('a declaration that says too little or one thing twice', () => {
  const of = (...entries: object[]) => findBackupProblems(entries).map(({ what }) => what.en)
  expect(of({ kind: 'DB FULL', schedule: '1d' }, { kind: 'ARCHIVELOG', schedule: '1h' })).toEqual(
    [],
  )
  expect(of({ kind: 'DB FULL' })).toEqual(['no schedule is declared'])
  expect(of({ kind: 'DB FULL', at: '02:00' }, { kind: 'DB FULL', schedule: '7d' })).toEqual([
    '"DB FULL" is given twice',
  ])
})
