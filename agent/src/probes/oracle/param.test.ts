import { expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import param from './param.ts'

const parameter = (
  NAME: string,
  VALUE: string | null,
  ISDEFAULT = 'FALSE',
  ISMODIFIED = 'FALSE',
) => ({
  NAME,
  VALUE,
  ISDEFAULT,
  ISMODIFIED,
})

const session = (
  rows = [
    parameter('processes', '600'),
    parameter('sga_target', '68719476736', 'FALSE', 'SYSTEM_MOD'),
    parameter('undo_retention', '1800', 'TRUE', 'SYSTEM_MOD'),
    parameter('local_listener', null),
    parameter('a_password', 'tiger'),
  ],
  facts = oracleFacts(),
) => new AnsweringOracle(facts, { 'oracle.param': rows })

describeProbe(param, { open: async () => session() })

test('counts what is set and what was changed since the start', async () => {
  const { samples } = await sampleOnce(param, session())
  expect(samples).toEqual([
    {
      measurement: 'oracle_param',
      tags: { database: 'hcdb', instance: 'hcdb1' },
      fields: { set: 4, modified: 2 },
    },
  ])
})

test.each([
  ['root', '19.3.0.0.0', true],
  ['pdb', '19.3.0.0.0', false],
  ['non-cdb', '11.2.0.4.0', false],
])('in a %s of %s leaves out what PDBs have set: %s', async (container, version, isBound) => {
  const asked = session([], oracleFacts({ container, version }))
  await sampleOnce(param, asked)
  expect(asked.sent.map(({ statement }) => statement.text.includes('CON_ID IN (0, 1)'))).toEqual([
    isBound,
  ])
})

test('keeps the values with their history, none that is secret', async () => {
  const { documents, memory } = await sampleOnce(param, session())
  expect(documents).toEqual([
    {
      name: 'oracle_parameters:hcdb1',
      keep: 'history',
      body: {
        parameters: {
          processes: '600',
          sga_target: '68719476736',
          undo_retention: '1800',
          local_listener: '',
          a_password: '***',
        },
      },
    },
  ])
  const same = await sampleOnce(param, session(), { memory, monotonicMs: 21_600_000 })
  expect(same.documents).toEqual([])
  const changed = session([parameter('processes', '800')])
  const { documents: later } = await sampleOnce(param, changed, { memory, monotonicMs: 21_600_000 })
  expect(later[0]?.body).toEqual({ parameters: { processes: '800' } })
})

test('cuts what is very long', async () => {
  const { documents } = await sampleOnce(param, session([parameter('event', 'x'.repeat(4000))]))
  expect(JSON.stringify(documents[0]?.body).length).toBeLessThan(600)
})
