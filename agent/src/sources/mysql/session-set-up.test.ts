import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import type { SentStatement } from '../../source.ts'
import type { Statement } from '../../statement.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { makeMonitorAccount, openMysqlSource } from '../../testing/open-mysql-source.ts'
import { LIMITS, OWN_CPU, READ_ONLY, SERVER, STATEMENT_LIMIT } from './session-statements.ts'

const never = new AbortController().signal
const ONE: Statement = {
  id: 'mysql.test.one',
  text: 'SELECT 1 AS one',
  reads: [],
  grants: [],
  cost: 'slow',
}
/** As a real session is set up, and then asked what it has cost. */
const IDS = [
  'mysql.session.server',
  'mysql.session.read-only',
  'mysql.session.limits',
  'mysql.session.statement-limit',
  'mysql.test.one',
  'mysql.session.statement-limit',
  'mysql.session.cpu',
]

let server: MariadbServer

beforeAll(async () => {
  if (NO_MARIADB !== undefined) return
  server = await MariadbServer.start()
  await makeMonitorAccount(server)
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(({ skip }) => skip(NO_MARIADB !== undefined, NO_MARIADB))

test('what sets a session up, and asks for its cost, is told, timed and counted like every other statement', async () => {
  await using opened = await openMysqlSource(server, { statements: [ONE] })
  await opened.session.rows([ONE], never)
  expect(idsOf(opened.sent).toSorted()).toEqual(IDS.toSorted())
  expect(idsOf(opened.sent).slice(0, 3)).toEqual(IDS.slice(0, 3))
  expect(opened.sent.filter(({ error }) => error !== undefined)).toEqual([])
  expect(opened.standing.counts.statements).toBe(IDS.length)
})

test.each([
  ['what server it is', SERVER],
  ['read-only', READ_ONLY],
  ['its limits', LIMITS],
  ['a limit of time', STATEMENT_LIMIT[0]],
])('sends nothing that is not on the list: %s', async (_note, left) => {
  await using opened = await openMysqlSource(server, {
    statements: [ONE],
    leftOut: left === undefined ? [] : [left],
  })
  await expect(opened.session.rows([ONE], never)).rejects.toThrow(`${left?.id} is not on the list`)
  expect(idsOf(opened.sent)).not.toContain(left?.id)
  const answered = opened.sent.filter(({ error }) => error === undefined)
  expect(idsOf(answered)).not.toContain(ONE.id)
})

test('its cost is not asked for where that is not on the list, or switched off', async () => {
  for (const given of [{ leftOut: OWN_CPU }, { options: { off: ['mysql.session'] } }]) {
    await using opened = await openMysqlSource(server, { statements: [ONE], ...given })
    expect(await opened.session.rows([ONE], never)).toEqual([{ one: 1 }])
    expect(idsOf(opened.sent)).not.toContain('mysql.session.cpu')
    expect(idsOf(opened.sent)).toContain('mysql.session.read-only')
  }
})

function idsOf(sent: readonly SentStatement[]): readonly string[] {
  return sent.map(({ statement }) => statement.id)
}
