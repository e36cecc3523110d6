import { expect, test } from 'vitest'

import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import instance from './instance.ts'

const used = usePostgresql()
const DAY_MS = 86_400_000

describeProbe(instance, { open: () => openPostgresql(used.server) })

test('says what the server is, once and again after a day', async () => {
  await using opened = await openPostgresql(used.server)
  const first = await sampleOnce(instance, opened.session)
  expect(first.samples[0]?.fields).toMatchObject({ in_recovery: 0, timeline: 1 })
  expect(first.documents).toEqual([
    {
      name: 'postgresql_instance:hcpg',
      keep: 'history',
      body: { version: expect.stringMatching(/^PostgreSQL \d/), role: 'primary', timeline: 1 },
    },
  ])
  const { memory } = first
  const soon = await sampleOnce(instance, opened.session, { memory, monotonicMs: 30_000 })
  expect(soon.documents).toEqual([])
  const later = await sampleOnce(instance, opened.session, { memory, monotonicMs: DAY_MS })
  expect(later.documents).toHaveLength(1)
})

test('says so when a standby has become the primary', async () => {
  const row = { uptime_seconds: '86400.5', in_recovery: 't', timeline: '1' }
  const standby = new AnsweringPostgresql('10.23', { 'postgresql.instance': [row] })
  const { memory, samples } = await sampleOnce(instance, standby)
  expect(samples[0]?.fields).toEqual({ uptime_seconds: 86_400.5, in_recovery: 1, timeline: 1 })
  const promoted = { ...row, in_recovery: 'f', timeline: '2' }
  const primary = new AnsweringPostgresql('10.23', { 'postgresql.instance': [promoted] })
  const { documents } = await sampleOnce(instance, primary, { memory, monotonicMs: 30_000 })
  expect(documents[0]?.body).toEqual({ version: 'PostgreSQL 10.23', role: 'primary', timeline: 2 })
})

test('names the column that is no number', async () => {
  const row = { uptime_seconds: 'Infinity', in_recovery: 'f', timeline: '1' }
  const session = new AnsweringPostgresql('15', { 'postgresql.instance': [row] })
  await expect(sampleOnce(instance, session)).rejects.toThrow('uptime_seconds')
})
