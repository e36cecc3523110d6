import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MYSQL_8_4 } from '../../testing/mysql-answers.ts'
import { CONNECT_FAILURES } from '../../sources/server/connect-failure.ts'
import up from './up.ts'

test('says that the server answers, and how long the logon took', async () => {
  const session = new AnsweringSession(MYSQL_8_4, { 'mysql.up': [{ alive: 1 }] })
  const { samples } = await sampleOnce(up, session)
  expect(samples).toEqual([
    {
      measurement: 'mysql_up',
      tags: { instance: 'hcdb1' },
      fields: { up: 1, connect_ms: 12.5, error_code: 0 },
    },
  ])
})

test('says why not where there is no session', async () => {
  const session = {
    instance: 'hcdb1',
    ping: async () => ({ up: false, connectMs: undefined, failure: 'too_many_sessions' }),
  }
  const { samples } = await sampleOnce(up, session)
  expect(samples[0]?.fields).toEqual({
    up: 0,
    connect_ms: undefined,
    error_code: CONNECT_FAILURES.indexOf('too_many_sessions') + 1,
  })
})
