import { describe, expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import wait from './wait.ts'

const ROWS = [
  { WAIT_CLASS: 'User I/O', TOTAL_WAITS: 4_100_000, TIME_WAITED: 1_234_567 },
  { WAIT_CLASS: 'Commit', TOTAL_WAITS: '9007199254740993', TIME_WAITED: null },
]
const answer = () => new AnsweringOracle(oracleFacts(), { 'oracle.wait': ROWS })

describeProbe(wait, { open: async () => answer() })

describe('oracle.wait', () => {
  test('turns hundredths into seconds, keeps counters raw and NULL missing', async () => {
    const { samples } = await sampleOnce(wait, answer())
    expect(samples.map(({ tags, fields }) => [tags['wait_class'], fields])).toEqual([
      ['User I/O', { time_waited_seconds_total: 12_345.67, waits_total: 4_100_000 }],
      ['Commit', { time_waited_seconds_total: undefined, waits_total: 9_007_199_254_740_992 }],
    ])
  })

  test('does not ask for idle waits', async () => {
    const session = answer()
    await sampleOnce(wait, session)
    expect(session.sent[0]?.statement.text).toContain("wait_class <> 'Idle'")
  })
})
