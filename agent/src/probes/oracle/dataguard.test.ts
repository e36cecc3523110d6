import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import dataguard from './dataguard.ts'

const stat = (NAME: string, VALUE: string | null, given = {}) => ({
  DB_UNIQUE_NAME: 'HCSTBY',
  INST_ID: 1,
  NAME,
  VALUE,
  TIME_COMPUTED: '11/22/2026 13:05:59',
  DATUM_TIME: '11/22/2026 13:05:58',
  ...given,
})

const STANDBY: Answers = {
  'oracle.dataguard.stats': [
    stat('transport lag', '+00 00:00:03'),
    stat('apply lag', '+00 00:02:05.500'),
    stat('apply finish time', '+00 00:00:01.250'),
  ],
  'oracle.dataguard.recovery': [{ INST_ID: 1, ACTION: 'APPLYING_LOG' }],
  'oracle.dataguard.gap': [{ GAP: 0 }],
}

const log = (given: Record<string, unknown>) => ({
  DEST_ID: 1,
  'THREAD#': 1,
  STANDBY_DEST: 'NO',
  FIRST_SEQUENCE: 1,
  FIRST_AGE: 90_000.5,
  LAST_SEQUENCE: 100,
  LAST_AGE: 30,
  APPLIED_SEQUENCE: null,
  APPLIED_AGE: null,
  ...given,
})

const PRIMARY: Answers = {
  'oracle.dataguard.destinations': [
    {
      DEST_ID: 2,
      DEST_NAME: 'LOG_ARCHIVE_DEST_2',
      DB_UNIQUE_NAME: 'HCSTBY',
      GAP_STATUS: 'RESOLVABLE GAP',
    },
    { DEST_ID: 3, DEST_NAME: 'LOG_ARCHIVE_DEST_3', DB_UNIQUE_NAME: 'NONE', GAP_STATUS: null },
  ],
  'oracle.dataguard.logs': [
    log({}),
    log({
      DEST_ID: 2,
      STANDBY_DEST: 'YES',
      LAST_SEQUENCE: 98,
      LAST_AGE: 630,
      APPLIED_SEQUENCE: 90,
      APPLIED_AGE: 2_030,
    }),
    log({ DEST_ID: 3, STANDBY_DEST: 'YES', APPLIED_SEQUENCE: 100, APPLIED_AGE: 30 }),
  ],
}

const PHYSICAL = oracleFacts({ role: 'physical standby' })

describeProbe(dataguard, { open: async () => new AnsweringOracle(PHYSICAL, STANDBY) })

const fieldsOf = async (answers: Answers, facts = PHYSICAL) => {
  const { samples } = await sampleOnce(dataguard, new AnsweringOracle(facts, answers))
  return samples[0]?.fields
}

describe('on a standby that is open', () => {
  test('gives its lags, gap and recovery', async () => {
    const { samples } = await sampleOnce(dataguard, new AnsweringOracle(PHYSICAL, STANDBY))
    expect(samples).toEqual([
      {
        measurement: 'oracle_dataguard',
        tags: { database: 'hcdb', name: 'HCSTBY', seen_from: 'standby' },
        fields: {
          transport_lag_seconds: 3,
          apply_lag_seconds: 125.5,
          apply_finish_seconds: 1.25,
          datum_age_seconds: 1,
          apply_state: 1,
          gap: 0,
        },
      },
    ])
  })

  test('shows by the age of the datum that nothing comes from the primary any more, while the lag still looks small', async () => {
    const heard = { TIME_COMPUTED: '11/22/2026 14:05:59' }
    const fields = await fieldsOf({
      ...STANDBY,
      'oracle.dataguard.stats': [stat('transport lag', '+00 00:00:03', heard)],
    })
    expect(fields).toMatchObject({ transport_lag_seconds: 3, datum_age_seconds: 3_601 })
  })

  test('takes the apply lag of the instance that applies', async () => {
    const fields = await fieldsOf({
      ...STANDBY,
      'oracle.dataguard.stats': [
        stat('apply lag', '+01 00:00:00'),
        stat('apply lag', '+00 00:00:09', { INST_ID: 2 }),
        stat('transport lag', null, { DATUM_TIME: null }),
      ],
      'oracle.dataguard.recovery': [{ INST_ID: 2, ACTION: 'WAIT_FOR_GAP' }],
      'oracle.dataguard.gap': [{ GAP: '12' }],
    })
    expect(fields).toMatchObject({
      apply_lag_seconds: 9,
      transport_lag_seconds: undefined,
      datum_age_seconds: undefined,
      apply_state: 3,
      gap: 12,
    })
  })

  test('says that no recovery runs', async () => {
    expect(await fieldsOf({ ...STANDBY, 'oracle.dataguard.recovery': [] })).toMatchObject({
      apply_state: 4,
      apply_lag_seconds: 125.5,
    })
  })

  test.each([
    ['12.1.0.2.0', 'GV$MANAGED_STANDBY'],
    ['11.2.0.4.0', 'GV$MANAGED_STANDBY'],
    ['12.2.0.1.0', 'GV$DATAGUARD_PROCESS'],
  ])('finds the recovery process of %s in %s', async (version, view) => {
    const session = new AnsweringOracle(oracleFacts({ version, role: 'physical standby' }), STANDBY)
    await sampleOnce(dataguard, session)
    const read = session.sent.flatMap(({ statement }) => statement.reads)
    expect(read.filter((name) => /PROCESS|MANAGED/.test(name))).toEqual([view])
  })

  test('has but the lags of a logical standby', async () => {
    const facts = oracleFacts({ role: 'logical standby' })
    expect(await fieldsOf(STANDBY, facts)).toEqual({
      transport_lag_seconds: 3,
      apply_lag_seconds: 125.5,
      apply_finish_seconds: 1.25,
      datum_age_seconds: 1,
      apply_state: undefined,
      gap: undefined,
    })
  })

  test('refuses an interval that is none', async () => {
    const answers = { ...STANDBY, 'oracle.dataguard.stats': [stat('apply lag', '3 min')] }
    await expect(fieldsOf(answers)).rejects.toThrow('V$DATAGUARD_STATS.VALUE is "3 min"')
  })

  test('goes on without what may not be read', async () => {
    const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'lacks a grant' })
    const session = new AnsweringOracle(PHYSICAL, { ...STANDBY, 'oracle.dataguard.gap': denied })
    const { samples, remarks } = await sampleOnce(dataguard, session)
    expect(samples[0]?.fields).toMatchObject({ apply_lag_seconds: 125.5, gap: undefined })
    expect(remarks).toEqual([{ zh: '缺少权限', en: 'lacks a grant' }])
  })
})

describe('on the primary', () => {
  test('gives the lag of each standby, which may only be mounted, in archived logs', async () => {
    const { samples } = await sampleOnce(dataguard, new AnsweringOracle(oracleFacts(), PRIMARY))
    expect(
      samples.map(({ tags, fields }) => ({
        name: tags['name'],
        from: tags['seen_from'],
        ...fields,
      })),
    ).toEqual([
      {
        name: 'HCSTBY',
        from: 'primary',
        gap_status: 3,
        transport_lag_seconds: 600,
        apply_lag_seconds: 2_000,
        unsent_logs: 2,
        unapplied_logs: 10,
      },
      {
        name: 'LOG_ARCHIVE_DEST_3',
        from: 'primary',
        gap_status: undefined,
        transport_lag_seconds: 0,
        apply_lag_seconds: 0,
        unsent_logs: 0,
        unapplied_logs: 0,
      },
    ])
  })

  test('reads the archived logs of a week, every ten minutes, and repeats them in between', async () => {
    const session = new AnsweringOracle(oracleFacts(), PRIMARY)
    const first = await sampleOnce(dataguard, session)
    const later = { memory: first.memory, monotonicMs: 540_000 }
    expect((await sampleOnce(dataguard, session, later)).samples).toEqual(first.samples)
    const asked = () =>
      session.sent.filter(({ statement }) => statement.id === 'oracle.dataguard.logs')
    expect(asked()).toHaveLength(1)
    expect(asked()[0]?.statement.text).toContain('NEXT_TIME > SYSDATE - 7')
    await sampleOnce(dataguard, session, { memory: first.memory, monotonicMs: 600_000 })
    expect(asked()).toHaveLength(2)
  })

  test('tells the gap where the archived logs are not read in time', async () => {
    const session = new AnsweringOracle(oracleFacts(), {
      ...PRIMARY,
      'oracle.dataguard.logs': new ProbeError('DEADLINE', 'not done'),
    })
    const { samples, remarks } = await sampleOnce(dataguard, session)
    expect(samples[0]?.fields).toMatchObject({ gap_status: 3, apply_lag_seconds: undefined })
    expect(remarks).toEqual([{ zh: 'not done', en: 'not done' }])
  })

  test('has no data where no standby is served', async () => {
    const session = new AnsweringOracle(oracleFacts(), { 'oracle.dataguard.destinations': [] })
    await expect(sampleOnce(dataguard, session)).rejects.toThrow(NoDataError)
  })
})

test('has no data where another instance collects the database', async () => {
  const session = new AnsweringOracle(PHYSICAL, STANDBY)
  session.collectsDatabase = false
  await expect(sampleOnce(dataguard, session)).rejects.toThrow(NoDataError)
  expect(session.sent).toEqual([])
})
