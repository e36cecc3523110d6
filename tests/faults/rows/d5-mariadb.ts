import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  makeMonitorAccount,
  MariadbServer,
  MYSQL_PROBES,
  NO_MARIADB,
  openMysqlSource,
  sampleOnce,
  systemClocks,
  writeMysqlPassword,
  type MysqlSourceSettings,
  type OpenedMysqlSource,
} from '@wardround/agent/testing'
import { until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const MINUTE_MS = 60_000
/** A probe asks twice a minute; so many minutes of a refusal are tried. */
const MINUTES = 60
/** Of the fast probes, at 30 s: ten minutes. */
const ROUNDS = 20
const ROUND_SECONDS = 30
const SHARE_OF_CORE = 0.01
const BACK_WITHIN_MS = 90_000

const HANGING = {
  id: 'mysql.hanging',
  text: 'SELECT SLEEP(600) AS slept',
  reads: [],
  grants: [],
  cost: 'cheap',
  timeoutMs: 300,
} as const

/** A server under trial, and how to open the source on it with time that can be passed over. */
interface Trial {
  readonly server: MariadbServer
  readonly directory: string
}

interface Case {
  readonly name: string
  /** Returns what was forbidden and happened. */
  readonly run: (trial: Trial) => Promise<readonly string[]>
}

const CASES: readonly Case[] = [
  { name: 'a wrong password', run: beRefused },
  { name: 'a locked account', run: meetLockedAccount },
  { name: 'no connection left', run: meetFullServer },
  { name: 'a statement that hangs', run: cancelStatement },
  { name: 'a server that stands still', run: meetFrozenServer },
  { name: 'a server that is killed and comes back', run: loseServer },
  { name: 'ten minutes of all probes', run: countCost },
]

/** The agent hurts no MariaDB: a real server is locked, filled, frozen and killed under its probes. */
export const row: FaultRow = {
  id: 'D5 MariaDB',
  title: 'MariaDB: refusals, full, hanging statement, frozen, killed (a real server)',
  shortTrials: 1,
  fullTrials: 5,
  async run({ trials, log, skip }) {
    if (NO_MARIADB !== undefined) skip(NO_MARIADB)
    const violations: string[] = []
    await using server = await MariadbServer.start(['--userstat=ON'])
    for (let trial = 1; trial <= trials; trial++) {
      for (const { name, run } of CASES) {
        await makeMonitorAccount(server)
        const directory = await mkdtemp(join(tmpdir(), 'wr-d5-'))
        const found = await run({ server, directory })
        violations.push(...found.map((violation) => `trial ${trial}, ${name}: ${violation}`))
        log(`trial ${trial}, ${name}: ${found.length === 0 ? 'holds' : found.join('; ')}`)
        await rm(directory, { recursive: true, force: true })
      }
    }
    return resultOf(trials, violations, { cases: CASES.length })
  },
}

/** One logon in an hour, none after a restart of the agent, and one more when the password has changed. */
async function beRefused({ server, directory }: Trial): Promise<string[]> {
  const settings = {
    passwordFile: await writeMysqlPassword(directory, 'wrong'),
    stateDirectory: join(directory, 'state'),
  }
  const before = await readStatus(server, 'Access_denied_errors')
  const violations: string[] = []
  for (let start = 0; start < 2; start++) violations.push(...(await ask(server, settings, [4])))
  const tried = (await readStatus(server, 'Access_denied_errors')) - before
  await makeMonitorAccount(server)
  await writeMysqlPassword(directory, 'Wardround-1')
  violations.push(...(await ask(server, settings, [0], 1)))
  return [...violations, ...unless(tried === 1, `${tried} logons with a refused password`)]
}

async function meetLockedAccount({ server, directory }: Trial): Promise<string[]> {
  await server.query('ALTER USER wardround ACCOUNT LOCK')
  const before = await readStatus(server, 'Connections')
  const violations = await ask(server, { stateDirectory: join(directory, 'state') }, [5])
  const tried = (await readStatus(server, 'Connections')) - before
  return [...violations, ...unless(tried === 1, `${tried} logons to a locked account`)]
}

/** Tried again at intervals of a minute at most; it works as soon as there is room. */
async function meetFullServer({ server }: Trial): Promise<string[]> {
  await server.query('SET GLOBAL max_connections = 10')
  const others = await Promise.all(Array.from({ length: 9 }, () => server.connect()))
  const time = new PassedTime()
  await using source = await openMysqlSource(server, { clocks: time })
  const codes = new Set<number>()
  for (let half = 0; half < 20; half++) {
    codes.add(await errorCodeOf(source))
    time.passedMs += MINUTE_MS / 2
  }
  await Promise.all(others.map((connection) => connection.end()))
  await server.query('SET GLOBAL max_connections = 151')
  const backs = await comesBack(source, time)
  const { connections } = source.standing.counts
  return [
    ...unless([...codes].join() === '7', `told as ${[...codes].join()}`),
    ...unless(connections <= 25, `${connections} attempts in ten minutes`),
    ...backs,
  ]
}

/** The server itself cancels it; the session goes on. */
async function cancelStatement({ server }: Trial): Promise<string[]> {
  await using source = await openMysqlSource(server, { statements: [HANGING] })
  const signal = new AbortController().signal
  const failure = await source.session.rows([HANGING], signal).then(
    () => 'an answer',
    (error: unknown) => codeOf(error),
  )
  const code = await errorCodeOf(source)
  const { connections } = source.standing.counts
  return [
    ...unless(failure === 'DEADLINE', `a hanging statement ended as ${failure}`),
    ...unless(code === 0 && connections === 1, `${connections} sessions, error ${code} after it`),
  ]
}

/** Each run ends at its deadline, and no sessions pile up that the server finds when it moves again. */
async function meetFrozenServer({ server }: Trial): Promise<string[]> {
  const time = new PassedTime()
  const options = { connectTimeout: '300ms' }
  await using source = await openMysqlSource(server, { clocks: time, options })
  await errorCodeOf(source)
  const violations: string[] = []
  server.freeze()
  for (let run = 0; run < 5; run++) {
    time.passedMs += MINUTE_MS
    const signal = AbortSignal.timeout(500)
    const startedMs = performance.now()
    const answer = await sampleOnce(MYSQL_PROBES.status, source.session, { signal }).catch(codeOf)
    const tookMs = performance.now() - startedMs
    if (typeof answer !== 'string') violations.push('a frozen server answered')
    if (tookMs > 10_000) violations.push(`a run of half a second took ${tookMs.toFixed(0)} ms`)
  }
  server.thaw()
  violations.push(...(await comesBack(source, time)), ...(await settlesAtOne(server)))
  return violations
}

async function loseServer({ server }: Trial): Promise<string[]> {
  const time = new PassedTime()
  await using source = await openMysqlSource(server, { clocks: time })
  await errorCodeOf(source)
  await server.stop('SIGKILL')
  const codes: number[] = []
  for (let run = 0; run < 5; run++) {
    codes.push(await errorCodeOf(source))
    time.passedMs += MINUTE_MS
  }
  await server.begin()
  return [
    ...unless(new Set(codes).size === 1 && codes[0] === 1, `told as ${codes.join()}`),
    ...(await comesBack(source, time)),
    ...(await settlesAtOne(server)),
  ]
}

/** By the server's own statistics of the account. */
async function countCost({ server }: Trial): Promise<string[]> {
  await server.query('FLUSH USER_STATISTICS')
  {
    await using source = await openMysqlSource(server)
    for (let round = 0; round < ROUNDS; round++)
      for (const probe of Object.values(MYSQL_PROBES))
        await sampleOnce(probe, source.session).catch(codeOf) // no replica, no binary log: nothing to report
  }
  let seconds: number | undefined
  await until(
    'the session is accounted for',
    async () => {
      const [found] = await server.query(
        "SELECT CPU_TIME AS cpu FROM information_schema.USER_STATISTICS WHERE USER = 'wardround'",
      )
      seconds = found === undefined ? undefined : Number(found['cpu'])
      return seconds !== undefined
    },
    BACK_WITHIN_MS,
  )
  const allowed = ROUNDS * ROUND_SECONDS * SHARE_OF_CORE
  return unless((seconds ?? allowed) < allowed, `${seconds} s of processor time, not ${allowed} s`)
}

/** Asks twice a minute, and says what was told beside what was expected. */
async function ask(
  server: MariadbServer,
  settings: MysqlSourceSettings,
  expected: readonly number[],
  minutes = MINUTES,
): Promise<string[]> {
  const time = new PassedTime()
  await using source = await openMysqlSource(server, { ...settings, clocks: time })
  const codes = new Set<number>()
  for (let half = 0; half < 2 * minutes; half++) {
    codes.add(await errorCodeOf(source))
    time.passedMs += MINUTE_MS / 2
  }
  return unless([...codes].join() === expected.join(), `told as ${[...codes].join()}`)
}

async function comesBack(source: OpenedMysqlSource, time: PassedTime): Promise<string[]> {
  try {
    await until(
      'the source is back',
      async () => {
        time.passedMs += MINUTE_MS
        return (await errorCodeOf(source)) === 0
      },
      BACK_WITHIN_MS,
    )
    return []
  } catch (error) {
    return [String(error)]
  }
}

/** What was cut off while the server stood still is gone a moment later. */
async function settlesAtOne(server: MariadbServer): Promise<string[]> {
  let sessions = 0
  try {
    await until(
      'one session is left',
      async () => {
        const [found] = await server.query(
          "SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE USER = 'wardround'",
        )
        sessions = Number(found?.['n'])
        return sessions === 1
      },
      BACK_WITHIN_MS,
    )
    return []
  } catch {
    return [`${sessions} sessions`]
  }
}

/** Real time, and what a test passes over. */
class PassedTime {
  passedMs = 0
  nowMs(): number {
    return systemClocks.nowMs() + this.passedMs
  }
  monotonicMs(): number {
    return systemClocks.monotonicMs() + this.passedMs
  }
  sinceBootMs(): number {
    return systemClocks.sinceBootMs() + this.passedMs
  }
}

/** How mysql.up finds its server: 0, or the place among the reasons for having no session. */
async function errorCodeOf({ session }: OpenedMysqlSource): Promise<number> {
  const { samples } = await sampleOnce(MYSQL_PROBES.up, session)
  return samples[0]?.fields['error_code'] ?? -1
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}

async function readStatus(server: MariadbServer, name: string): Promise<number> {
  const [found] = await server.query(`SHOW GLOBAL STATUS LIKE '${name}'`)
  return Number(found?.['Value'])
}

function unless(holds: boolean, violation: string): string[] {
  return holds ? [] : [violation]
}
