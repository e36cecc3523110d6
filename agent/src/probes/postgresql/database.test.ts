import { expect, test } from 'vitest'

import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import database from './database.ts'

const used = usePostgresql({}, (server) => server.sql('CREATE DATABASE "医院 hc"'))

describeProbe(database, { open: () => openPostgresql(used.server) })

test('has every database, each with its ages', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples, remarks } = await sampleOnce(database, opened.session)
  expect(new Set(samples.map(({ tags }) => tags['db']))).toEqual(
    new Set(['postgres', 'template0', 'template1', '医院 hc']),
  )
  expect(samples.every(({ fields }) => (fields['xid_age'] ?? 0) > 0)).toBe(true)
  expect(remarks).toEqual([])
})

test('counts rollbacks and temporary files', async () => {
  const client = await used.server.connect('医院 hc')
  await client.query("SET work_mem = '64kB'")
  await client.query('SET max_parallel_workers_per_gather = 0')
  await client.query('BEGIN')
  await client.query('SELECT g FROM generate_series(1, 30000) AS g')
  await client.query('ROLLBACK')
  await client.end()
  await using opened = await openPostgresql(used.server)
  await expect
    .poll(async () => {
      const { samples } = await sampleOnce(database, opened.session)
      return samples.find(({ tags }) => tags['db'] === '医院 hc')?.fields
    })
    .toMatchObject({ xact_rollback_total: 1, temp_files_total: 1, deadlocks_total: 0 })
})

test('is bounded, and says so', async () => {
  await using opened = await openPostgresql(used.server)
  const options = { maxDatabases: 2 }
  const { samples, remarks } = await sampleOnce(database, opened.session, { options })
  expect(samples).toHaveLength(2)
  expect(remarks[0]?.zh).toContain('maxDatabases')
})

test('leaves out what a version does not count, and keeps numbers beyond 2^53', async () => {
  const row = {
    db: 'hc',
    backends: '0',
    xact_commit: '9223372036854775807',
    xact_rollback: '0',
    blks_read: '0',
    blks_hit: '0',
    tup_returned: '0',
    tup_fetched: '0',
    tup_inserted: '0',
    tup_updated: '0',
    tup_deleted: '0',
    temp_files: '0',
    temp_bytes: '0',
    deadlocks: '0',
    conflicts: '0',
    checksum_failures: null,
    xid_age: '7',
    mxid_age: null,
  }
  const session = new AnsweringPostgresql('11.22', { 'postgresql.database': [row] })
  const { samples } = await sampleOnce(database, session)
  expect(samples[0]?.fields).toMatchObject({
    xact_commit_total: 2 ** 63,
    checksum_failures_total: undefined,
    xid_age: 7,
  })
  expect(session.sent[0]?.statement.text).toContain('NULL AS checksum_failures')
})
