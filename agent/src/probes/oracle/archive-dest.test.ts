import { recordsOf } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { tableOf } from '../../testing/table-of.ts'
import archiveDest from './archive-dest.ts'

const dest = (DEST_ID: number, STATUS: string, given = {}) => ({
  DEST_ID,
  DEST_NAME: `LOG_ARCHIVE_DEST_${DEST_ID}`,
  STATUS,
  TARGET: 'PRIMARY',
  DESTINATION: 'USE_DB_RECOVERY_FILE_DEST',
  DB_UNIQUE_NAME: 'NONE',
  LOG_SEQUENCE: 4711,
  ERROR: null,
  FAILED_AT: null,
  ...given,
})

const FAILED = {
  TARGET: 'STANDBY',
  DESTINATION: 'hcstby',
  DB_UNIQUE_NAME: 'HCSTBY',
  LOG_SEQUENCE: '4700',
  ERROR: 'ORA-12541: TNS:no listener',
  FAILED_AT: '2026-11-22 13:05:59',
}

const ANSWERS: Answers = {
  'oracle.archive-dest': [
    dest(1, 'VALID'),
    dest(2, 'ERROR', FAILED),
    dest(3, 'DEFERRED'),
    dest(4, 'BAD PARAM', { LOG_SEQUENCE: null }),
  ],
  // a sum beyond 2^53 comes as text
  'oracle.archive-dest.bytes': [
    { DEST_ID: 1, BYTES: '9007199254740993' },
    { DEST_ID: 2, BYTES: 1_048_576 },
  ],
}

const open = async () => new AnsweringOracle(oracleFacts(), ANSWERS)

describeProbe(archiveDest, { open })

test('gives status, sequence and bytes of each destination', async () => {
  const { samples } = await sampleOnce(archiveDest, await open())
  const bytes = samples.slice(4)
  expect(samples.slice(0, 4).map(({ tags, fields }) => [tags['dest'], fields])).toEqual([
    ['LOG_ARCHIVE_DEST_1', { status: 3, log_sequence: 4711 }],
    ['LOG_ARCHIVE_DEST_2', { status: 1, log_sequence: 4700 }],
    ['LOG_ARCHIVE_DEST_3', { status: 2, log_sequence: 4711 }],
    ['LOG_ARCHIVE_DEST_4', { status: 0, log_sequence: undefined }],
  ])
  expect(bytes.map(({ fields }) => fields['archived_bytes_24h'])).toEqual([
    2 ** 53,
    1_048_576,
    0,
    0,
  ])
  expect(samples[0]?.tags).toEqual({
    database: 'hcdb',
    instance: 'hcdb1',
    dest: 'LOG_ARCHIVE_DEST_1',
  })
})

test('tells errors in a document, which is sent again only when something changed', async () => {
  const first = await sampleOnce(archiveDest, await open())
  expect(first.documents).toMatchObject([{ name: 'oracle_archive_dest:hcdb1', keep: 'history' }])
  expect(recordsOf(tableOf(first, 'destinations'))).toMatchObject([
    { dest: 'LOG_ARCHIVE_DEST_1', error: null },
    {
      dest: 'LOG_ARCHIVE_DEST_2',
      status: 'ERROR',
      target: 'STANDBY',
      destination: 'hcstby',
      dbUniqueName: 'HCSTBY',
      error: 'ORA-12541: TNS:no listener',
      failedAt: '2026-11-22 13:05:59',
    },
    { dest: 'LOG_ARCHIVE_DEST_3' },
    { dest: 'LOG_ARCHIVE_DEST_4' },
  ])
  const { memory } = first
  const soon = await sampleOnce(archiveDest, await open(), { memory, monotonicMs: 60_000 })
  expect(soon.documents).toEqual([])
  const nextDay = await sampleOnce(archiveDest, await open(), { memory, monotonicMs: 86_400_000 })
  expect(nextDay.documents).toHaveLength(1)
  const better = new AnsweringOracle(oracleFacts(), {
    ...ANSWERS,
    'oracle.archive-dest': [dest(1, 'VALID')],
  })
  const changed = await sampleOnce(archiveDest, better, { memory, monotonicMs: 60_000 })
  expect(changed.documents).toHaveLength(1)
})

test('reads the archived logs every ten minutes and repeats them in between', async () => {
  const session = await open()
  const { memory } = await sampleOnce(archiveDest, session)
  const { samples } = await sampleOnce(archiveDest, session, { memory, monotonicMs: 599_000 })
  expect(samples[4]?.fields).toEqual({ archived_bytes_24h: 2 ** 53 })
  expect(session.sent.map(({ statement }) => statement.id)).toEqual([
    'oracle.archive-dest',
    'oracle.archive-dest.bytes',
    'oracle.archive-dest',
  ])
  await sampleOnce(archiveDest, session, { memory, monotonicMs: 600_000 })
  expect(session.sent).toHaveLength(5)
})

test.each([
  ['primary', true],
  ['logical standby', true],
  ['physical standby', false],
])('on a %s counts the logs of its own thread only: %s', async (role, isOwn) => {
  const session = new AnsweringOracle(oracleFacts({ role }), ANSWERS)
  await sampleOnce(archiveDest, session)
  expect(session.sent[1]?.statement.text.includes('THREAD# =')).toBe(isOwn)
})

test('keeps the status where the archived logs may not be read', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const session = new AnsweringOracle(oracleFacts(), {
    ...ANSWERS,
    'oracle.archive-dest.bytes': denied,
  })
  const { samples, remarks } = await sampleOnce(archiveDest, session)
  expect(samples[0]?.fields).toEqual({ status: 3, log_sequence: 4711 })
  expect(samples[4]?.fields).toEqual({ archived_bytes_24h: undefined })
  expect(remarks).toHaveLength(1)
})

test('fails when the session does, and has no data without destinations', async () => {
  const lost = new ProbeError('NOT_ANSWERING', 'lost')
  const broken = new AnsweringOracle(oracleFacts(), {
    ...ANSWERS,
    'oracle.archive-dest.bytes': lost,
  })
  await expect(sampleOnce(archiveDest, broken)).rejects.toThrow('lost')
  const none = new AnsweringOracle(oracleFacts(), { 'oracle.archive-dest': [] })
  await expect(sampleOnce(archiveDest, none)).rejects.toThrow(NoDataError)
})
