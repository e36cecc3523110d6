import { describe, expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import pga from './pga.ts'

const ROWS = [
  { NAME: 'total PGA inuse', VALUE: 1_000_000 },
  { NAME: 'total PGA allocated', VALUE: 2_000_000 },
  { NAME: 'aggregate PGA target parameter', VALUE: 1_500_000 },
  { NAME: 'over allocation count', VALUE: '3' },
]
const answer = () => new AnsweringOracle(oracleFacts(), { 'oracle.pga': ROWS })

describeProbe(pga, { open: async () => answer() })

describe('oracle.pga', () => {
  test('tells what is there, and leaves out what this release does not count', async () => {
    const { samples } = await sampleOnce(pga, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_pga',
        tags: { database: 'hcdb', instance: 'hcdb1' },
        fields: {
          inuse_bytes: 1_000_000,
          allocated_bytes: 2_000_000,
          max_allocated_bytes: undefined,
          aggregate_target_bytes: 1_500_000,
          over_allocation_total: 3,
        },
      },
    ])
  })
})
