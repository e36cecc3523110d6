import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { NO_POSTGRESQL, openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { PostgresqlServer } from '../../testing/postgresql-server.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import instance from './instance.ts'
import replication from './replication.ts'
import wraparound from './wraparound.ts'

const used = usePostgresql({}, (server) =>
  server.sql([
    'CREATE TABLE t (n integer)',
    `CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`,
    "SELECT pg_create_physical_replication_slot('kept')",
  ]),
)
let replica: PostgresqlServer

beforeAll(async () => {
  if (NO_POSTGRESQL === undefined)
    replica = await PostgresqlServer.start({ primary: used.server, replicaName: 'hc_standby' })
})
afterAll(() => replica?.[Symbol.asyncDispose]())

function fieldsOf({ samples }: SampledRun, measurement: string): Record<string, unknown> {
  const found = samples.filter((sample) => sample.measurement === measurement)
  return Object.assign({}, ...found.map(({ fields }) => fields))
}

async function read(server: PostgresqlServer, measurement: string) {
  await using opened = await openPostgresql(server)
  return fieldsOf(await sampleOnce(replication, opened.session), measurement)
}

describe('the primary', () => {
  describeProbe(replication, { open: () => openPostgresql(used.server) })

  test('sees its standby stream', async () => {
    await expect
      .poll(() => read(used.server, 'pg_replication'))
      .toMatchObject({ state: 3, sync_state: 1, senders: 1, replay_lag_bytes: 0 })
  })

  test('says nothing wrong to an account without pg_monitor, and names the grant', async () => {
    await using opened = await openPostgresql(used.server, { user: 'bare' })
    await expect(sampleOnce(replication, opened.session)).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      text: { zh: expect.stringContaining('GRANT pg_monitor TO wardround') },
    })
  })
})

describe('the standby', () => {
  describeProbe(replication, { open: () => openPostgresql(replica) })

  test('has no lag while all is replayed, however quiet its primary is', async () => {
    await expect
      .poll(() => read(replica, 'pg_replica'))
      .toMatchObject({
        receiving: 1,
        replay_paused: 0,
        replay_lag_bytes: 0,
        replay_lag_seconds: 0,
      })
  })

  test('lags when its replay is paused, and both sides say so', async () => {
    await used.server.sql('INSERT INTO t VALUES (0)')
    await expect.poll(() => replica.psql('SELECT count(*) FROM t')).toBe('1')
    await replica.sql('SELECT pg_wal_replay_pause()')
    await used.server.sql('INSERT INTO t SELECT generate_series(1, 10000)')
    await expect
      .poll(async () => (await read(replica, 'pg_replica'))['replay_lag_bytes'])
      .toBeGreaterThan(100_000)
    const lagging = await read(replica, 'pg_replica')
    expect(lagging).toMatchObject({ replay_paused: 1, receiving: 1 })
    expect(lagging['replay_lag_seconds']).toBeGreaterThan(0)
    await expect
      .poll(async () => (await read(used.server, 'pg_replication'))['replay_lag_bytes'])
      .toBeGreaterThan(100_000)

    await replica.sql('SELECT pg_wal_replay_resume()')
    await expect
      .poll(() => read(replica, 'pg_replica'))
      .toMatchObject({ replay_paused: 0, replay_lag_bytes: 0, replay_lag_seconds: 0 })
  })

  test('is read by the probes of ages and of the instance too', async () => {
    await using opened = await openPostgresql(replica)
    const { samples } = await sampleOnce(wraparound, opened.session)
    expect(samples[0]?.fields['xid_age']).toBeGreaterThan(0)
    const { documents } = await sampleOnce(instance, opened.session)
    expect(documents[0]?.body).toMatchObject({ role: 'standby', timeline: 1 })
  })

  test('says so when nothing comes in any more', async () => {
    await used.server.stop()
    await expect
      .poll(() => read(replica, 'pg_replica'))
      .toMatchObject({ receiving: 0, receive_lag_bytes: undefined })
    const { replay_lag_seconds: age } = await read(replica, 'pg_replica')
    expect(age).toBeGreaterThan(0)
    await used.server.launch()
  })
})

const PRIMARY = {
  in_recovery: 'f',
  paused: null,
  receivers: '0',
  status: null,
  replay_lag_bytes: null,
  receive_lag_bytes: null,
  replay_lag_seconds: null,
  last_message_age_seconds: null,
}

test('has no data where no standby is connected', async () => {
  const session = new AnsweringPostgresql('15', {
    'postgresql.replication.standby': [PRIMARY],
    'postgresql.replication.senders': [],
  })
  await expect(sampleOnce(replication, session)).rejects.toThrow(NoDataError)
})

test('knows a lag of nothing where PostgreSQL has forgotten it, and words that it does not know', async () => {
  const row = {
    app: 'walreceiver',
    addr: '10.0.0.9',
    senders: '2',
    hidden: 'f',
    state: 'dreaming',
    sync_state: 'quorum',
    sent_lag_bytes: '0',
    write_lag_bytes: '0',
    flush_lag_bytes: '0',
    replay_lag_bytes: '0',
    write_lag_seconds: null,
    flush_lag_seconds: '0.25',
    replay_lag_seconds: null,
  }
  const session = new AnsweringPostgresql('10.23', {
    'postgresql.replication.standby': [PRIMARY],
    'postgresql.replication.senders': [row],
  })
  expect(fieldsOf(await sampleOnce(replication, session), 'pg_replication')).toMatchObject({
    state: 0,
    sync_state: 4,
    senders: 2,
    write_lag_seconds: 0,
    flush_lag_seconds: 0.25,
    replay_lag_seconds: 0,
  })
})
