import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import asm from './asm.ts'

const MB = 1024 ** 2
const ROW = {
  NAME: 'DATA',
  STATE: 'CONNECTED  ',
  TYPE: 'NORMAL',
  TOTAL_MB: 1000,
  FREE_MB: 400,
  REQUIRED_MIRROR_FREE_MB: 500,
  USABLE_FILE_MB: -50,
  OFFLINE_DISKS: 1,
}
const answer = (row: Partial<Record<keyof typeof ROW, unknown>> = {}) =>
  new AnsweringOracle(oracleFacts(), { 'oracle.asm': [{ ...ROW, ...row }] })

describeProbe(asm, { open: async () => answer() })

describe('oracle.asm', () => {
  test('tells raw space, and that mirrors could not be rebuilt', async () => {
    const { samples } = await sampleOnce(asm, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_asm',
        tags: { database: 'hcdb', diskgroup: 'DATA' },
        fields: {
          total_bytes: 1000 * MB,
          free_bytes: 400 * MB,
          required_mirror_free_bytes: 500 * MB,
          usable_file_bytes: -50 * MB,
          used_percent: 60,
          offline_disks: 1,
          state: 1,
          type: 2,
        },
      },
    ])
  })

  test.each(['FLEX', 'EXTEND'])('knows nothing usable of a %s group', async (type) => {
    const { samples } = await sampleOnce(asm, answer({ TYPE: type, USABLE_FILE_MB: 0 }))
    expect(samples[0]?.fields).toMatchObject({
      usable_file_bytes: undefined,
      required_mirror_free_bytes: undefined,
      used_percent: 60,
    })
  })

  test('tells a dismounted group without a percentage of nothing', async () => {
    const row = { STATE: 'DISMOUNTED', TYPE: null, TOTAL_MB: 0, FREE_MB: 0, USABLE_FILE_MB: 0 }
    const { samples } = await sampleOnce(asm, answer(row))
    expect(samples[0]?.fields).toMatchObject({ state: 3, type: undefined, used_percent: undefined })
  })

  test('has no data without ASM', async () => {
    const session = new AnsweringOracle(oracleFacts(), { 'oracle.asm': [] })
    await expect(sampleOnce(asm, session)).rejects.toThrow(NoDataError)
  })
})
