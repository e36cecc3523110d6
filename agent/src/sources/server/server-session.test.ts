import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { SourceMemory } from '../../source-memory.ts'
import { SourceStanding } from '../../source-standing.ts'
import type { Statement } from '../../statement.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { openRecordedLog } from '../../testing/recorded-log.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { ConnectError } from './connect-failure.ts'
import { StatementError } from './server-driver.ts'
import { ServerSession, type ServerSessionOptions } from './server-session.ts'

const PING: Statement = {
  id: 'fake.up',
  text: 'SELECT 1',
  reads: [],
  grants: [],
  cost: 'cheap',
}
const SIZES: Statement = {
  id: 'fake.sizes',
  text: 'SELECT name, bytes FROM sizes',
  reads: ['sizes'],
  grants: ['GRANT SELECT ON sizes TO wardround;'],
  cost: 'slow',
}
const WRONG_PASSWORD = new ConnectError('wrong_password', {
  zh: '密码被拒绝（请更新密码文件）',
  en: 'the password was refused (write the new one into its file)',
})
const UNREACHABLE = new ConnectError('unreachable', { zh: '无法连接', en: 'connection refused' })

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'server-session-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A session with a fake server, its time in the test's hands. */
async function setUp(given: Partial<ServerSessionOptions> = {}, time = new ManualTime()) {
  const server = new FakeServer()
  const { log, lines } = openRecordedLog()
  const memory = await SourceMemory.open(join(directory, 'sources'), 'hcdb1')
  const standing = new SourceStanding({ name: 'hcdb1', type: 'fake' }, time, () => undefined)
  const context = await makeSourceContext({
    name: 'hcdb1',
    statements: [PING, SIZES],
    clocks: time,
    timers: time,
    memory,
    standing,
    log,
  })
  const options: ServerSessionOptions = {
    instance: 'hcdb1',
    server: 'Fake 127.0.0.1:1',
    password: undefined,
    quietHours: [],
    off: [],
    kept: ['fake.up'],
    closeIdleAfterMs: undefined,
    ...given,
  }
  return {
    server,
    session: new ServerSession(options, server, context),
    standing,
    memory,
    time,
    lines,
  }
}

const never = new AbortController().signal

describe('one session', () => {
  test('is opened by the first statement and kept', async () => {
    const { server, session, standing } = await setUp()
    expect(server.logons).toBe(0)
    await session.rows([PING], never)
    await session.rows([PING], never)
    expect(server).toMatchObject({ logons: 1, open: 1, sent: ['fake.up', 'fake.up'] })
    expect(standing).toMatchObject({ state: 'working', counts: { connections: 1, statements: 2 } })
    await session.close()
    expect(server).toMatchObject({ open: 0, closed: 1, destroyed: 0 })
  })

  test('carries one statement at a time', async () => {
    const { server, session } = await setUp()
    server.answer = () => new Promise((resolve) => setImmediate(() => resolve([])))
    await Promise.all([1, 2, 3, 4].map(() => session.rows([PING], never)))
    expect(server).toMatchObject({ logons: 1, mostUnderWay: 1, mostOpen: 1 })
  })

  test('is closed when it was idle for as long as was asked for, and opened again when needed', async () => {
    const { server, session, time } = await setUp({ closeIdleAfterMs: 60_000 })
    await session.rows([PING], never)
    await time.pass(59_000)
    expect(server.open).toBe(1)
    await time.pass(2_000)
    expect(server).toMatchObject({ open: 0, closed: 1 })
    await session.rows([PING], never)
    expect(server).toMatchObject({ open: 1, logons: 2 })
  })

  test('is cut when a run is over while its statement hangs, and the next run has a new one', async () => {
    const { server, session } = await setUp()
    server.answer = () => new Promise(() => undefined)
    const run = new AbortController()
    const hanging = session.rows([SIZES], run.signal)
    await expect.poll(() => server.underWay).toBe(1)
    run.abort()
    await expect(hanging).rejects.toThrow('the line was cut')
    server.answer = () => []
    await session.rows([PING], never)
    expect(server).toMatchObject({ logons: 2, open: 1, mostOpen: 1, destroyed: 1 })
  })

  test('a run that is over before its turn sends nothing', async () => {
    const { server, session } = await setUp()
    let answer: () => void = () => undefined
    server.answer = () => new Promise((resolve) => (answer = () => resolve([])))
    const first = session.rows([SIZES], never)
    const over = new AbortController()
    const second = session.rows([PING], over.signal)
    await expect.poll(() => server.underWay).toBe(1)
    over.abort()
    answer()
    await first
    await expect(second).rejects.toMatchObject({ code: 'DEADLINE' })
    expect(server.sent).toEqual(['fake.sizes'])
  })

  test('a statement that was cut off is held back for growing times, others and the ping are not', async () => {
    const { server, session, time } = await setUp()
    const hang = async (statement: Statement) => {
      server.answer = () => new Promise(() => undefined)
      const run = new AbortController()
      const hanging = session.rows([statement], run.signal)
      await expect.poll(() => server.underWay).toBe(1)
      run.abort()
      await expect(hanging).rejects.toThrow('the line was cut')
      server.answer = () => []
    }
    for (const [times, heldMinutes] of [1, 2, 4].entries()) {
      await hang(SIZES)
      await time.pass(heldMinutes * 60_000 - 1_000)
      await expect(session.rows([SIZES], never)).rejects.toMatchObject({ code: 'DEADLINE' })
      await session.rows([PING], never)
      await time.pass(2_000)
      expect(server.sent.filter((id) => id === 'fake.sizes')).toHaveLength(times + 1)
    }
    await session.rows([SIZES], never)
    await hang(PING)
    await session.rows([PING], never)
  })

  test('is opened anew when the peer ended it, and kept when a statement was only cancelled', async () => {
    const { server, session } = await setUp()
    for (const [failure, logons] of [
      ['timeout', 1],
      ['other', 1],
      ['lost', 1],
      ['silent', 2],
    ] as const) {
      server.answer = () => {
        throw new StatementError(failure, 'X1', 'no luck')
      }
      await expect(session.rows([SIZES], never)).rejects.toThrow('fake.sizes')
      expect(server.logons, failure).toBe(logons)
    }
    server.answer = () => []
    await session.rows([PING], never)
    expect(server.logons).toBe(3)
  })
})

describe('a server that can’t be had', () => {
  test('is tried again at growing intervals, told once, and told again when it works', async () => {
    const { server, session, time, lines, standing } = await setUp()
    server.refuses = UNREACHABLE
    for (let second = 0; second < 300; second++) {
      await expect(session.rows([PING], never)).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
      await time.pass(1_000)
    }
    expect(server.logons).toBeGreaterThanOrEqual(6)
    expect(server.logons).toBeLessThanOrEqual(9)
    expect(lines.filter(({ msg }) => msg === 'source not reachable')).toHaveLength(1)
    expect(standing).toMatchObject({ state: 'failing', reason: UNREACHABLE.text })
    server.refuses = undefined
    await time.pass(60_000)
    await session.rows([PING], never)
    expect(standing.state).toBe('working')
    expect(lines.at(-1)?.msg).toBe('source connected')
  })

  test('is told by ping as down with its class, not as an error', async () => {
    const { server, session } = await setUp()
    server.refuses = UNREACHABLE
    expect(await session.ping([PING], never)).toEqual({
      up: false,
      connectMs: undefined,
      failure: 'unreachable',
    })
  })

  test('ping counts a session as up while a slow statement is under way', async () => {
    const { server, session } = await setUp()
    let answer: () => void = () => undefined
    server.answer = () => new Promise((resolve) => (answer = () => resolve([])))
    const slow = session.rows([SIZES], never)
    await expect.poll(() => server.underWay).toBe(1)
    expect(await session.ping([PING], never)).toMatchObject({ up: true })
    answer()
    await slow
  })

  test.each([
    { failure: 'silent', expected: 'timeout' },
    { failure: 'lost', expected: 'unreachable' },
    { failure: 'other', expected: 'other' },
  ] as const)('ping tells a session that went $failure as $expected', async (row) => {
    const { server, session } = await setUp()
    server.answer = () => {
      throw new StatementError(row.failure, 'X1', 'no luck')
    }
    expect(await session.ping([PING], never)).toMatchObject({ up: false, failure: row.expected })
  })
})

describe('a refused password', () => {
  async function setUpWithPassword(time = new ManualTime()) {
    const file = join(directory, 'password')
    await writeFile(file, 'old', { mode: 0o600 })
    return { file, ...(await setUp({ password: { file } }, time)) }
  }

  test('is tried once and never again, and said loudly once', async () => {
    const { server, session, time, lines, standing } = await setUpWithPassword()
    server.refuses = WRONG_PASSWORD
    for (let minute = 0; minute < 180; minute++) {
      await expect(session.rows([PING], never)).rejects.toMatchObject({
        code: 'REFUSED',
        message: WRONG_PASSWORD.message,
      })
      await time.pass(60_000)
    }
    expect(server.logons).toBe(1)
    expect(standing.state).toBe('refused')
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('stays refused over a restart of the agent', async () => {
    const before = await setUpWithPassword()
    before.server.refuses = WRONG_PASSWORD
    await expect(before.session.rows([PING], never)).rejects.toThrow()
    const after = await setUpWithPassword()
    expect(await after.session.ping([PING], never)).toMatchObject({ failure: 'wrong_password' })
    expect(after.server.logons).toBe(0)
  })

  test('is tried again when the password has changed, and not when its file was only touched', async () => {
    const { server, session, time, file } = await setUpWithPassword()
    server.refuses = WRONG_PASSWORD
    await expect(session.rows([PING], never)).rejects.toThrow()
    await writeFile(file, 'old')
    await time.pass(120_000)
    await expect(session.rows([PING], never)).rejects.toMatchObject({ code: 'REFUSED' })
    expect(server.logons).toBe(1)
    server.refuses = undefined
    await writeFile(file, 'new')
    await time.pass(120_000)
    await session.rows([PING], never)
    expect(server.passwords).toEqual(['old', 'new'])
  })

  test('resume lets it be tried once more', async () => {
    const { server, session, memory } = await setUpWithPassword()
    server.refuses = WRONG_PASSWORD
    await expect(session.rows([PING], never)).rejects.toThrow()
    await memory.setRefusal(undefined)
    session.resume()
    await expect(session.rows([PING], never)).rejects.toThrow()
    expect(server.logons).toBe(2)
  })

  test('a file that can’t be read is no logon', async () => {
    const { server, session, file } = await setUpWithPassword()
    await rm(file)
    await expect(session.rows([PING], never)).rejects.toThrow(`secret file ${file} can't be read`)
    expect(server.logons).toBe(0)
  })
})

describe('silence', () => {
  test('a pause cuts a logon that is under way, and the source stays paused', async () => {
    const { server, session, memory, standing } = await setUp()
    server.hangs = true
    const asked = session.rows([PING], never)
    await expect.poll(() => server.logons).toBe(1)
    await memory.setPaused(5)
    session.cut()
    standing.enter('paused')
    await expect(asked).rejects.toThrow()
    expect(standing.state).toBe('paused')
    expect(server.open).toBe(0)
  })

  test('no session is opened beside one that still says goodbye', async () => {
    const { server, session, time } = await setUp({ closeIdleAfterMs: 1_000 })
    let goodbye: () => void = () => undefined
    server.goodbye = () => new Promise((resolve) => (goodbye = resolve))
    await session.rows([PING], never)
    await time.pass(2_000)
    const next = session.rows([PING], never)
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.logons).toBe(1)
    goodbye()
    await next
    expect(server).toMatchObject({ logons: 2, mostOpen: 1 })
  })

  test('while paused nothing is sent and the session is gone; after it everything goes on', async () => {
    const { server, session, memory, standing } = await setUp()
    await session.rows([PING], never)
    await memory.setPaused(Date.UTC(2026, 10, 22))
    session.cut()
    await expect(session.rows([PING], never)).rejects.toThrow(NoDataError)
    await expect(session.ping([PING], never)).rejects.toThrow(NoDataError)
    expect(server).toMatchObject({ open: 0, sent: ['fake.up'] })
    expect(standing.reason?.en).toBe('paused by hand since 2026-11-22T00:00:00.000Z')
    await memory.setPaused(undefined)
    await session.rows([PING], never)
    expect(standing.state).toBe('working')
  })

  test('in quiet hours nothing is sent and no session is open', async () => {
    const quiet = new Date(2026, 10, 22, 1, 0).getTime()
    const time = new ManualTime(quiet - 60_000)
    const { server, session, standing } = await setUp(
      { quietHours: [{ fromMinute: 60, toMinute: 120 }] },
      time,
    )
    await session.rows([PING], never)
    await time.pass(61_000)
    await expect(session.rows([PING], never)).rejects.toThrow('quiet hours')
    expect(server.open).toBe(0)
    expect(standing.state).toBe('quiet')
    await time.pass(3_600_000)
    await session.rows([PING], never)
    expect(server.logons).toBe(2)
  })
})

describe('what the session costs', () => {
  test('above 1 % of a core the dearest statement is left out for an hour, and said so', async () => {
    const { server, session, time, lines, standing } = await setUp()
    server.answer = async ({ id }) => {
      if (id === 'fake.sizes') time.stall(2_000)
      return []
    }
    for (let minute = 0; minute < 12 && standing.dropped.length === 0; minute++) {
      await session.rows([SIZES], never)
      await session.rows([PING], never)
      await time.pass(60_000)
    }
    expect(standing.dropped).toEqual(['fake.sizes'])
    expect(lines.find(({ level }) => level === 'warn')).toMatchObject({
      statements: ['fake.sizes'],
    })
    await expect(session.rows([SIZES], never)).rejects.toThrow('left out for an hour')
    await session.rows([PING], never)
    await time.pass(3_600_000)
    await session.rows([SIZES], never)
    expect(standing.dropped, 'no longer told').toEqual([])
  })

  test('the server’s own statistics count where it has them', async () => {
    const { server, session, time, standing } = await setUp()
    server.answer = async () => {
      time.stall(2_000)
      return []
    }
    for (let minute = 0; minute < 24; minute++) {
      server.cpuSeconds = minute * 0.001
      await session.rows([SIZES], never)
      await time.pass(60_000)
    }
    expect(standing.dropped).toEqual([])
    expect(standing.counts.cpuSeconds).toBeCloseTo(0.023)
  })
})
