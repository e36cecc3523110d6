import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  FakeOracle,
  ManualTime,
  openOracleSource,
  ORACLE_PING,
  oracleError,
  writeOraclePassword,
} from '@wardround/agent/testing'
import { until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const NEVER = new AbortController().signal
const MINUTE_MS = 60_000
/** A probe asks twice a minute; so many minutes of a refusal are tried. */
const MINUTES = 60

interface Case {
  readonly name: string
  /** Returns what was forbidden and happened. */
  readonly run: (directory: string) => Promise<readonly string[]>
}

const REFUSALS = [
  ['ORA-01017: invalid username/password; logon denied', 'wrong_password'],
  ['ORA-28000: the account is locked', 'account_locked'],
] as const

/** Mounted standby: ORA-01033. */
const PASSING = [
  ['ORA-01034: ORACLE not available', 'not_started'],
  ['ORA-00020: maximum number of processes (300) exceeded', 'too_many_sessions'],
  ['ORA-01033: ORACLE initialization or shutdown in progress', 'not_open'],
] as const

const CASES: readonly Case[] = [
  { name: 'a listener that accepts and never answers', run: meetSilentListener },
  ...REFUSALS.map(([message, failure]) => ({
    name: message,
    run: (directory: string) => beRefused(directory, message, failure),
  })),
  ...PASSING.map(([message, failure]) => ({
    name: message,
    run: (directory: string) => beTurnedAway(directory, message, failure),
  })),
  { name: 'a statement that hangs', run: cancelStatement },
  { name: 'a RAC node that is gone', run: takeOver },
  { name: 'a session that costs 2 % of a core', run: costTooMuch },
]

/** The agent hurts no Oracle server: the listener on loopback is a fake, and what needs a real logon stands behind node-oracledb’s interface. */
export const row: FaultRow = {
  id: 'D5 Oracle',
  title: 'Oracle: silent listener, refusals, full, standby mounted, RAC node gone (stand-ins)',
  shortTrials: 1,
  fullTrials: 5,
  async run({ trials, log }) {
    const violations: string[] = []
    for (let trial = 1; trial <= trials; trial++) {
      for (const { name, run } of CASES) {
        const directory = await mkdtemp(join(tmpdir(), 'wr-d5-'))
        await writeOraclePassword(directory, 'old')
        const found = await run(directory)
        violations.push(...found.map((violation) => `trial ${trial}, ${name}: ${violation}`))
        log(`trial ${trial}, ${name}: ${found.length === 0 ? 'holds' : found.join('; ')}`)
        await rm(directory, { recursive: true, force: true })
      }
    }
    return resultOf(trials, violations, { cases: CASES.length })
  },
}

async function meetSilentListener(directory: string): Promise<string[]> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let most = 0
  const listener = createServer((socket) => {
    accepted++
    sockets.add(socket)
    most = Math.max(most, sockets.size)
    socket.on('error', () => undefined) // cut off by the driver
    socket.on('close', () => sockets.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  const { port } = listener.address() as AddressInfo
  const options = { connect: `127.0.0.1:${port}/HCDB`, connectTimeout: '1s' }
  const source = await openOracleSource({ directory, options })
  const failures = new Set<string | undefined>()
  for (let minute = 0; minute < 10; minute++) {
    failures.add((await source.session.ping([ORACLE_PING], NEVER)).failure)
    // a busy machine hears of a connection after its caller has given it up
    await until('the attempt is heard of', () => accepted > minute, 10_000).catch(() => undefined)
    await source.time.pass(MINUTE_MS)
  }
  await source[Symbol.asyncDispose]()
  for (const socket of sockets) socket.destroy()
  listener.close()
  return [
    ...unless(most === 1, `${most} connections at once`),
    ...unless(accepted === 10, `${accepted} attempts in ten minutes`),
    ...unless([...failures].join() === 'timeout', `told as ${[...failures].join()}`),
  ]
}

/** One logon, however long it lasts, after a restart too; one more when the password has changed. */
async function beRefused(directory: string, message: string, failure: string): Promise<string[]> {
  const oracle = new FakeOracle()
  oracle.refuses = oracleError(message)
  const violations: string[] = []
  for (let start = 0; start < 2; start++) {
    const source = await openOracleSource({ directory, oracle })
    for (let half = 0; half < 2 * MINUTES; half++) {
      const ping = await source.session.ping([ORACLE_PING], NEVER)
      if (ping.failure !== failure) violations.push(`told as ${ping.failure}`)
      await source.time.pass(MINUTE_MS / 2)
    }
    await source[Symbol.asyncDispose]()
  }
  violations.push(...unless(oracle.logons === 1, `${oracle.logons} logons with a refused password`))
  oracle.refuses = undefined
  await writeOraclePassword(directory, 'new')
  const source = await openOracleSource({ directory, oracle })
  const { up } = await source.session.ping([ORACLE_PING], NEVER)
  await source[Symbol.asyncDispose]()
  return [...violations, ...unless(up, 'the new password was not tried')]
}

/** Tried again, at intervals of a minute at most; it works as soon as the server does. */
async function beTurnedAway(
  directory: string,
  message: string,
  failure: string,
): Promise<string[]> {
  const oracle = new FakeOracle()
  oracle.refuses = oracleError(message)
  const source = await openOracleSource({ directory, oracle })
  const violations: string[] = []
  for (let half = 0; half < 2 * MINUTES; half++) {
    const ping = await source.session.ping([ORACLE_PING], NEVER)
    if (ping.failure !== failure) violations.push(`told as ${ping.failure}`)
    await source.time.pass(MINUTE_MS / 2)
  }
  violations.push(...unless(oracle.logons <= MINUTES + 8, `${oracle.logons} logons`))
  oracle.refuses = undefined
  await source.time.pass(MINUTE_MS)
  const { up } = await source.session.ping([ORACLE_PING], NEVER)
  await source[Symbol.asyncDispose]()
  return [
    ...violations,
    ...unless(up, 'not up again after a minute'),
    ...unless(oracle.mostOpen <= 1, `${oracle.mostOpen} connections at once`),
  ]
}

/** Cancelled at its deadline where the server answers, cut off a second later where it does not. */
async function cancelStatement(directory: string): Promise<string[]> {
  const hanging = {
    ...ORACLE_PING,
    id: 'oracle.hanging',
    text: 'SELECT 2 FROM DUAL',
    timeoutMs: 50,
  }
  const oracle = new FakeOracle()
  oracle.answer = (sql) => (sql === hanging.text ? 'silence' : [{ ALIVE: 1 }])
  const source = await openOracleSource({ directory, oracle, statements: [hanging] })
  const violations: string[] = []
  for (const [answersCancel, logons] of [
    [true, 1],
    [false, 2],
  ] as const) {
    oracle.answersCancel = answersCancel
    const error: unknown = await source.session
      .rows([hanging], NEVER)
      .catch((thrown: unknown) => thrown)
    violations.push(...unless(codeOf(error) === 'DEADLINE', `ended with ${String(error)}`))
    const { up } = await source.session.ping([ORACLE_PING], NEVER)
    violations.push(...unless(up, 'no session afterwards'))
    violations.push(...unless(oracle.logons === logons, `${oracle.logons} logons`))
  }
  await source[Symbol.asyncDispose]()
  return [...violations, ...unless(oracle.mostOpen === 1, `${oracle.mostOpen} connections at once`)]
}

/** The facts of the database are collected by one of two instances at any time, and by the second a minute after the first is gone. */
async function takeOver(directory: string): Promise<string[]> {
  const time = new ManualTime()
  let lowest = 1
  const nodes = [1, 2].map((number) => {
    const oracle = new FakeOracle()
    oracle.identity = { ...oracle.identity, INSTANCE_NUMBER: String(number) }
    oracle.answer = (sql) => (sql.includes('GV$INSTANCE') ? [{ LOWEST: lowest }] : [])
    return oracle
  })
  const sources = await Promise.all(
    nodes.map((oracle) => openOracleSource({ directory, oracle, time })),
  )
  const collectors = async (): Promise<string> => {
    const names = await Promise.all(
      sources.map(({ session }, at) =>
        session.databaseTags(NEVER).then(
          () => `${at + 1}`,
          () => '',
        ),
      ),
    )
    return names.join('')
  }
  const violations = unless((await collectors()) === '1', 'not the first instance alone')
  lowest = 2
  const [first] = nodes
  if (first !== undefined) first.refuses = oracleError('ORA-12541: TNS:no listener')
  sources[0]?.cut?.()
  await time.pass(MINUTE_MS)
  violations.push(...unless((await collectors()) === '2', 'the second does not take over'))
  for (const source of sources) await source[Symbol.asyncDispose]()
  return violations
}

/** By the server’s own statistics of the session: the dearest statements are left out for an hour, the sign of life is not. */
async function costTooMuch(directory: string): Promise<string[]> {
  const dear = { ...ORACLE_PING, id: 'oracle.dear', text: 'SELECT 3 FROM DUAL' }
  const oracle = new FakeOracle()
  const time = new ManualTime()
  oracle.answer = (sql) => {
    if (sql.includes('V$MYSTAT')) return [{ CENTISECONDS: time.monotonicMs() * 0.002 }]
    if (sql === dear.text) time.stall(500)
    return []
  }
  const source = await openOracleSource({ directory, oracle, time, statements: [dear] })
  const outcomes: string[] = []
  for (let minute = 0; minute < 15; minute++) {
    await source.session.ping([ORACLE_PING], NEVER)
    outcomes.push(
      await source.session.rows([dear], NEVER).then(
        () => 'sent',
        () => 'left out',
      ),
    )
    await time.pass(MINUTE_MS)
  }
  const { up } = await source.session.ping([ORACLE_PING], NEVER)
  await source[Symbol.asyncDispose]()
  return [
    ...unless(outcomes.at(0) === 'sent' && outcomes.at(-1) === 'left out', outcomes.join()),
    ...unless(source.standing.dropped.join() === dear.id, 'the source does not say so'),
    ...unless(up, 'the sign of life is left out as well'),
  ]
}

function unless(holds: boolean, violation: string): string[] {
  return holds ? [] : [violation]
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
