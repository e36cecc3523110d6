// The source of PostgreSQL on a real server with 50 databases, one of which has 5,000 tables: all its probes through the real session, one after the
// other, and what a run costs the agent and the server. The shares of a core are those at each probe's own interval.
import {
  CREATE_ACCOUNT,
  loadPostgresqlProbes,
  openPostgresql,
  PostgresqlServer,
  sampleOnce,
} from '@wardround/agent/testing'
import { readFileSync } from 'node:fs'
import { median, printTable } from './table.ts'

const DATABASES = 50
const TABLES = 5_000
const RUNS = 20
const TICK_MS = 10

const statementMs = new Map<string, number[]>()
await using server = await PostgresqlServer.start({
  conf: {
    shared_buffers: '128MB',
    shared_preload_libraries: "'pg_stat_statements'",
    max_locks_per_transaction: '512',
  },
})
await server.sql([...CREATE_ACCOUNT, 'CREATE EXTENSION pg_stat_statements'])
for (let at = 1; at < DATABASES; at++) await server.sql(`CREATE DATABASE db${at}`)
for (const from of [1, 1 + TABLES / 2])
  await server.sql(
    `DO $$ BEGIN FOR i IN ${from}..${from + TABLES / 2 - 1} LOOP
      EXECUTE format('CREATE TABLE t%s (id integer PRIMARY KEY, note text)', i); END LOOP; END $$`,
    'db1',
  )

const environment = { PG_PASSWORD: passwordOf(CREATE_ACCOUNT) }
await using opened = await openPostgresql(
  server,
  {},
  {
    environment,
    onStatement({ statement, durationMs }) {
      statementMs.set(statement.id, [...(statementMs.get(statement.id) ?? []), durationMs])
    },
  },
)
const { session, standing } = opened
const rows = []
for (const probe of await loadPostgresqlProbes()) {
  const [agentMs, serverMs, busyMs]: number[][] = [[], [], []]
  let samples = 0
  for (let run = 0; run < RUNS; run++) {
    const before = { own: process.cpuUsage(), server: serverCpuMs(), busy: standing.counts.busyMs }
    const sampled = await sampleOnce(probe, session).catch(() => undefined) // nothing to report here
    const own = process.cpuUsage(before.own)
    agentMs?.push((own.user + own.system) / 1000)
    serverMs?.push(serverCpuMs() - before.server)
    busyMs?.push(standing.counts.busyMs - before.busy)
    samples = sampled?.samples.length ?? 0
  }
  rows.push({
    probe: probe.name,
    'every s': probe.everySeconds,
    samples,
    'agent CPU ms': median(agentMs ?? []),
    'server CPU ms': mean(serverMs ?? []),
    'answers ms': median(busyMs ?? []),
    'agent % of a core': shareOf(median(agentMs ?? []), probe.everySeconds),
    'server % of a core': shareOf(mean(serverMs ?? []), probe.everySeconds),
  })
}
printTable(`postgresql: a run of each probe, ${DATABASES} databases, ${TABLES} tables in one`, rows)
printTable('postgresql: all together (goals: agent <= 0.5 %, server <= 1 % of a core)', [
  {
    'agent % of a core': sum(rows.map((row) => row['agent % of a core'])),
    'server % of a core': sum(rows.map((row) => row['server % of a core'])),
  },
])
printTable(
  'postgresql: statements, ms (goal: <= 200 but for slow ones)',
  [...statementMs].map(([statement, times]) => ({
    statement,
    sent: times.length,
    median: median(times),
    longest: Math.max(...times),
  })),
)

/** All processes of the server but its main one: sessions, and what works for them. Counted in ticks, so that means tell more than medians. */
function serverCpuMs(): number {
  const stat = readFileSync(`/proc/${server.pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ended = Number(fields[13]) + Number(fields[14])
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'latin1')
  const living = children.split(' ').filter(Boolean).map(ticksOf)
  return (ended + sum(living)) * TICK_MS
}

function ticksOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0 // it has just ended: it is among the ended
  }
}

function passwordOf(statements: readonly string[]): string {
  return /PASSWORD '([^']+)'/.exec(statements.join())?.[1] ?? ''
}

function shareOf(ms: number, everySeconds: number): number {
  return ms / (10 * everySeconds)
}

function mean(values: readonly number[]): number {
  return sum(values) / Math.max(1, values.length)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
