import type { Client } from 'pg'
import { afterEach, describe, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { CONNECT_FAILURES } from '../../sources/server/connect-failure.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import connections from './connections.ts'
import up from './up.ts'

const used = usePostgresql({ conf: { max_connections: '12' } }, (server) =>
  server.sql([
    'CREATE TABLE bed (id integer PRIMARY KEY, patient text)',
    'INSERT INTO bed VALUES (1, NULL)',
    `CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`,
    'GRANT ALL ON bed TO bare',
  ]),
)

const clients: Client[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()))
})

async function connect(user = 'postgres'): Promise<Client> {
  const client = await used.server.connect('postgres', user)
  clients.push(client)
  return client
}

function fieldsOf({ samples }: SampledRun): Record<string, number | undefined> {
  return Object.assign({}, ...samples.map(({ fields }) => fields))
}

describeProbe(connections, { open: () => openPostgresql(used.server) })

test('finds a session idle in a transaction, with its age', async () => {
  const client = await connect()
  await client.query('BEGIN')
  await using opened = await openPostgresql(used.server)
  await expect
    .poll(async () => fieldsOf(await sampleOnce(connections, opened.session)))
    .toMatchObject({ idle_in_tx: 1, active: 0, total: 2, max: 12, reserved: 3, blocked: 0 })
  const { oldest_tx_seconds: age, oldest_idle_in_tx_seconds: idle } = fieldsOf(
    await sampleOnce(connections, opened.session),
  )
  expect(age).toBeGreaterThan(0)
  expect(idle).toBeGreaterThan(0)
  expect(idle).toBeLessThanOrEqual(age ?? 0)
})

test('counts a transaction that has failed apart', async () => {
  const client = await connect()
  await client.query('BEGIN')
  await client.query('SELECT 1 / 0').catch(() => undefined)
  await using opened = await openPostgresql(used.server)
  await expect
    .poll(async () => fieldsOf(await sampleOnce(connections, opened.session)))
    .toMatchObject({ idle_in_tx_aborted: 1, idle_in_tx: 0 })
})

test('finds those that are blocked and the one at their head', async () => {
  const [head, second, third] = [await connect(), await connect(), await connect()]
  await head.query('BEGIN')
  await head.query('UPDATE bed SET patient = $1', ['a'])
  const waiting = [second, third].map((client) =>
    client.query('UPDATE bed SET patient = $1', ['b']),
  )
  await using opened = await openPostgresql(used.server)
  await expect
    .poll(async () => fieldsOf(await sampleOnce(connections, opened.session)))
    .toMatchObject({ blocked: 2, blockers: 1, waiting: 2, active: 2, idle_in_tx: 1 })
  await head.query('COMMIT')
  await Promise.all(waiting)
})

describe('when connections are used up', () => {
  test('says how near the limit is, and that the source has no session left', async () => {
    await using early = await openPostgresql(used.server)
    await sampleOnce(up, early.session)
    // 12, of which 3 are the superuser's: eight more beside ours.
    for (let at = 0; at < 8; at++) await connect('bare')
    expect(fieldsOf(await sampleOnce(connections, early.session))).toMatchObject({
      total: 9,
      used_percent: 100,
    })
    await using late = await openPostgresql(used.server)
    const { samples } = await sampleOnce(up, late.session)
    const reason = CONNECT_FAILURES.indexOf('too_many_sessions') + 1
    expect(samples[0]?.fields).toMatchObject({ up: 0, error_code: reason })
    // A superuser in the reserve is told too, not hidden.
    await connect()
    expect(fieldsOf(await sampleOnce(connections, early.session))['used_percent']).toBeCloseTo(
      111.11,
    )
  })
})

test('without pg_monitor says nothing wrong, and names the grant', async () => {
  await connect()
  await using opened = await openPostgresql(used.server, { user: 'bare' })
  const error: unknown = await sampleOnce(connections, opened.session).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(ProbeError)
  expect(error).toMatchObject({
    code: 'NOT_PERMITTED',
    text: { zh: expect.stringContaining('GRANT pg_monitor TO wardround') },
  })
})

describe('rows as documented', () => {
  const ROW = {
    total: '40',
    hidden: '0',
    active: '9',
    idle: '30',
    idle_in_tx: '0',
    idle_in_tx_aborted: '0',
    waiting: '60',
    lock_waiting: '60',
    oldest_tx_seconds: null,
    oldest_query_seconds: null,
    oldest_idle_in_tx_seconds: null,
    max: '100',
    reserved: '3',
  }

  test('counts all that wait when there are too many to look at each, and no blockers', async () => {
    const session = new AnsweringPostgresql('11.22', {
      'postgresql.connections': [ROW],
      'postgresql.connections.blocked': [{ waiting: '60', blocked: '50', blockers: '42' }],
    })
    const fields = fieldsOf(await sampleOnce(connections, session))
    expect(fields).toMatchObject({ blocked: 60, oldest_tx_seconds: 0 })
    expect(fields['blockers']).toBeUndefined()
    expect(session.sent[0]?.statement.text).toContain('walsender')
  })

  test('goes on without what is denied', async () => {
    const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少权限', en: 'denied' })
    const session = new AnsweringPostgresql('18.1', {
      'postgresql.connections': [ROW],
      'postgresql.connections.blocked': denied,
    })
    const run = await sampleOnce(connections, session)
    expect(fieldsOf(run)).toMatchObject({ total: 40 })
    expect(fieldsOf(run)['blocked']).toBeUndefined()
    expect(run.remarks).toEqual([{ zh: '缺少权限', en: 'denied' }])
  })
})
