import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { ACCOUNT, openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import account from './account.ts'

const used = usePostgresql({}, (server) =>
  server.sql([
    "CREATE ROLE his LOGIN VALID UNTIL 'infinity'",
    "CREATE ROLE lis LOGIN VALID UNTIL '2000-01-01'",
    "CREATE ROLE folk NOLOGIN VALID UNTIL '2000-01-01'",
    `ALTER ROLE ${ACCOUNT} VALID UNTIL '2999-01-01'`,
  ]),
)

describeProbe(account, { open: () => openPostgresql(used.server) })

test('has its own account, and those with a date that may log in', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(account, opened.session)
  expect(samples.map(({ measurement, tags }) => `${measurement} ${tags['user']}`)).toEqual([
    'pg_account wardround',
    'pg_user lis',
    'pg_user wardround',
  ])
  const [own, lis] = samples
  const days = Number(
    await used.server.psql("SELECT extract(epoch FROM timestamptz '2999-01-01' - now()) / 86400"),
  )
  expect(own?.fields).toEqual({ days_to_expiry: expect.closeTo(days, 1), superuser: 0 })
  expect(lis?.fields['expired']).toBe(1)
  expect(lis?.fields['days_to_expiry']).toBeLessThan(-9000)
})

test('an account without a date has none, and a superuser is told', async () => {
  await using opened = await openPostgresql(used.server, {
    connect: `${used.server.directory}:${used.server.port}`,
    user: 'postgres',
    password: undefined,
  })
  const { samples } = await sampleOnce(account, opened.session)
  expect(samples[0]).toEqual({
    measurement: 'pg_account',
    tags: { instance: 'hcpg', user: 'postgres' },
    fields: { days_to_expiry: undefined, superuser: 1 },
  })
})
