import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import fra from './fra.ts'

const GB = 1024 ** 3
const AREA = {
  SPACE_LIMIT: 100 * GB,
  SPACE_USED: 90 * GB,
  SPACE_RECLAIMABLE: 30 * GB,
  NUMBER_OF_FILES: 412,
}
const USAGE = [
  {
    FILE_TYPE: 'ARCHIVED LOG        ',
    PERCENT_SPACE_USED: 88.25,
    PERCENT_SPACE_RECLAIMABLE: 30,
    NUMBER_OF_FILES: 410,
  },
  {
    FILE_TYPE: 'CONTROL FILE',
    PERCENT_SPACE_USED: 0,
    PERCENT_SPACE_RECLAIMABLE: 0,
    NUMBER_OF_FILES: 0,
  },
]
const answer = (answers: Answers = {}) =>
  new AnsweringOracle(oracleFacts(), {
    'oracle.fra': [AREA],
    'oracle.fra.usage': USAGE,
    ...answers,
  })

describeProbe(fra, { open: async () => answer() })

describe('oracle.fra', () => {
  test('counts as used what can’t be reclaimed', async () => {
    const { samples } = await sampleOnce(fra, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_fra',
        tags: { database: 'hcdb' },
        fields: {
          limit_bytes: 100 * GB,
          used_bytes: 90 * GB,
          reclaimable_bytes: 30 * GB,
          files: 412,
          used_percent: 60,
        },
      },
      {
        measurement: 'oracle_fra_usage',
        tags: { database: 'hcdb', file_type: 'ARCHIVED LOG' },
        fields: { used_percent: 88.25, reclaimable_percent: 30, files: 410 },
      },
      {
        measurement: 'oracle_fra_usage',
        tags: { database: 'hcdb', file_type: 'CONTROL FILE' },
        fields: { used_percent: 0, reclaimable_percent: 0, files: 0 },
      },
    ])
  })

  test('is above 100 % after its limit was lowered', async () => {
    const lowered = { ...AREA, SPACE_LIMIT: 50 * GB, SPACE_RECLAIMABLE: null }
    const { samples } = await sampleOnce(fra, answer({ 'oracle.fra': [lowered] }))
    expect(samples[0]?.fields['used_percent']).toBe(180)
  })

  test.each([{ rows: [] }, { rows: [{ ...AREA, SPACE_LIMIT: 0, SPACE_USED: 0 }] }])(
    'has no data where none is set up',
    async ({ rows }) => {
      const session = answer({ 'oracle.fra': rows })
      await expect(sampleOnce(fra, session)).rejects.toThrow(NoDataError)
    },
  )

  test('reads the usage by type every ten minutes alone', async () => {
    const session = answer()
    const first = await sampleOnce(fra, session)
    const later = { memory: first.memory, monotonicMs: 120_000 }
    expect((await sampleOnce(fra, session, later)).samples).toEqual(first.samples)
    expect(session.sent.map(({ statement }) => statement.id)).toEqual([
      'oracle.fra',
      'oracle.fra.usage',
      'oracle.fra',
    ])
  })

  test('goes on where the usage by type may not be read', async () => {
    const denied = new ProbeError('NOT_PERMITTED', { zh: '缺', en: 'lacks V_$RECOVERY_AREA_USAGE' })
    const { samples, remarks } = await sampleOnce(fra, answer({ 'oracle.fra.usage': denied }))
    expect(samples.length).toBe(1)
    expect(remarks.map(({ en }) => en)).toEqual(['lacks V_$RECOVERY_AREA_USAGE'])
  })
})
