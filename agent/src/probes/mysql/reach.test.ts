import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { timeoutMsOf } from '../../statement.ts'
import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { MYSQL_PROBES } from '../../testing/mysql-probes.ts'
import { makeMonitorAccount, openMysqlSource } from '../../testing/open-mysql-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'

const TABLES = 5_000
const ROUNDS = 20

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

test('5,000 tables are counted within the deadline, after a restart too', async () => {
  await server.stop()
  await server.begin()
  await using opened = await openMysqlSource(server)
  const { samples } = await sampleOnce(MYSQL_PROBES.schema, opened.session)
  const wide = samples.find(({ tags }) => tags['schema'] === 'wide')
  expect(wide?.fields['tables']).toBe(TABLES)
  const [sent] = opened.sent
  if (sent === undefined) throw new Error('nothing was sent')
  expect(sent.durationMs).toBeLessThan(timeoutMsOf(sent.statement))
  console.info(`${TABLES} tables: ${sent.durationMs.toFixed(0)} ms`)
})

test('a round of all probes takes one connection, and the server says what it cost', async () => {
  const { schema: _, ...fast } = MYSQL_PROBES
  await server.query('FLUSH USER_STATISTICS')
  {
    await using opened = await openMysqlSource(server)
    for (let round = 0; round < ROUNDS; round++)
      for (const probe of Object.values(fast))
        await sampleOnce(probe, opened.session).catch(() => undefined)
    expect(opened.standing.counts.connections).toBe(1)
    const longest = opened.sent.toSorted((a, b) => b.durationMs - a.durationMs)[0]
    console.info(`longest: ${longest?.statement.id}, ${longest?.durationMs.toFixed(1)} ms`)
  }
  await expect.poll(async () => (await statistics())?.['logons']).toBe(1)
  const seconds = Number((await statistics())?.['cpu'])
  console.info(`${ROUNDS} rounds: ${seconds.toFixed(3)} s of the server's processor time`)
})

async function statistics() {
  const [row] = await server.query(
    "SELECT CPU_TIME AS cpu, TOTAL_CONNECTIONS AS logons FROM information_schema.USER_STATISTICS WHERE USER = 'wardround'",
  )
  return row
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
