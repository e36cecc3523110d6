import { describe, expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import statements from './statements.ts'

const used = usePostgresql(
  { conf: { shared_preload_libraries: "'pg_stat_statements'" } },
  (server) =>
    server.sql([
      'CREATE SCHEMA "Stats of, us"',
      'CREATE EXTENSION pg_stat_statements SCHEMA "Stats of, us"',
      'GRANT USAGE ON SCHEMA "Stats of, us" TO wardround',
      'CREATE DATABASE empty',
      `CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`,
      "SELECT 'patient Zhang', count(*) FROM generate_series(1, 50000)",
    ]),
)

describeProbe(statements, { open: () => openPostgresql(used.server) })

test('lists the dearest, without a word of their text, and leaves no path behind', async () => {
  await using opened = await openPostgresql(used.server)
  const { documents } = await sampleOnce(statements, opened.session)
  expect(documents).toMatchObject([{ name: 'postgresql_statements:hcpg', keep: 'newest' }])
  const text = JSON.stringify(documents)
  expect(text).not.toMatch(/SELECT|Zhang|generate_series/)
  const dearest = await used.server.psql(
    'SELECT queryid FROM "Stats of, us".pg_stat_statements ORDER BY total_exec_time DESC LIMIT 1',
  )
  expect(documents[0]?.body).toMatchObject({
    statements: expect.arrayContaining([
      expect.objectContaining({ queryId: dearest, db: 'postgres', user: 'postgres', calls: 1 }),
    ]),
  })
  const [row] = await opened.session.rows(
    statements.statements?.filter(({ id }) => id === 'postgresql.statements.path') ?? [],
    new AbortController().signal,
  )
  expect(row).toEqual({ path: 'pg_catalog' })
})

test('without the schema or pg_monitor names the grant', async () => {
  await using opened = await openPostgresql(used.server, { user: 'bare' })
  await expect(sampleOnce(statements, opened.session)).rejects.toMatchObject({
    code: 'NOT_PERMITTED',
    text: { zh: expect.stringContaining('GRANT USAGE ON SCHEMA "Stats of, us" TO wardround') },
  })
  await used.server.sql('GRANT USAGE ON SCHEMA "Stats of, us" TO bare')
  await expect(sampleOnce(statements, opened.session)).rejects.toMatchObject({
    code: 'NOT_PERMITTED',
    text: { en: expect.stringContaining('GRANT pg_monitor TO wardround') },
  })
})

test('has no data where the extension is not installed', async () => {
  await using opened = await openPostgresql(used.server, {
    connect: `127.0.0.1:${used.server.port}/empty`,
  })
  await expect(sampleOnce(statements, opened.session)).rejects.toThrow(NoDataError)
})

describe('rows as documented', () => {
  const ROW = {
    queryid: '-5',
    user: 'his',
    db: null,
    calls: '0',
    rows: '0',
    total_ms: '0',
    shared_blks_hit: '0',
    shared_blks_read: '0',
    temp_blks_written: '0',
  }
  const EXTENSION = { schema: 'x', may_use: 't', path: 'pg_catalog, x' }
  const path = [{ path: 'pg_catalog' }]

  test.each([
    ['1.6', 'postgresql.statements.before-1-8'],
    ['1.8', 'postgresql.statements'],
    ['1.12', 'postgresql.statements'],
  ])('extension %s is asked by %s', async (extversion, id) => {
    const session = new AnsweringPostgresql('14.1', {
      'postgresql.statements.extension': [{ ...EXTENSION, extversion }],
      [id]: [ROW],
      'postgresql.statements.path': path,
    })
    const { documents } = await sampleOnce(statements, session)
    expect(documents[0]?.body).toMatchObject({ statements: [{ queryId: '-5', db: '', meanMs: 0 }] })
  })

  test('the path is set back when the question fails', async () => {
    const session = new AnsweringPostgresql('14.1', {
      'postgresql.statements.extension': [{ ...EXTENSION, extversion: '1.9' }],
      'postgresql.statements': new ProbeError(
        'UNREADABLE',
        'must be loaded via shared_preload_libraries',
      ),
      'postgresql.statements.path': path,
    })
    await expect(sampleOnce(statements, session)).rejects.toThrow('shared_preload_libraries')
    expect(session.sent.at(-1)?.statement.id).toBe('postgresql.statements.path')
  })
})
