import { recordsOf } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { tableOf } from '../../testing/table-of.ts'
import job from './job.ts'

const ANSWERS: Answers = {
  'oracle.job.failed': [
    { PDB: null, OWNER: 'HC', JOB_NAME: 'NIGHTLY', FAILURES: 3, ERROR: 20_001 },
    { PDB: null, OWNER: 'HC', JOB_NAME: 'HOURLY', FAILURES: '1', ERROR: null },
  ],
  'oracle.job.broken': [{ PDB: null, COUNTED: 1 }],
  'oracle.job.old-broken': [{ PDB: null, COUNTED: 2 }],
  'oracle.job.running': [{ PDB: null, COUNTED: 2, LONGEST: 93_784.25 }],
  'oracle.job.autotask': [
    { PDB: null, CLIENT_NAME: 'auto optimizer stats collection', STATUS: 'ENABLED ' },
    { PDB: null, CLIENT_NAME: 'sql tuning advisor', STATUS: 'DISABLED' },
  ],
}

const session = (given = {}, answers = ANSWERS) => new AnsweringOracle(oracleFacts(given), answers)

describeProbe(job, { open: async () => session() })

test('counts failures, broken jobs and what runs', async () => {
  const { samples, documents } = await sampleOnce(job, session({ version: '12.2.0.1.0' }))
  expect(samples.map(({ tags, fields }) => [tags, fields])).toEqual([
    [{ database: 'hcdb', pdb: '' }, { failed_24h: 4 }],
    [{ database: 'hcdb', pdb: '' }, { broken: 3 }],
    [
      { database: 'hcdb', pdb: '' },
      { running: 2, running_max_seconds: 93_784.25 },
    ],
    [{ database: 'hcdb', pdb: '', client: 'auto optimizer stats collection' }, { enabled: 1 }],
    [{ database: 'hcdb', pdb: '', client: 'sql tuning advisor' }, { enabled: 0 }],
  ])
  expect(documents).toMatchObject([{ name: 'oracle_jobs:hcdb1', keep: 'newest' }])
  expect(recordsOf(tableOf({ documents }, 'failed'))).toEqual([
    { pdb: null, owner: 'HC', job: 'NIGHTLY', failures: '3', error: '20001' },
    { pdb: null, owner: 'HC', job: 'HOURLY', failures: '1', error: null },
  ])
})

test('from 19c on does not ask for the jobs of DBMS_JOB', async () => {
  const asked = session({ version: '19.3.0.0.0' })
  const { samples } = await sampleOnce(job, asked)
  expect(samples[1]?.fields).toEqual({ broken: 1 })
  expect(asked.sent.map(({ statement }) => statement.id)).not.toContain('oracle.job.old-broken')
})

test('says 0 where nothing failed, and nothing of how long no job runs', async () => {
  const { samples, documents } = await sampleOnce(
    job,
    session(
      {},
      {
        ...ANSWERS,
        'oracle.job.failed': [{ PDB: null, OWNER: null, JOB_NAME: null, FAILURES: 0, ERROR: null }],
        'oracle.job.running': [{ PDB: null, COUNTED: 0, LONGEST: null }],
      },
    ),
  )
  expect(samples[0]?.fields).toEqual({ failed_24h: 0 })
  expect(samples[2]?.fields).toEqual({ running: 0, running_max_seconds: undefined })
  expect(recordsOf(tableOf({ documents }, 'failed'))).toEqual([])
})

test('tells containers apart', async () => {
  const { samples } = await sampleOnce(
    job,
    session(
      { version: '12.1.0.2.0', container: 'root' },
      {
        ...ANSWERS,
        'oracle.job.broken': [
          { PDB: 'CDB$ROOT', COUNTED: 0 },
          { PDB: 'PDB1', COUNTED: 1 },
        ],
        'oracle.job.old-broken': [{ PDB: 'PDB1', COUNTED: 4 }],
      },
    ),
  )
  const broken = samples.filter(({ fields }) => 'broken' in fields)
  expect(broken.map(({ tags, fields }) => [tags['pdb'], fields['broken']])).toEqual([
    ['CDB$ROOT', 0],
    ['PDB1', 5],
  ])
})

test('goes on where one view may not be read', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const { samples, remarks, documents } = await sampleOnce(
    job,
    session({}, { ...ANSWERS, 'oracle.job.failed': denied }),
  )
  expect(samples).toHaveLength(4)
  expect(remarks).toHaveLength(1)
  expect(documents).toEqual([])
})
