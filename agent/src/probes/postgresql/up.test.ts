import { expect, test } from 'vitest'

import { CONNECT_FAILURES } from '../../sources/server/connect-failure.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { ACCOUNT, openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import up from './up.ts'

const used = usePostgresql()

describeProbe(up, { open: () => openPostgresql(used.server) })

test('is 1 with the time of the logon while a session answers', async () => {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(up, opened.session)
  expect(samples).toEqual([
    {
      measurement: 'pg_up',
      tags: { instance: 'hcpg' },
      fields: { up: 1, connect_ms: expect.any(Number), error_code: 0 },
    },
  ])
})

test('is 0 with the reason when the account has no session left', async () => {
  await used.server.sql(`ALTER ROLE ${ACCOUNT} CONNECTION LIMIT 0`)
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(up, opened.session)
  await used.server.sql(`ALTER ROLE ${ACCOUNT} CONNECTION LIMIT -1`)
  const reason = CONNECT_FAILURES.indexOf('too_many_sessions') + 1
  expect(samples[0]?.fields).toEqual({ up: 0, connect_ms: undefined, error_code: reason })
})
