import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { NoDataError, type Probe } from '../../probe.ts'
import type { MysqlSession } from '../../sources/mysql/mysql-session.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { MYSQL_PROBES } from '../../testing/mysql-probes.ts'
import { makeMonitorAccount, openMysqlSource } from '../../testing/open-mysql-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'

const TABLES = 5_000
const ROUNDS = 5

let server: MariadbServer

beforeAll(async () => {
  if (NO_MARIADB !== undefined) return
  server = await MariadbServer.start(['--userstat=ON'])
  await makeMonitorAccount(server)
  await server.query('CREATE DATABASE wide', 'SET SESSION sql_log_bin = 0')
  await using makers = await openMakers(server)
  await makers.make(TABLES)
})
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(({ skip }) => skip(NO_MARIADB !== undefined, NO_MARIADB))

test('5,000 tables are counted to the last, after a restart too', async () => {
  await server.stop()
  await server.begin()
  await using opened = await openMysqlSource(server)
  const { samples } = await sampleOnce(MYSQL_PROBES.schema, opened.session)
  const wide = samples.find(({ tags }) => tags['schema'] === 'wide')
  expect(wide?.fields['tables']).toBe(TABLES)
  expect(opened.sent.filter(({ error }) => error !== undefined)).toEqual([])
  expect(opened.standing.counts.connections).toBe(1)
})

test('rounds of all probes take one connection, as the server counts them too', async () => {
  await server.query('FLUSH USER_STATISTICS')
  {
    await using opened = await openMysqlSource(server)
    for (let round = 0; round < ROUNDS; round++)
      for (const probe of Object.values(MYSQL_PROBES)) await sampleOrNothing(probe, opened.session)
    expect(opened.standing.counts).toMatchObject({ connections: 1, failures: 0 })
  }
  await expect.poll(countLogons).toBe(1)
})

/** A server without a replica and without a binary log has nothing for two of them. */
async function sampleOrNothing(probe: Probe, session: MysqlSession): Promise<void> {
  await sampleOnce(probe, session).catch((error: unknown) => {
    if (!(error instanceof NoDataError)) throw error
  })
}

async function countLogons(): Promise<number> {
  const [row] = await server.query(
    "SELECT TOTAL_CONNECTIONS AS logons FROM information_schema.USER_STATISTICS WHERE USER = 'wardround'",
  )
  return Number(row?.['logons'])
}

/** Several sessions at once: making tables waits more than it works. */
async function openMakers(on: MariadbServer) {
  const makers = await Promise.all(Array.from({ length: 4 }, () => on.connect()))
  return {
    async make(count: number): Promise<void> {
      await Promise.all(
        makers.map(async (maker, at) => {
          for (let number = at; number < count; number += makers.length)
            await maker.query(`CREATE TABLE wide.t${number} (id INT PRIMARY KEY, a INT, KEY (a))`)
        }),
      )
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(makers.map((maker) => maker.end()))
    },
  }
}
