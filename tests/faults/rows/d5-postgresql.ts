import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  CREATE_ACCOUNT,
  listPostgresqlStatements,
  loadPostgresqlProbes,
  ManualTime,
  NO_POSTGRESQL,
  openPostgresql,
  PostgresqlServer,
  sampleOnce,
} from '@wardround/agent/testing'
import { until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const NEVER = new AbortController().signal
const MINUTE_MS = 60_000
/** A probe asks twice a minute; so many minutes of a fault are tried, in fast motion. */
const MINUTES = 30
const LIVENESS_MS = 60_000
const OWN_SESSIONS =
  "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wardround-agent'"

const PING = {
  id: 'postgresql.up',
  text: 'SELECT 1 AS up',
  reads: [],
  grants: [],
  cost: 'cheap',
} as const
const SLEEP = { ...PING, id: 'postgresql.sleep', text: 'SELECT pg_sleep(600)', timeoutMs: 100 }

interface Case {
  readonly name: string
  /** Returns what was forbidden and happened. */
  readonly run: (server: PostgresqlServer, directory: string) => Promise<readonly string[]>
}

const CASES: readonly Case[] = [
  { name: 'a wrong password', run: beRefused },
  { name: 'no connection left', run: findItFull },
  { name: 'frozen', run: freeze },
  { name: 'restarted', run: restart },
  { name: 'a statement that hangs', run: cancelStatement },
  { name: 'all probes', run: sampleAll },
]

/** The agent hurts no PostgreSQL server: a real one. */
export const row: FaultRow = {
  id: 'D5 PostgreSQL',
  title:
    'PostgreSQL: refused, full, frozen, restarted, a hanging statement; its load (real server)',
  shortTrials: 1,
  fullTrials: 10,
  async run({ trials, log, skip }) {
    if (NO_POSTGRESQL !== undefined) skip(NO_POSTGRESQL)
    const violations: string[] = []
    for (let trial = 1; trial <= trials; trial++) {
      await using server = await PostgresqlServer.start({ conf: { max_connections: '10' } })
      await server.sql([...CREATE_ACCOUNT, 'CREATE DATABASE his', 'CREATE DATABASE lis'])
      for (const { name, run } of CASES) {
        const directory = await mkdtemp(join(tmpdir(), 'wr-d5-'))
        const found = await run(server, directory)
        violations.push(...found.map((violation) => `trial ${trial}, ${name}: ${violation}`))
        log(`trial ${trial}, ${name}: ${found.length === 0 ? 'holds' : found.join('; ')}`)
        await rm(directory, { recursive: true, force: true })
      }
    }
    return resultOf(trials, violations, { cases: CASES.length })
  },
}

/** A source whose time runs as fast as its test wants; the server's runs as ever. */
async function open(
  server: PostgresqlServer,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Awaited<ReturnType<typeof openPostgresql>> & { readonly time: ManualTime }> {
  const time = new ManualTime()
  const statements = [...(await listPostgresqlStatements()), PING, SLEEP]
  const opened = await openPostgresql(server, options, { clocks: time, timers: time, statements })
  return { ...opened, time }
}

type Opened = Awaited<ReturnType<typeof open>>

/** Asks for half an hour, twice a minute; how often which failure was told. */
async function pingOn({ session, time }: Opened): Promise<ReadonlySet<string | undefined>> {
  const failures = new Set<string | undefined>()
  for (let half = 0; half < 2 * MINUTES; half++) {
    failures.add((await session.ping([PING], NEVER)).failure)
    await time.pass(MINUTE_MS / 2)
  }
  return failures
}

async function beRefused(server: PostgresqlServer, directory: string): Promise<string[]> {
  const file = join(directory, 'password')
  await writeFile(file, 'wrong', { mode: 0o600 })
  const countLogons = () => server.log().split('password authentication failed').length - 1
  const before = countLogons()
  await using opened = await open(server, { password: { file } })
  const failures = await pingOn(opened)
  await until('the server has written its log', () => countLogons() > before, LIVENESS_MS)
  const logons = countLogons() - before
  return [
    ...unless(logons === 1, `${logons} logons with a refused password`),
    ...unless([...failures].join() === 'wrong_password', `told as ${[...failures].join()}`),
    ...unless(opened.standing.state === 'refused', `the source is ${opened.standing.state}`),
  ]
}

async function findItFull(server: PostgresqlServer): Promise<string[]> {
  await server.sql('CREATE ROLE his LOGIN')
  const clients = []
  for (let at = 0; at < 7; at++) clients.push(await server.connect('postgres', 'his'))
  await using opened = await open(server)
  const failures = await pingOn(opened)
  const { connections } = opened.standing.counts
  await Promise.all(clients.map((client) => client.end()))
  await server.sql('DROP ROLE his')
  await opened.time.pass(MINUTE_MS)
  const { up } = await opened.session.ping([PING], NEVER)
  return [
    ...unless([...failures].join() === 'too_many_sessions', `told as ${[...failures].join()}`),
    ...unless(connections <= MINUTES + 8, `${connections} attempts in ${MINUTES} minutes`),
    ...unless(up, 'not up again after a minute'),
  ]
}

async function freeze(server: PostgresqlServer): Promise<string[]> {
  await using opened = await open(server, { connectTimeout: '300ms' })
  await opened.session.ping([PING], NEVER)
  server.freeze()
  // The run that meets it is cut at its deadline.
  const cut = await opened.session.ping([PING], AbortSignal.timeout(200))
  const failures = await pingOn(opened)
  const { connections } = opened.standing.counts
  server.freeze(false)
  await until('it is up again', () => isUpAfterMinute(opened), LIVENESS_MS)
  const isAlone = async () => (await server.psql(OWN_SESSIONS)) === '1'
  await until('what was begun while it was frozen has ended', isAlone, LIVENESS_MS)
  return [
    ...unless(!cut.up, 'a frozen server was up'),
    ...unless([...failures].join() === 'timeout', `told as ${[...failures].join()}`),
    ...unless(connections <= MINUTES + 8, `${connections} attempts in ${MINUTES} minutes`),
  ]
}

/** On a busy machine a logon may take longer than it is given here: then the next minute's does it. */
async function isUpAfterMinute(opened: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  await opened.time.pass(MINUTE_MS)
  return (await opened.session.ping([PING], NEVER)).up
}

async function restart(server: PostgresqlServer): Promise<string[]> {
  await using opened = await open(server)
  const { up: before } = await opened.session.ping([PING], NEVER)
  await server.stop()
  const failures = await pingOn(opened)
  await server.launch()
  await opened.time.pass(MINUTE_MS)
  const { up } = await opened.session.ping([PING], NEVER)
  return [
    ...unless(before && up, 'not up before and after'),
    ...unless([...failures].join() === 'unreachable', `told as ${[...failures].join()}`),
  ]
}

async function cancelStatement(server: PostgresqlServer): Promise<string[]> {
  await using opened = await open(server)
  const error: unknown = await opened.session
    .rows([SLEEP], NEVER)
    .catch((thrown: unknown) => thrown)
  const { up } = await opened.session.ping([PING], NEVER)
  const code: unknown = error instanceof Error && 'code' in error ? error.code : error
  const { connections } = opened.standing.counts
  const running = await server.psql(
    "SELECT count(*) FROM pg_stat_activity WHERE query ~ 'pg_sleep.600'",
  )
  return [
    ...unless(code === 'DEADLINE', `ended with ${String(error)}`),
    ...unless(up && connections === 1, `the session was lost (${connections} logons)`),
    ...unless(running === '1', 'the statement still runs'), // the question itself
  ]
}

/** All probes ten times over: sessions at once, and the load at their own intervals, by the time that answers took. */
async function sampleAll(server: PostgresqlServer): Promise<string[]> {
  // By the real clock, which says how long answers took.
  await using opened = await openPostgresql(server)
  const { counts } = opened.standing
  let share = 0
  let most = 0
  for (const probe of await loadPostgresqlProbes()) {
    const before = counts.busyMs
    for (let round = 0; round < 10; round++) {
      const running = sampleOnce(probe, opened.session).catch(() => undefined) // nothing to report here
      most = Math.max(most, Number(await server.psql(OWN_SESSIONS)))
      await running
    }
    share += (counts.busyMs - before) / 10 / (1000 * probe.everySeconds)
  }
  return [
    ...unless(most <= 2, `${most} sessions at once`),
    ...unless(share > 0, 'nothing was measured'),
    ...unless(share <= 0.01, `${(100 * share).toFixed(2)} % of a core`),
  ]
}

function unless(holds: boolean, violation: string): string[] {
  return holds ? [] : [violation]
}
