import { describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import sga from './sga.ts'

const ANSWERS: Answers = {
  'oracle.sga': [
    { NAME: 'Buffer Cache Size', BYTES: 8_589_934_592 },
    { NAME: 'Maximum SGA Size', BYTES: 17_179_869_184 },
    { NAME: 'Granule Size', BYTES: 33_554_432 },
  ],
  'oracle.sga.free': [
    { NAME: 'shared pool ', BYTES: 402_653_184 },
    { NAME: 'numa pool', BYTES: 1 },
  ],
}
const answer = (answers: Answers = {}) =>
  new AnsweringOracle(oracleFacts(), { ...ANSWERS, ...answers })

describeProbe(sga, { open: async () => answer() })

describe('oracle.sga', () => {
  test('tells the known components and what is free in the pools', async () => {
    const { samples } = await sampleOnce(sga, answer())
    expect(samples.map(({ tags, fields }) => [tags['component'], fields['bytes']])).toEqual([
      ['buffer_cache', 8_589_934_592],
      ['maximum', 17_179_869_184],
      ['shared_pool_free', 402_653_184],
    ])
  })

  test('goes on where one of the two views may not be read, and fails where none may', async () => {
    const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'lacks a grant' })
    const { samples, remarks } = await sampleOnce(sga, answer({ 'oracle.sga.free': denied }))
    expect([samples.length, remarks.length]).toEqual([2, 1])
    const none = answer({ 'oracle.sga': denied, 'oracle.sga.free': denied })
    await expect(sampleOnce(sga, none)).rejects.toThrow('lacks a grant')
  })
})
