import { expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import corruption from './corruption.ts'

const CORRUPT: Answers = {
  'oracle.corruption': [{ BLOCKS: 9, FILES: 1 }],
  'oracle.corruption.list': [
    {
      'FILE#': 5,
      'BLOCK#': 12_345,
      BLOCKS: 9,
      // an SCN, which may be beyond 2^53
      'CORRUPTION_CHANGE#': '18446744073709551615',
      CORRUPTION_TYPE: 'CHECKSUM ',
    },
  ],
}

const session = (answers: Answers) => new AnsweringOracle(oracleFacts(), answers)

describeProbe(corruption, { open: async () => session(CORRUPT) })

test('counts the blocks and lists their places', async () => {
  const { samples, documents } = await sampleOnce(corruption, session(CORRUPT))
  expect(samples).toEqual([
    {
      measurement: 'oracle_corruption',
      tags: { database: 'hcdb' },
      fields: { blocks: 9, files: 1 },
    },
  ])
  expect(documents).toEqual([
    {
      name: 'oracle_corruption:hcdb1',
      keep: 'history',
      body: {
        ranges: {
          columns: ['file', 'block', 'blocks', 'change', 'type'],
          rows: [['5', '12345', '9', '18446744073709551615', 'CHECKSUM']],
        },
      },
    },
  ])
})

test('asks for places only where there are some, and says when there are none any more', async () => {
  const sound = session({ 'oracle.corruption': [{ BLOCKS: 0, FILES: 0 }] })
  const { memory } = await sampleOnce(corruption, session(CORRUPT))
  const { samples, documents } = await sampleOnce(corruption, sound, { memory })
  expect(samples[0]?.fields).toEqual({ blocks: 0, files: 0 })
  expect(documents[0]?.body).toMatchObject({ ranges: { rows: [] } })
  expect(sound.sent).toHaveLength(1)
})

test('refuses what is no number, naming the column', async () => {
  const odd = session({ 'oracle.corruption': [{ BLOCKS: 'many', FILES: 1 }] })
  await expect(sampleOnce(corruption, odd)).rejects.toThrow('column BLOCKS is "many"')
})
