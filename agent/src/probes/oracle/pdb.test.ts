import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import pdb from './pdb.ts'

const ROOT = oracleFacts({ container: 'root' })
const HIS = {
  NAME: 'HIS',
  OPEN_MODE: 'READ WRITE',
  RESTRICTED: 'NO',
  TOTAL_SIZE: '9007199254740993',
}
const LIS = { NAME: 'LIS', OPEN_MODE: 'MOUNTED', RESTRICTED: null, TOTAL_SIZE: 0 }
const answer = (rows = [HIS, LIS], facts = ROOT) =>
  new AnsweringOracle(facts, { 'oracle.pdb': rows })

describeProbe(pdb, { open: async () => answer() })

describe('oracle.pdb', () => {
  test('tells an open PDB with its size, and one that is only mounted without', async () => {
    const { samples } = await sampleOnce(pdb, answer())
    const tags = { database: 'hcdb', instance: 'hcdb1' }
    expect(samples).toEqual([
      {
        measurement: 'oracle_pdb',
        tags: { ...tags, pdb: 'HIS' },
        fields: { open_mode: 2, restricted: 0, total_size_bytes: 9_007_199_254_740_992 },
      },
      {
        measurement: 'oracle_pdb',
        tags: { ...tags, pdb: 'LIS' },
        fields: { open_mode: 1, restricted: undefined, total_size_bytes: undefined },
      },
    ])
  })

  test.each([
    { note: 'in a non-CDB', facts: oracleFacts() },
    { note: 'before 12.1', facts: oracleFacts({ version: '11.2.0.4.0' }) },
  ])('has no data $note', async ({ facts }) => {
    await expect(sampleOnce(pdb, answer([HIS], facts))).rejects.toThrow(NoDataError)
  })

  test('has no data where there is but the seed', async () => {
    await expect(sampleOnce(pdb, answer([]))).rejects.toThrow(NoDataError)
  })
})
