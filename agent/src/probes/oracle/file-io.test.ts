import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import fileIo from './file-io.ts'

const ROW = {
  NAME: '+DATA/HCDB/DATAFILE/users.259.1101',
  PHYRDS: 5_000,
  PHYWRTS: '9007199254740993',
  READTIM: 120,
  WRITETIM: null,
}
const answer = (rows: readonly Row[] = [ROW]) =>
  new AnsweringOracle(oracleFacts(), { 'oracle.file-io': rows })

describeProbe(fileIo, { open: async () => answer() })

describe('oracle.file-io', () => {
  test('counts reads and writes, and their time in milliseconds', async () => {
    const { samples } = await sampleOnce(fileIo, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_file_io',
        tags: { database: 'hcdb', instance: 'hcdb1', file: '+DATA/HCDB/DATAFILE/users.259.1101' },
        fields: {
          reads: 5_000,
          writes: 9_007_199_254_740_992,
          read_ms: 1_200,
          write_ms: undefined,
        },
      },
    ])
  })

  test('asks for as many files as the site allows', async () => {
    const session = answer()
    await sampleOnce(fileIo, session, { options: { files: 7 } })
    expect(session.sent[0]?.binds).toEqual([7])
  })

  test('keeps the end of a long path', async () => {
    const { samples } = await sampleOnce(
      fileIo,
      answer([{ ...ROW, NAME: `/${'u/'.repeat(200)}users01.dbf` }]),
    )
    const file = samples[0]?.tags['file'] ?? ''
    expect(file).toHaveLength(200)
    expect(file).toMatch(/users01\.dbf$/)
  })

  test('has no data before the first file was read', async () => {
    await expect(sampleOnce(fileIo, answer([]))).rejects.toThrow(NoDataError)
  })
})
