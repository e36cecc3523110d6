import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import sysmetric from './sysmetric.ts'

const ROWS = [
  { METRIC_NAME: 'Cursor Cache Hit Ratio', VALUE: 312.5 },
  { METRIC_NAME: 'SQL Service Response Time', VALUE: 0.5 },
  { METRIC_NAME: 'I/O Megabytes per Second', VALUE: 2 },
  { METRIC_NAME: 'Host CPU Utilization (%)', VALUE: null },
  { METRIC_NAME: 'Something New', VALUE: 1 },
]
const answer = (rows = ROWS, facts = oracleFacts()) =>
  new AnsweringOracle(facts, { 'oracle.sysmetric': rows })

describeProbe(sysmetric, { open: async () => answer() })

describe('oracle.sysmetric', () => {
  test('gives the known ones in base units, ratios above 100 too', async () => {
    const { samples } = await sampleOnce(sysmetric, answer())
    expect(samples.map(({ tags, fields }) => [tags['metric'], fields['value']])).toEqual([
      ['cursor_cache_hit_percent', 312.5],
      ['sql_service_response_seconds', 0.005],
      ['io_bytes_per_second', 2_097_152],
    ])
  })

  test.each([
    { note: 'a non-CDB', facts: oracleFacts({ version: '11.2.0.4.0' }), reads: 'V$SYSMETRIC' },
    { note: 'the root', facts: oracleFacts({ container: 'root' }), reads: 'V$SYSMETRIC' },
    { note: 'a PDB', facts: oracleFacts({ container: 'pdb' }), reads: 'V$CON_SYSMETRIC' },
  ])('asks $note for $reads', async ({ facts, reads }) => {
    const session = answer(ROWS, facts)
    await sampleOnce(sysmetric, session)
    expect(session.sent[0]?.statement.reads).toEqual([reads])
  })

  test('asks for the minute alone: each metric is there over 15 seconds too', async () => {
    const session = answer()
    await sampleOnce(sysmetric, session)
    expect(session.sent[0]?.statement.text).toContain('group_id = 2')
  })

  test.each([
    {
      note: 'in a PDB of 12.1',
      rows: ROWS,
      facts: oracleFacts({ container: 'pdb', version: '12.1.0.2' }),
    },
    { note: 'just after the start', rows: [], facts: oracleFacts() },
  ])('has no data $note', async ({ rows, facts }) => {
    await expect(sampleOnce(sysmetric, answer(rows, facts))).rejects.toThrow(NoDataError)
  })
})
