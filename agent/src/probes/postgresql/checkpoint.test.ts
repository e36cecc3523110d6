import { expect, test } from 'vitest'

import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import checkpoint from './checkpoint.ts'

const used = usePostgresql()

describeProbe(checkpoint, { open: () => openPostgresql(used.server) })

test('counts a checkpoint that was asked for', async () => {
  await using opened = await openPostgresql(used.server)
  const before = await sampleOnce(checkpoint, opened.session)
  await used.server.sql(['CREATE TABLE t AS SELECT generate_series(1, 1000)', 'CHECKPOINT'])
  await expect
    .poll(async () => {
      const { samples } = await sampleOnce(checkpoint, opened.session)
      return samples[0]?.fields['req_total']
    })
    .toBe((before.samples[0]?.fields['req_total'] ?? 0) + 1)
})

test.each(['10.23', '16.4', '17.2', '18.1'])('rows of %s', async (version) => {
  const row = {
    timed: '5',
    req: '2',
    write_ms: '270.5',
    sync_ms: '13',
    buffers_checkpoint: '900',
    buffers_clean: '1',
    maxwritten_clean: '0',
    buffers_alloc: '77',
    buffers_backend: '12',
  }
  const session = new AnsweringPostgresql(version, { 'postgresql.checkpoint': [row] })
  const { samples } = await sampleOnce(checkpoint, session)
  expect(samples[0]?.fields).toMatchObject({ timed_total: 5, req_total: 2, write_ms_total: 270.5 })
  const isNew = Number.parseInt(version, 10) >= 17
  const [sent] = session.sent
  expect(sent?.statement.reads.includes('pg_stat_checkpointer')).toBe(isNew)
  // from 18 an extension by many blocks counts as one operation
  expect(sent?.statement.text.includes('extend_bytes')).toBe(version === '18.1')
})
