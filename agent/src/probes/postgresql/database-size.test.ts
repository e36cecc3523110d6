import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql, PASSWORD } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import databaseSize from './database-size.ts'

const used = usePostgresql({}, (server) =>
  server.sql([
    'CREATE DATABASE secret',
    'REVOKE CONNECT ON DATABASE secret FROM PUBLIC',
    `CREATE ROLE bare LOGIN PASSWORD '${PASSWORD}'`,
  ]),
)

describeProbe(databaseSize, { open: () => openPostgresql(used.server) })

test('has the size of each database, also of one that it may not enter', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(databaseSize, opened.session)
  const size = samples.find(({ tags }) => tags['db'] === 'secret')?.fields['size_bytes']
  expect(size).toBe(Number(await used.server.psql("SELECT pg_database_size('secret')")))
})

test('without pg_monitor is refused, with the grant', async () => {
  await using opened = await openPostgresql(used.server, { user: 'bare' })
  await expect(sampleOnce(databaseSize, opened.session)).rejects.toMatchObject({
    code: 'NOT_PERMITTED',
    text: { en: expect.stringContaining('GRANT pg_monitor TO bare') },
  })
})
