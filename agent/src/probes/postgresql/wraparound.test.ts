import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import wraparound from './wraparound.ts'

const used = usePostgresql({ conf: { max_prepared_transactions: '5' } }, (server) =>
  server.sql([
    'CREATE TABLE t (n integer)',
    // Ids go by: 200 transactions in one call.
    `CREATE PROCEDURE spend() LANGUAGE plpgsql AS
      'BEGIN FOR i IN 1..200 LOOP INSERT INTO t VALUES (i); COMMIT; END LOOP; END'`,
  ]),
)

function fieldsOf({ samples }: SampledRun): Record<string, number | undefined> {
  return Object.assign({}, ...samples.map(({ fields }) => fields))
}

describeProbe(wraparound, { open: () => openPostgresql(used.server) })

test('sees ages rise, and what holds VACUUM back', async () => {
  await using opened = await openPostgresql(used.server)
  const before = fieldsOf(await sampleOnce(wraparound, opened.session))
  expect(before).toMatchObject({ prepared: 0, oldest_prepared_seconds: 0 })
  expect(before['slot_xmin_age']).toBeUndefined()

  await used.server.sql("SELECT pg_create_logical_replication_slot('old', 'test_decoding')")
  const client = await used.server.connect()
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await client.query('SELECT count(*) FROM t')
  await used.server.sql(['BEGIN', 'INSERT INTO t VALUES (0)', "PREPARE TRANSACTION 'left'"])
  await used.server.sql('CALL spend()')
  const after = fieldsOf(await sampleOnce(wraparound, opened.session))
  expect((after['xid_age'] ?? 0) - (before['xid_age'] ?? 0)).toBeGreaterThanOrEqual(200)
  expect(after['backend_xmin_age']).toBeGreaterThanOrEqual(200)
  expect(after['prepared_xid_age']).toBeGreaterThanOrEqual(200)
  expect(after['slot_xmin_age']).toBeGreaterThanOrEqual(200)
  expect(after['prepared']).toBe(1)
  await client.end()
})

const AGES = { xid_age: '1610612736', mxid_age: '0', freeze_max_age: '200000000' }

test('is a part of the ids that there are', async () => {
  const session = new AnsweringPostgresql('10.23', {
    'postgresql.wraparound': [AGES],
    'postgresql.wraparound.holders': new ProbeError('NOT_PERMITTED', {
      zh: '无权限',
      en: 'denied',
    }),
  })
  const run = await sampleOnce(wraparound, session)
  expect(fieldsOf(run)).toMatchObject({ xid_used_percent: 75, mxid_used_percent: 0 })
  expect(run.remarks).toHaveLength(1)
})
