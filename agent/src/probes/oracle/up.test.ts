import { describe, expect, test } from 'vitest'

import { CONNECT_FAILURES, toFailureState } from '../../sources/server/connect-failure.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import up from './up.ts'

const FACTS = { versionText: 'Oracle Database 19.22.0.0.0', version: [19, 22], traits: {} }
const ANSWERS = { 'oracle.up': [{ ALIVE: 1 }] }

describeProbe(up, { open: async () => new AnsweringOracle(FACTS, ANSWERS) })

describe('oracle.up', () => {
  test('tells how long the logon took', async () => {
    const { samples } = await sampleOnce(up, new AnsweringOracle(FACTS, ANSWERS))
    expect(samples).toEqual([
      {
        measurement: 'oracle_up',
        tags: { instance: 'hcdb1' },
        fields: { up: 1, connect_ms: 12.5, error_code: 0 },
      },
    ])
  })

  test('a standby that is mounted, as the site says, is no outage; one that is not started is', async () => {
    const session = new AnsweringOracle(FACTS, ANSWERS)
    session.isMounted = true
    for (const [failure, value] of [
      ['not_open', 1],
      ['not_started', 0],
      ['unreachable', 0],
    ] as const) {
      session.ping = async () => ({ up: false, connectMs: undefined, failure })
      const { samples } = await sampleOnce(up, session)
      expect(samples[0]?.fields).toMatchObject({
        up: value,
        error_code: toFailureState(failure),
      })
    }
  })

  test.each(CONNECT_FAILURES.map((failure, at) => ({ failure, code: at + 1 })))(
    '$failure is $code',
    async ({ failure, code }) => {
      const session = new AnsweringOracle(FACTS, ANSWERS)
      session.ping = async () => ({ up: false, connectMs: undefined, failure })
      const { samples } = await sampleOnce(up, session)
      expect(samples[0]?.fields).toEqual({ up: 0, connect_ms: undefined, error_code: code })
    },
  )
})
