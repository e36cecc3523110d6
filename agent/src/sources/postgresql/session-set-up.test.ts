import { expect, test } from 'vitest'

import type { SentStatement } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import { FACTS, SESSION_STATEMENTS, SET_DEADLINE } from './session-statements.ts'

const used = usePostgresql()
const never = new AbortController().signal

const ONE: Statement = {
  id: 'postgresql.test.one',
  text: 'SELECT 1 AS one',
  reads: [],
  grants: [],
  cost: 'slow',
}
const SLEEP: Statement = { ...ONE, id: 'postgresql.test.sleep', text: 'SELECT pg_sleep(300)' }

test('what sets a session up is told, timed and counted like every other statement', async () => {
  const sent: SentStatement[] = []
  const given = {
    statements: [...SESSION_STATEMENTS, ONE],
    onStatement: (each: SentStatement) => void sent.push(each),
  }
  await using opened = await openPostgresql(used.server, {}, given)
  await opened.session.rows([ONE], never)
  await opened.session.rows([ONE], never)
  expect(sent.map(({ statement, rows, error }) => [statement.id, rows, error])).toEqual([
    [FACTS.id, 1, undefined],
    [SET_DEADLINE.id, 1, undefined],
    [ONE.id, 1, undefined],
    [ONE.id, 1, undefined],
  ])
  expect(opened.standing.counts.statements).toBe(4)
})

test.each([
  ['its first statement', FACTS],
  ['its deadline', SET_DEADLINE],
])('sends nothing that is not on the list: %s', async (_note, left) => {
  const sent: SentStatement[] = []
  const statements = [...SESSION_STATEMENTS, ONE].filter((statement) => statement !== left)
  const given = { statements, onStatement: (each: SentStatement) => void sent.push(each) }
  await using opened = await openPostgresql(used.server, {}, given)
  await expect(opened.session.rows([ONE], never)).rejects.toThrow(`${left.id} is not on the list`)
  expect(sent.map(({ statement }) => statement)).not.toContain(left)
})

test('what sets a session up can not be switched off', async () => {
  const options = { off: ['postgresql.session'] }
  const given = { statements: [...SESSION_STATEMENTS, ONE] }
  await using opened = await openPostgresql(used.server, options, given)
  expect(await opened.session.rows([ONE], never)).toEqual([{ one: '1' }])
  for (const statement of SESSION_STATEMENTS) expect(statement.isNeeded).toBe(true)
})

test('a statement ends on the server soon after its line is cut', async () => {
  await using opened = await openPostgresql(
    used.server,
    {},
    {
      statements: [...SESSION_STATEMENTS, SLEEP],
    },
  )
  const run = new AbortController()
  const sleeping = opened.session.rows([SLEEP], run.signal)
  const ended = expect(sleeping).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
  await expect.poll(countBackends, { timeout: 20_000 }).toBe('1')
  run.abort()
  await ended
  await expect.poll(countBackends, { timeout: 30_000, interval: 200 }).toBe('0')
})

function countBackends(): Promise<string> {
  return used.server.psql(
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wardround-agent' AND wait_event = 'PgSleep'",
  )
}
