import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import redo from './redo.ts'

const ANSWERS: Answers = {
  'oracle.redo': [{ LOG_GROUPS: 3, MEMBERS_MIN: 1, BYTES_MIN: 209_715_200, INACTIVE_OR_UNUSED: 2 }],
  'oracle.redo.switches': [{ SWITCHES_1H: 14, LOG_SWITCH_MAX_1H: 41 }],
}
const answer = (answers: Answers = {}) =>
  new AnsweringOracle(oracleFacts(), { ...ANSWERS, ...answers })

describeProbe(redo, { open: async () => answer() })

describe('oracle.redo', () => {
  test('tells the groups of this thread and how often they are switched', async () => {
    const { samples } = await sampleOnce(redo, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_redo',
        tags: { database: 'hcdb', instance: 'hcdb1' },
        fields: {
          groups: 3,
          members_min: 1,
          bytes_min: 209_715_200,
          inactive_or_unused: 2,
          switches_1h: 14,
          log_switch_max_1h: 41,
        },
      },
    ])
  })

  test('a thread without groups has no smallest one', async () => {
    const none = { LOG_GROUPS: 0, MEMBERS_MIN: null, BYTES_MIN: null, INACTIVE_OR_UNUSED: 0 }
    const { samples } = await sampleOnce(redo, answer({ 'oracle.redo': [none] }))
    expect(samples[0]?.fields).toMatchObject({
      groups: 0,
      members_min: undefined,
      bytes_min: undefined,
    })
  })

  test('reads the history every ten minutes alone', async () => {
    const session = answer()
    const { memory } = await sampleOnce(redo, session)
    const { samples } = await sampleOnce(redo, session, { memory, monotonicMs: 60_000 })
    expect(samples[0]?.fields).toMatchObject({ groups: 3, switches_1h: 14 })
    expect(session.sent.map(({ statement }) => statement.id)).toEqual([
      'oracle.redo',
      'oracle.redo.switches',
      'oracle.redo',
    ])
  })

  test('goes on without the history', async () => {
    const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'lacks a grant' })
    const { samples } = await sampleOnce(redo, answer({ 'oracle.redo.switches': denied }))
    expect(Object.keys(samples[0]?.fields ?? {})).toEqual([
      'groups',
      'members_min',
      'bytes_min',
      'inactive_or_unused',
    ])
  })
})
