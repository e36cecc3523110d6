import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { NoDataError } from '../probe.ts'
import type { Row } from '../row.ts'
import type { Statement } from '../statement.ts'
import { FakeOracle, oracleError } from '../testing/fake-oracle.ts'
import { ManualTime } from '../testing/manual-time.ts'
import {
  openOracleSource,
  ORACLE_PING,
  writeOraclePassword,
  type OpenedOracle,
} from '../testing/open-oracle-source.ts'
import { reading } from './oracle/grant.ts'
import { ROLE } from './oracle/oracle-statements.ts'
import { oracleSource } from './oracle.ts'

const SESSIONS: Statement = {
  id: 'oracle.session',
  text: 'SELECT COUNT(*) AS N FROM V$SESSION',
  ...reading('V$SESSION'),
  cost: 'cheap',
}
const SLOW: Statement = { ...SESSIONS, id: 'oracle.slow', timeoutMs: 30 }
const NEVER = new AbortController().signal
const WRONG_PASSWORD = oracleError('ORA-01017: invalid username/password; logon denied')
const LOCKED = oracleError('ORA-28000: the account is locked')
const NOT_GRANTED = oracleError('ORA-00942: table or view does not exist')

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'oracle-source-'))
  await writeOraclePassword(directory, 'old')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function open(oracle: FakeOracle, time = new ManualTime(), options = {}): Promise<OpenedOracle> {
  return openOracleSource({ oracle, directory, time, options, statements: [SESSIONS, SLOW] })
}

/** Answers each statement that has one of these words; nothing else. */
function answering(answers: Readonly<Record<string, readonly Row[] | Error>>) {
  return (sql: string): readonly Row[] | Error =>
    Object.entries(answers).find(([word]) => sql.includes(word))?.[1] ?? []
}

describe('the session', () => {
  test('is opened by the first probe, and all of them share it', async () => {
    const oracle = new FakeOracle()
    const opened = await open(oracle)
    const { session, standing } = opened
    expect(oracle.logons).toBe(0)
    await Promise.all([
      session.rows([ORACLE_PING], NEVER),
      session.rows([SESSIONS], NEVER),
      session.facts(NEVER),
      session.ping([ORACLE_PING], NEVER),
    ])
    expect(oracle).toMatchObject({ logons: 1, open: 1, mostOpen: 1 })
    expect(standing.toJson()).toMatchObject({
      state: 'working',
      server: 'Oracle Database 19.22.0.0.0 (non-cdb, primary)',
    })
    await opened[Symbol.asyncDispose]()
    expect(oracle.open).toBe(0)
  })

  test('names database and instance', async () => {
    const { session } = await open(new FakeOracle())
    expect(await session.instanceTags(NEVER)).toEqual({ database: 'hcdb', instance: 'hcdb1' })
  })

  test('sends nothing that is not on the list', async () => {
    const oracle = new FakeOracle()
    const { session } = await open(oracle)
    const other: Statement = { ...ORACLE_PING, text: 'SELECT * FROM V$ACTIVE_SESSION_HISTORY' }
    await expect(session.rows([other], NEVER)).rejects.toThrow('not on the list')
    expect(oracle.executed.map(({ sql }) => sql)).not.toContain(other.text)
  })

  test('lists all that it sends by itself, and reads only', async () => {
    const oracle = new FakeOracle()
    const { session } = await open(oracle)
    await session.databaseTags(NEVER)
    const listed = (oracleSource.statements ?? []).map(({ text }) => text)
    for (const { sql } of oracle.executed) expect(listed).toContain(sql)
    for (const text of listed) expect(text).toMatch(/^SELECT /)
  })

  test('asks through the gate who the server is: it counts, and can’t be switched off', async () => {
    const oracle = new FakeOracle()
    const { session, standing } = await open(oracle, undefined, { off: ['oracle.logon'] })
    expect(await session.facts(NEVER)).toMatchObject({ version: [19, 22, 0, 0, 0] })
    expect(standing.counts.statements).toBe(1)
    expect(oracle.executed).toHaveLength(1)
  })

  test('reports what it cost, and goes on without where that grant is missing', async () => {
    const oracle = new FakeOracle()
    oracle.answer = answering({ V$MYSTAT: [{ CENTISECONDS: 250 }] })
    const { session, standing, time } = await open(oracle)
    await session.rows([ORACLE_PING], NEVER)
    expect(standing.counts.cpuSeconds).toBe(2.5)

    oracle.answer = answering({ V$MYSTAT: NOT_GRANTED })
    for (let minute = 0; minute < 9; minute++) {
      await time.pass(60_001)
      await session.rows([ORACLE_PING], NEVER)
    }
    const asked = oracle.executed.filter(({ sql }) => sql.includes('V$MYSTAT'))
    expect(asked).toHaveLength(2)
    expect(standing.state).toBe('working')
  })

  test('tells a warning of the logon once', async () => {
    const oracle = new FakeOracle()
    oracle.warning = oracleError('ORA-28002: the password will expire within 7 days')
    const opened = await open(oracle)
    const { session, lines } = opened
    await session.rows([ORACLE_PING], NEVER)
    opened.cut?.()
    await session.rows([ORACLE_PING], NEVER)
    expect(oracle.logons).toBe(2)
    const warnings = lines.filter(({ level }) => level === 'warn')
    expect(warnings).toEqual([
      expect.objectContaining({ warning: 'ORA-28002: the password will expire within 7 days' }),
    ])
  })

  test('names the missing grant and goes on with the others', async () => {
    const oracle = new FakeOracle()
    const offset = SESSIONS.text.indexOf('V$SESSION')
    oracle.answer = answering({
      V$SESSION: oracleError('ORA-00942: table or view does not exist', { offset }),
      ALIVE: [{ ALIVE: 1 }],
    })
    const { session } = await open(oracle)
    const denied = session.rows([SESSIONS], NEVER)
    await expect(denied).rejects.toMatchObject({ code: 'NOT_PERMITTED' })
    await expect(denied).rejects.toThrow('GRANT SELECT ON SYS.V_$SESSION TO wardround')
    expect(await session.rows([ORACLE_PING], NEVER)).toEqual([{ ALIVE: 1 }])
  })

  test('a statement beyond its deadline is cancelled, and the session goes on', async () => {
    const oracle = new FakeOracle()
    const { session } = await open(oracle)
    oracle.answer = (sql) => (sql === SLOW.text ? 'silence' : [{ ALIVE: 1 }])
    await expect(session.rows([SLOW], NEVER)).rejects.toMatchObject({ code: 'DEADLINE' })
    expect(await session.rows([ORACLE_PING], NEVER)).toEqual([{ ALIVE: 1 }])
    expect(oracle.logons).toBe(1)
  })
})

describe('a refused logon', () => {
  test.each([
    { note: 'ORA-01017', error: WRONG_PASSWORD, failure: 'wrong_password' },
    { note: 'ORA-28000', error: LOCKED, failure: 'account_locked' },
    { note: 'ORA-28001', error: oracleError('ORA-28001: expired'), failure: 'password_expired' },
  ])(
    '$note is not tried again, not even after a restart, until the password changes',
    async (row) => {
      const oracle = new FakeOracle()
      oracle.refuses = row.error
      const before = await open(oracle)
      for (let minute = 0; minute < 120; minute++) {
        expect(await before.session.ping([ORACLE_PING], NEVER)).toMatchObject({
          failure: row.failure,
        })
        await before.time.pass(60_000)
      }
      expect(oracle.logons).toBe(1)
      expect(before.standing.state).toBe('refused')
      expect(before.lines.filter(({ level }) => level === 'error')).toHaveLength(1)

      const after = await open(oracle)
      await expect(after.session.rows([ORACLE_PING], NEVER)).rejects.toMatchObject({
        code: 'REFUSED',
      })
      expect(oracle.logons).toBe(1)

      oracle.refuses = undefined
      await writeOraclePassword(directory, 'new')
      await after.time.pass(60_000)
      await after.session.rows([ORACLE_PING], NEVER)
      expect(oracle.passwords).toEqual(['old', 'new'])
      expect(after.standing.state).toBe('working')
    },
  )

  test.each([
    {
      error: oracleError('ORA-00020: maximum number of processes (300) exceeded'),
      failure: 'too_many_sessions',
    },
    { error: oracleError('ORA-01034: ORACLE not available'), failure: 'not_started' },
    { error: oracleError('ORA-12541: TNS:no listener'), failure: 'unreachable' },
  ])('$failure is tried again, at growing intervals', async ({ error, failure }) => {
    const oracle = new FakeOracle()
    oracle.refuses = error
    const { session, time, standing } = await open(oracle)
    for (let second = 0; second < 300; second++) {
      expect(await session.ping([ORACLE_PING], NEVER)).toMatchObject({ up: false, failure })
      await time.pass(1_000)
    }
    expect(oracle.logons).toBeGreaterThanOrEqual(6)
    expect(oracle.logons).toBeLessThanOrEqual(9)
    expect(standing.state).toBe('failing')
    oracle.refuses = undefined
    await time.pass(60_000)
    expect(await session.ping([ORACLE_PING], NEVER)).toMatchObject({ up: true })
  })

  test('a standby in mount mode is told as an instance that answers and is not open', async () => {
    const oracle = new FakeOracle()
    oracle.refuses = oracleError('ORA-01033: ORACLE initialization or shutdown in progress')
    const { session, standing } = await open(oracle)
    expect(await session.ping([ORACLE_PING], NEVER)).toMatchObject({ failure: 'not_open' })
    expect(standing.reason?.en).toContain('the instance answers')
    expect(standing.reason?.en).toContain('standby')
    expect(standing.reason?.zh).toContain('物理备库')
    expect(oracle.lastLogon[0]).not.toHaveProperty('privilege')
  })
})

describe('a switchover that leaves the session open', () => {
  const ON_STANDBY: Statement = {
    ...ORACLE_PING,
    id: 'oracle.standby',
    text: 'SELECT 3 AS ALIVE FROM DUAL',
    where: { role: ['physical standby'] },
  }
  const looksAt = ({ executed }: FakeOracle) =>
    executed.filter(({ sql }) => sql === ROLE.text).length

  async function switchOver(options = {}) {
    const oracle = new FakeOracle()
    const time = new ManualTime()
    const opened = await openOracleSource({
      oracle,
      directory,
      time,
      options,
      statements: [ON_STANDBY],
    })
    const { session } = opened
    await expect(session.rows([ON_STANDBY], NEVER)).rejects.toThrow(NoDataError)
    oracle.identity = { ...oracle.identity, DATABASE_ROLE: 'PHYSICAL STANDBY' }
    return { ...opened, oracle, time }
  }

  test('is noticed within a minute, with one cheap look a minute', async () => {
    const { session, time, oracle, standing, lines } = await switchOver()
    await expect(session.rows([ON_STANDBY], NEVER)).rejects.toThrow(NoDataError)
    expect(looksAt(oracle)).toBe(0)
    await time.pass(60_000)
    await session.rows([ON_STANDBY], NEVER)
    expect((await session.facts(NEVER)).traits).toEqual({
      container: 'non-cdb',
      role: 'physical standby',
    })
    expect([looksAt(oracle), oracle.logons]).toEqual([1, 1])
    expect(standing.toJson()).toMatchObject({
      server: 'Oracle Database 19.22.0.0.0 (non-cdb, physical standby)',
    })
    expect(lines.filter(({ msg }) => msg.includes('changed its role'))).toHaveLength(1)
  })

  test('is not looked for by statements for every role', async () => {
    const { session, time, oracle } = await switchOver()
    await time.pass(60_000)
    await session.rows([ORACLE_PING], NEVER)
    expect(looksAt(oracle)).toBe(0)
  })

  test('is not seen where the site switched that look off, and nothing fails', async () => {
    const { session, time } = await switchOver({ off: ['oracle.logon.role'] })
    await time.pass(60_000)
    expect((await session.facts(NEVER)).traits).toMatchObject({ role: 'primary' })
  })

  test('a role that is not told is no other role', async () => {
    const { session, time, oracle } = await switchOver()
    oracle.identity = { ...oracle.identity, DATABASE_ROLE: null }
    await time.pass(60_000)
    expect((await session.facts(NEVER)).traits).toMatchObject({ role: 'primary' })
  })
})

describe('what is known once per database', () => {
  /** The second of two instances; `lowest` is the lowest that is open. */
  function secondInstance(lowest: Row['x']): FakeOracle {
    const oracle = new FakeOracle()
    oracle.identity = { ...oracle.identity, INSTANCE_NUMBER: '2' }
    oracle.answer = answering({ GV$: [{ LOWEST: lowest }] })
    return oracle
  }

  test('is collected by the open instance with the lowest number', async () => {
    const { session } = await open(secondInstance(1))
    await expect(session.databaseTags(NEVER)).rejects.toBeInstanceOf(NoDataError)
    expect(await session.instanceTags(NEVER)).toMatchObject({ instance: 'hcdb1' })
    const first = await open(new FakeOracle())
    expect(await first.session.databaseTags(NEVER)).toEqual({ database: 'hcdb' })
  })

  test('is taken over from a dead instance, looked at once a minute at most', async () => {
    const oracle = secondInstance(1)
    const { session, time } = await open(oracle)
    const looks = () => oracle.executed.filter(({ sql }) => sql.includes('GV$')).length
    for (let probe = 0; probe < 5; probe++)
      await expect(session.databaseTags(NEVER)).rejects.toThrow('instance 1 of hcdb collects this')
    expect(looks()).toBe(1)
    oracle.answer = answering({ GV$: [{ LOWEST: 2 }] })
    await expect(session.databaseTags(NEVER)).rejects.toThrow(NoDataError)
    await time.pass(60_000)
    expect(await session.databaseTags(NEVER)).toEqual({ database: 'hcdb' })
    expect(looks()).toBe(2)
    oracle.answer = answering({ GV$: [{ LOWEST: 1 }] })
    await time.pass(60_000)
    await expect(session.databaseTags(NEVER)).rejects.toThrow(NoDataError)
  })

  test('in a PDB, by the lowest instance on which that PDB is open', async () => {
    const oracle = secondInstance(2)
    oracle.identity = { ...oracle.identity, CDB_NAME: 'hcdb', CON_ID: '3' }
    const { session } = await open(oracle)
    await session.databaseTags(NEVER)
    expect(oracle.executed.map(({ sql }) => sql)).toContainEqual(expect.stringContaining('GV$PDBS'))
  })

  test('is collected where that can’t be known, and the missing grant is told once', async () => {
    const oracle = secondInstance(1)
    oracle.answer = answering({ GV$: NOT_GRANTED })
    const { session, lines, time } = await open(oracle)
    for (let minute = 0; minute < 3; minute++) {
      expect(await session.databaseTags(NEVER)).toEqual({ database: 'hcdb' })
      await time.pass(60_000)
    }
    const told = lines.filter(({ msg }) => msg.includes('which instances are open'))
    expect(told).toHaveLength(1)
    expect(String(told[0]?.['reason'])).toContain('GRANT SELECT ON SYS.GV_$INSTANCE TO wardround')
  })

  test('a lost session while looking is no licence to collect', async () => {
    const oracle = secondInstance(1)
    oracle.answer = answering({ GV$: oracleError('ORA-03113: end-of-file') })
    const { session } = await open(oracle)
    await expect(session.databaseTags(NEVER)).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
  })

  test('in a PDB, what is of the whole container database is left to a source of the root, or to `always`', async () => {
    const oracle = new FakeOracle()
    oracle.identity = { ...oracle.identity, CDB_NAME: 'hcdb', CON_ID: '3' }
    const { session } = await open(oracle)
    await expect(session.databaseTags(NEVER, 'cdb')).rejects.toBeInstanceOf(NoDataError)
    await expect(session.instanceTags(NEVER, 'cdb')).rejects.toThrow('collectDatabase: always')
    expect(await session.databaseTags(NEVER)).toEqual({ database: 'hcdb' })
    expect(await session.instanceTags(NEVER)).toEqual({ database: 'hcdb', instance: 'hcdb1' })
    const always = await open(oracle, undefined, { collectDatabase: 'always' })
    expect(await always.session.databaseTags(NEVER, 'cdb')).toEqual({ database: 'hcdb' })
    expect(await always.session.instanceTags(NEVER, 'cdb')).toMatchObject({ instance: 'hcdb1' })
  })

  test('from the root, that is collected', async () => {
    const oracle = new FakeOracle()
    oracle.identity = { ...oracle.identity, CDB_NAME: 'hcdb', CON_ID: '1' }
    const { session } = await open(oracle)
    expect(await session.databaseTags(NEVER, 'cdb')).toEqual({ database: 'hcdb' })
    expect(await session.instanceTags(NEVER, 'cdb')).toMatchObject({ database: 'hcdb' })
  })

  test('the site may decide', async () => {
    const always = await open(secondInstance(1), undefined, { collectDatabase: 'always' })
    expect(await always.session.databaseTags(NEVER)).toEqual({ database: 'hcdb' })
    const never = await open(secondInstance(2), undefined, { collectDatabase: 'never' })
    await expect(never.session.databaseTags(NEVER)).rejects.toThrow(NoDataError)
  })
})
