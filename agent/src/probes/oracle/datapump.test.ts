import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import datapump from './datapump.ts'

const ROWS = [
  { OPERATION: 'EXPORT', EXECUTING: 1, NOT_RUNNING: '2', JOBS: 3 },
  { OPERATION: null, EXECUTING: 0, NOT_RUNNING: 1, JOBS: 1 },
]
const session = (rows = ROWS) => new AnsweringOracle(oracleFacts(), { 'oracle.datapump': rows })

describeProbe(datapump, { open: async () => session() })

test('counts jobs by what they do', async () => {
  const { samples } = await sampleOnce(datapump, session())
  expect(samples.map(({ tags, fields }) => [tags, fields])).toEqual([
    [
      { database: 'hcdb', operation: 'EXPORT' },
      { jobs: 3, executing: 1, not_running: 2 },
    ],
    [
      { database: 'hcdb', operation: '' },
      { jobs: 1, executing: 0, not_running: 1 },
    ],
  ])
})

test('has no data where there is no job', async () => {
  await expect(sampleOnce(datapump, session([]))).rejects.toThrow(NoDataError)
})
