import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import slot from './slot.ts'

const used = usePostgresql({}, (server) =>
  server.sql([
    "SELECT pg_create_physical_replication_slot('left_behind', true)",
    "SELECT pg_create_logical_replication_slot('logical', 'test_decoding')",
    'CREATE TABLE t AS SELECT generate_series(1, 1000) AS n',
  ]),
)

describeProbe(slot, { open: () => openPostgresql(used.server) })

test('finds a slot that was left behind, and how much WAL it keeps', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(slot, opened.session)
  const retained = await used.server.psql(
    "SELECT pg_current_wal_lsn() - restart_lsn FROM pg_replication_slots WHERE slot_name = 'left_behind'",
  )
  expect(samples.find(({ tags }) => tags['slot'] === 'left_behind')).toEqual({
    measurement: 'pg_slot',
    tags: { instance: 'hcpg', slot: 'left_behind', slot_type: 'physical' },
    fields: {
      active: 0,
      retained_bytes: Number(retained),
      confirmed_lag_bytes: undefined,
      wal_status: 1,
      safe_wal_bytes: undefined,
      inactive_seconds: undefined,
    },
  })
  const logical = samples.find(({ tags }) => tags['slot'] === 'logical')?.fields
  expect(logical?.['confirmed_lag_bytes']).toBeGreaterThan(0)
})

const ROW = {
  slot: 's',
  slot_type: 'physical',
  active: 'f',
  retained_bytes: null,
  confirmed_lag_bytes: null,
  wal_status: 'lost',
  safe_wal_size: null,
}

test.each([
  ['10.23', { ...ROW, wal_status: null, inactive_seconds: null }, undefined, undefined],
  ['16.4', { ...ROW, inactive_seconds: null }, 4, undefined],
  ['17.2', { ...ROW, inactive_seconds: '12.5' }, 4, 12.5],
  ['18.1', { ...ROW, wal_status: 'evaporated', inactive_seconds: null }, 0, undefined],
])('rows of %s', async (version, row, walStatus, inactive) => {
  const session = new AnsweringPostgresql(version, { 'postgresql.slot': [row] })
  const { samples } = await sampleOnce(slot, session)
  expect(samples[0]?.fields).toMatchObject({ wal_status: walStatus, inactive_seconds: inactive })
})

test('has no data where there is no slot', async () => {
  const session = new AnsweringPostgresql('15', { 'postgresql.slot': [] })
  await expect(sampleOnce(slot, session)).rejects.toThrow(NoDataError)
})
