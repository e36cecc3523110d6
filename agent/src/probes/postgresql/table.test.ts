import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { ConnectError } from '../../sources/server/connect-failure.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import table from './table.ts'

const used = usePostgresql({}, async (server) => {
  await server.sql([
    'CREATE DATABASE his',
    'CREATE DATABASE lis',
    'CREATE DATABASE closed ALLOW_CONNECTIONS false',
    'CREATE DATABASE private',
    'REVOKE CONNECT ON DATABASE private FROM PUBLIC',
    `CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`,
  ])
  await server.sql(
    [
      'CREATE TABLE orders AS SELECT g AS n FROM generate_series(1, 1000) AS g',
      'DELETE FROM orders WHERE n <= 400',
      'CREATE TABLE quiet (n integer)',
      'VACUUM quiet',
    ],
    'his',
  )
})

describeProbe(table, { open: () => openPostgresql(used.server) })

test('finds dead rows in another database, by a second session that it closes again', async () => {
  await using opened = await openPostgresql(used.server)
  const find = async (name: string) => {
    const { samples } = await sampleOnce(table, opened.session)
    return samples.find(({ tags }) => tags['table'] === name)
  }
  await expect
    .poll(async () => (await find('orders'))?.fields)
    .toMatchObject({
      dead_tup: 400,
      live_tup: 600,
      dead_percent: 40,
    })
  const { tags, fields } = (await find('quiet')) ?? {}
  expect(tags).toEqual({ instance: 'hcpg', db: 'his', schema: 'public', table: 'quiet' })
  expect(fields?.['last_vacuum_age_seconds']).toBeGreaterThanOrEqual(0)
  expect(fields?.['last_autovacuum_age_seconds']).toBeUndefined()
  await expect
    .poll(() =>
      used.server.psql(
        "SELECT string_agg(datname, ',') FROM pg_stat_activity WHERE application_name = 'wardround-agent'",
      ),
    )
    .toBe('postgres')
})

test('leaves out the temporary tables of other sessions', async () => {
  const client = await used.server.connect('his')
  await client.query('CREATE TEMPORARY TABLE scratch AS SELECT generate_series(1, 5000) AS n')
  await client.query('DELETE FROM scratch')
  const [row] = await used.server.sql(
    "SELECT count(*) AS n FROM pg_stat_user_tables WHERE relname = 'scratch'",
    'his',
  )
  expect(row).toEqual({ n: '1' })
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(table, opened.session)
  const names = samples.map(({ tags }) => tags['table'])
  expect(names).toContain('orders')
  expect(names).not.toContain('scratch')
  await client.end()
})

test('takes the first few tables of each database', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(table, opened.session, { options: { top: 1 } })
  expect(samples.map(({ tags }) => tags['table'])).toEqual(['orders'])
})

test('looks into no more databases than it may, and says so', async () => {
  await using opened = await openPostgresql(used.server)
  const { remarks } = await sampleOnce(table, opened.session, { options: { maxDatabases: 2 } })
  expect(remarks[0]?.zh).toContain('maxDatabases')
})

describe('when a database can not be entered', () => {
  const answers = {
    'postgresql.table.databases': [
      { db: 'postgres', is_here: 't' },
      { db: 'his', is_here: 'f' },
      { db: 'lis', is_here: 'f' },
    ],
    'postgresql.table': [],
  }

  class Closed extends AnsweringPostgresql {
    readonly #error: Error
    constructor(error: Error) {
      super('15', answers)
      this.#error = error
    }
    override inDatabase<T>(database: string): Promise<T> {
      this.entered.push(database)
      return Promise.reject(this.#error)
    }
  }

  function refusedBy(failure: 'not_permitted' | 'unreachable'): ProbeError {
    const cause = new ConnectError(failure, {
      zh: '没有 pg_hba.conf 条目',
      en: 'no pg_hba.conf entry',
    })
    return new ProbeError('NOT_ANSWERING', cause.text, { cause })
  }

  test('goes on with the others, and says which', async () => {
    const session = new Closed(refusedBy('not_permitted'))
    const { remarks } = await sampleOnce(table, session)
    expect(session.entered).toEqual(['his', 'lis'])
    expect(remarks.map(({ zh }) => zh)).toEqual([
      '数据库 his：没有 pg_hba.conf 条目',
      '数据库 lis：没有 pg_hba.conf 条目',
    ])
  })

  test.each([
    ['the server is gone', refusedBy('unreachable')],
    [
      'the password is refused',
      new ProbeError('REFUSED', 'refused', {
        cause: new ConnectError('wrong_password', { zh: '密码', en: 'password' }),
      }),
    ],
    ['the source is paused', new NoDataError('paused')],
  ])('stops when %s', async (_note, error) => {
    const session = new Closed(error)
    await expect(sampleOnce(table, session)).rejects.toBe(error)
    expect(session.entered).toEqual(['his'])
  })
})
