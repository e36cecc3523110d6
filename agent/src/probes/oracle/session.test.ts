import { describe, expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import session from './session.ts'

const row = (status: string, type: string, sessions: number, given = {}) => ({
  STATUS: status,
  TYPE: type,
  SESSIONS: sessions,
  BLOCKED: 0,
  BLOCKED_OVER_600S: 0,
  OLDEST_ACTIVE_SECONDS: null,
  ...given,
})
const ROWS = [
  row('ACTIVE  ', 'USER', 12, { BLOCKED: 5, BLOCKED_OVER_600S: 2, OLDEST_ACTIVE_SECONDS: 7_300 }),
  row('INACTIVE', 'USER', 188),
  row('ACTIVE', 'BACKGROUND', 60, { BLOCKED: 1 }),
]
const answer = (rows = ROWS) => new AnsweringOracle(oracleFacts(), { 'oracle.session': rows })

describeProbe(session, { open: async () => answer() })

describe('oracle.session', () => {
  test('counts by status and type, and keeps the series of those that are not there', async () => {
    const { samples } = await sampleOnce(session, answer())
    const counts = samples
      .filter(({ measurement }) => measurement === 'oracle_session')
      .map(({ tags, fields }) => [tags['status'], tags['type'], fields['count']])
    expect(counts).toEqual([
      ['ACTIVE', 'USER', 12],
      ['INACTIVE', 'USER', 188],
      ['KILLED', 'USER', 0],
      ['SNIPED', 'USER', 0],
      ['ACTIVE', 'BACKGROUND', 60],
    ])
  })

  test('counts blocked sessions of users, as a part of those', async () => {
    const { samples } = await sampleOnce(session, answer())
    expect(samples.at(-1)).toEqual({
      measurement: 'oracle_sessions',
      tags: { database: 'hcdb', instance: 'hcdb1' },
      fields: {
        total: 260,
        blocked: 5,
        blocked_over_600s: 2,
        blocked_percent: 2.5,
        oldest_active_seconds: 7_300,
      },
    })
  })

  test('knows no oldest call where no user works, and no share of no session', async () => {
    const { samples } = await sampleOnce(session, answer([row('ACTIVE', 'BACKGROUND', 60)]))
    expect(samples.at(-1)?.fields).toEqual({
      total: 60,
      blocked: 0,
      blocked_over_600s: 0,
      blocked_percent: undefined,
      oldest_active_seconds: undefined,
    })
  })
})
