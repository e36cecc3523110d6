import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import backup from './backup.ts'

const job = (INPUT_TYPE: string | null, STATUS: string, given = {}) => ({
  INPUT_TYPE,
  OUTPUT_DEVICE_TYPE: 'DISK             ',
  STATUS,
  SESSION_RECID: 812,
  SESSION_STAMP: 1_211_000_000,
  INPUT_BYTES: 10_737_418_240,
  OUTPUT_BYTES: 2_147_483_648,
  ELAPSED_SECONDS: 1_234.5,
  LAST_START: 1_795_350_000,
  LAST_END: 1_795_351_234,
  SUCCESS_AGE: 3_600.25,
  FAILED_24H: 0,
  USUAL_BYTES: 2_147_483_648,
  GOOD_RUNS: 30,
  ...given,
})

const check = (OPERATION: string, STATUS: string, SUCCESS_AGE: number | null) => ({
  OPERATION,
  STATUS,
  AGE: 7_200,
  SUCCESS_AGE,
})

const ANSWERS: Answers = {
  'oracle.backup': [
    job('ARCHIVELOG', 'RUNNING', { INPUT_BYTES: '36028797018963969' }),
    job('DB INCR', 'COMPLETED'),
    // failed before it had a channel: no device, and never a success
    job('DB FULL', 'FAILED', {
      OUTPUT_DEVICE_TYPE: null,
      INPUT_BYTES: null,
      OUTPUT_BYTES: null,
      SUCCESS_AGE: null,
      FAILED_24H: 2,
    }),
  ],
  'oracle.backup.errors': [
    { OUTPUT: 'RMAN-03009: failure of backup command on ORA_DISK_1 channel' },
    { OUTPUT: 'ORA-19809: limit exceeded for recovery files  ' },
  ],
  'oracle.backup.corrupt': [{ BLOCKS: 0 }],
  'oracle.backup.checks': [
    check('RESTORE VALIDATE', 'COMPLETED', 7_100),
    check('VALIDATE', 'FAILED', null),
  ],
}

const session = (answers = ANSWERS) => new AnsweringOracle(oracleFacts(), answers)

const of = (samples: SampledRun['samples'], name: string) =>
  samples.filter(({ measurement }) => measurement === name)

describeProbe(backup, { open: async () => session() })

test('gives the latest job of each kind and device', async () => {
  const { samples } = await sampleOnce(backup, session())
  expect(of(samples, 'oracle_backup').map(({ tags, fields }) => [tags, fields])).toEqual([
    [
      { database: 'hcdb', input_type: 'ARCHIVELOG', device: 'DISK' },
      {
        status: 2,
        last_start: 1_795_350_000,
        last_end: undefined,
        duration_seconds: 1_234.5,
        last_success_age_seconds: 3_600.25,
        bytes_in: 36_028_797_018_963_970,
        bytes_out: 2_147_483_648,
        failed_24h: 0,
      },
    ],
    [
      { database: 'hcdb', input_type: 'DB INCR', device: 'DISK' },
      {
        status: 0,
        last_start: 1_795_350_000,
        last_end: 1_795_351_234,
        duration_seconds: 1_234.5,
        last_success_age_seconds: 3_600.25,
        bytes_in: 10_737_418_240,
        bytes_out: 2_147_483_648,
        failed_24h: 0,
      },
    ],
    [
      { database: 'hcdb', input_type: 'DB FULL', device: '' },
      {
        status: 3,
        last_start: 1_795_350_000,
        last_end: 1_795_351_234,
        duration_seconds: 1_234.5,
        last_success_age_seconds: undefined,
        bytes_in: undefined,
        bytes_out: undefined,
        failed_24h: 2,
      },
    ],
  ])
})

test('gives when backups were last read back', async () => {
  const { samples } = await sampleOnce(backup, session())
  expect(
    of(samples, 'oracle_backup_check').map(({ tags, fields }) => [tags['operation'], fields]),
  ).toEqual([
    ['RESTORE VALIDATE', { status: 0, age_seconds: 7_200, last_success_age_seconds: 7_100 }],
    ['VALIDATE', { status: 3, age_seconds: 7_200, last_success_age_seconds: undefined }],
  ])
})

test('tells RMAN’s errors of what did not end well, and of nothing else', async () => {
  const asked = session()
  const { documents } = await sampleOnce(backup, asked)
  expect(documents).toEqual([
    {
      name: 'oracle_backup_errors:hcdb1',
      keep: 'history',
      body: {
        jobs: [
          {
            inputType: 'DB FULL',
            device: null,
            status: 'FAILED',
            startedAt: 1_795_350_000,
            errors: [
              'RMAN-03009: failure of backup command on ORA_DISK_1 channel',
              'ORA-19809: limit exceeded for recovery files',
            ],
          },
        ],
      },
    },
  ])
  const bound = asked.sent.filter(({ binds }) => binds.length > 0)
  expect(bound.map(({ binds }) => binds)).toEqual([[812, 1_211_000_000]])
})

test.each(['RUNNING WITH ERRORS', 'COMPLETED WITH WARNINGS', 'COMPLETED WITH ERRORS'])(
  'asks what went wrong with a job that is %s',
  async (status) => {
    const asked = session({ ...ANSWERS, 'oracle.backup': [job('DB FULL', status)] })
    await sampleOnce(backup, asked)
    expect(asked.sent.map(({ statement }) => statement.id)).toContain('oracle.backup.errors')
  },
)

test('has the state without the error texts where RMAN’s output may not be read', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const { samples, documents, remarks } = await sampleOnce(
    backup,
    session({ ...ANSWERS, 'oracle.backup.errors': denied }),
  )
  expect(of(samples, 'oracle_backup')).toHaveLength(3)
  expect(documents[0]?.body).toMatchObject({ jobs: [{ status: 'FAILED', errors: [] }] })
  expect(remarks).toHaveLength(1)
})

test('has no data, and sends nothing again and again, where RMAN was never used', async () => {
  const never = session({
    'oracle.backup': [],
    'oracle.backup.checks': [],
    'oracle.backup.corrupt': [],
  })
  await expect(sampleOnce(backup, never)).rejects.toThrow(NoDataError)
})

test('gives what it has when a view is too slow, and fails then', async () => {
  const slow = new ProbeError('DEADLINE', 'not done within 60000 ms')
  await expect(
    sampleOnce(backup, session({ ...ANSWERS, 'oracle.backup.checks': slow })),
  ).rejects.toThrow('not done within')
})
