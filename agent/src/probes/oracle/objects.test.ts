import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import objects from './objects.ts'

const counted = (COUNTED: number, given = {}) => ({ PDB: null, COUNTED, ...given })

const ANSWERS: Answers = {
  'oracle.objects.invalid': [
    counted(3, { KIND: 'PACKAGE BODY       ' }),
    counted(0, { KIND: 'VIEW               ' }),
  ],
  'oracle.objects.unusable-indexes': [counted(1)],
  'oracle.objects.unusable-partitions': [counted(24)],
  'oracle.objects.disabled-triggers': [counted(2)],
  'oracle.objects.recycle-bin': [
    { PDB: null, KIND: 'TABLE', COUNTED: '9007199254740993' },
    { PDB: null, KIND: 'INDEX', COUNTED: 65_536 },
  ],
  'oracle.objects.tables': [counted(5_000)],
  'oracle.objects.stale-statistics': [counted(17)],
}

const session = (answers = ANSWERS, facts = oracleFacts()) => new AnsweringOracle(facts, answers)

describeProbe(objects, { open: async () => session() })

const listOf = ({ samples }: SampledRun) =>
  samples.map(({ tags, fields }) => [tags['pdb'], tags['kind'], fields])

test('counts each by its kind', async () => {
  const run = await sampleOnce(objects, session())
  expect(run.samples[0]?.tags).toEqual({ database: 'hcdb', pdb: '', kind: 'PACKAGE BODY' })
  expect(listOf(run)).toEqual([
    ['', 'PACKAGE BODY', { invalid: 3 }],
    ['', 'VIEW', { invalid: 0 }],
    ['', 'INDEX', { unusable_indexes: 1 }],
    ['', 'INDEX PARTITION', { unusable_partitions: 24 }],
    ['', 'TRIGGER', { disabled_triggers: 2 }],
    ['', 'TABLE', { recyclebin_bytes: 2 ** 53 }],
    ['', 'INDEX', { recyclebin_bytes: 65_536 }],
    ['', 'TABLE', { tables: 5_000 }],
    ['', 'TABLE', { stale_stats: 17 }],
  ])
})

test('tells containers apart, and says 0 of those that have nothing', async () => {
  const answers = {
    ...ANSWERS,
    'oracle.objects.invalid': [
      counted(1, { PDB: 'PDB1', KIND: 'VIEW' }),
      counted(0, { PDB: 'PDB2', KIND: null }),
    ],
    'oracle.objects.recycle-bin': [
      { PDB: 'PDB1', KIND: null, COUNTED: 0 },
      { PDB: 'PDB2', KIND: 'TABLE', COUNTED: 8_192 },
    ],
  }
  const asked = session(answers, oracleFacts({ container: 'root' }))
  const list = listOf(await sampleOnce(objects, asked))
  expect(list).toContainEqual(['PDB1', 'VIEW', { invalid: 1 }])
  expect(list).toContainEqual(['PDB2', 'VIEW', { invalid: 0 }])
  expect(list).toContainEqual(['PDB1', 'TABLE', { recyclebin_bytes: 0 }])
  expect(list).toContainEqual(['PDB2', 'TABLE', { recyclebin_bytes: 8_192 }])
  for (const { statement } of asked.sent) expect(statement.text).toContain('CDB_')
})

test('does not look at the statistics of more than 100,000 tables, and says so', async () => {
  const many = session({ ...ANSWERS, 'oracle.objects.tables': [counted(60_000), counted(40_001)] })
  const run = await sampleOnce(objects, many)
  expect(listOf(run)).not.toContainEqual(['', 'TABLE', { stale_stats: 17 }])
  expect(run.remarks[0]?.en).toContain('more than 100000 tables')
  expect(many.sent.map(({ statement }) => statement.id)).not.toContain(
    'oracle.objects.stale-statistics',
  )
})

test('goes on where one may not be read, or takes too long', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const run = await sampleOnce(objects, session({ ...ANSWERS, 'oracle.objects.invalid': denied }))
  expect(run.samples).toHaveLength(7)
  expect(run.remarks).toHaveLength(1)
  const slow = new ProbeError('DEADLINE', 'not done')
  const late = session({ ...ANSWERS, 'oracle.objects.invalid': slow })
  await expect(sampleOnce(objects, late)).rejects.toThrow('not done')
  expect(late.sent).toHaveLength(7)
})
