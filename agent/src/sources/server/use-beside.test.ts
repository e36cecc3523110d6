import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { SourceMemory } from '../../source-memory.ts'
import { SourceStanding } from '../../source-standing.ts'
import type { Statement } from '../../statement.ts'
import { FakeServer } from '../../testing/fake-server.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { ConnectError } from './connect-failure.ts'
import { ServerSession } from './server-session.ts'

const TABLES: Statement = {
  id: 'fake.tables',
  text: 'SELECT name FROM tables',
  reads: ['tables'],
  grants: [],
  cost: 'slow',
}
const never = new AbortController().signal

async function setUp() {
  const [first, beside, time] = [new FakeServer(), new FakeServer(), new ManualTime()]
  const memory = await SourceMemory.open(undefined, 'hcdb1')
  const standing = new SourceStanding({ name: 'hcdb1', type: 'fake' }, time, () => undefined)
  const context = await makeSourceContext({
    statements: [TABLES],
    clocks: time,
    timers: time,
    memory,
    standing,
  })
  const options = {
    instance: 'hcdb1',
    server: 'Fake 127.0.0.1:1',
    password: undefined,
    quietHours: [],
    off: [],
    kept: [],
    closeIdleAfterMs: undefined,
  }
  return {
    first,
    beside,
    memory,
    standing,
    session: new ServerSession(options, first, context),
  }
}

test('opens a second session for a piece of work, counts it, and closes it', async () => {
  const { session, beside, first, standing } = await setUp()
  beside.answer = () => [{ name: 'a' }]
  const rows = await session.useBeside(beside, never, (connection) =>
    session.send(connection, TABLES),
  )
  expect(rows).toEqual([{ name: 'a' }])
  expect([beside.logons, beside.open, beside.closed, first.logons]).toEqual([1, 0, 1, 0])
  expect(standing.counts).toMatchObject({ connections: 1, statements: 1 })
})

test('remembers a refusal there for the first session too', async () => {
  const { session, beside, first, standing } = await setUp()
  beside.refuses = new ConnectError('wrong_password', { zh: '密码被拒绝', en: 'refused' })
  const work = () => session.useBeside(beside, never, async () => 1)
  await expect(work()).rejects.toMatchObject({ code: 'REFUSED' })
  await expect(work()).rejects.toMatchObject({ code: 'REFUSED' })
  await expect(session.rows([TABLES], never)).rejects.toThrow(ProbeError)
  expect([beside.logons, first.logons, standing.state]).toEqual([1, 0, 'refused'])
})

test('works again when the refusal has been forgotten', async () => {
  const { session, beside, memory, standing } = await setUp()
  beside.refuses = new ConnectError('wrong_password', { zh: '密码被拒绝', en: 'refused' })
  await expect(session.useBeside(beside, never, async () => 1)).rejects.toThrow(ProbeError)
  await memory.setRefusal(undefined)
  beside.refuses = undefined
  expect(await session.useBeside(beside, never, async () => 1)).toBe(1)
  expect(standing.state).toBe('working')
})

test('is cut when the source is closed', async () => {
  const { session, beside } = await setUp()
  beside.answer = () => new Promise(() => undefined)
  const running = session.useBeside(beside, never, (connection) => session.send(connection, TABLES))
  await expect.poll(() => beside.underWay).toBe(1)
  await session.close()
  await expect(running).rejects.toThrow(ProbeError)
})

test('sends nothing when the source was paused while it logged on', async () => {
  const { session, beside, memory } = await setUp()
  const running = session.useBeside(beside, never, (connection) => session.send(connection, TABLES))
  await memory.setPaused(1)
  await expect(running).rejects.toThrow(NoDataError)
  expect([beside.sent, beside.open]).toEqual([[], 0])
})

test('opens none while the source is paused, and a pause cuts it', async () => {
  const { session, beside, memory } = await setUp()
  beside.answer = () => new Promise(() => undefined)
  const running = session.useBeside(beside, never, (connection) => session.send(connection, TABLES))
  await expect.poll(() => beside.underWay).toBe(1)
  session.cut()
  await expect(running).rejects.toThrow(ProbeError)
  await memory.setPaused(1)
  await expect(session.useBeside(beside, never, async () => 1)).rejects.toThrow(NoDataError)
  expect(beside.logons).toBe(1)
})

test('is cut at the deadline of its run', async () => {
  const { session, beside } = await setUp()
  beside.answer = () => new Promise(() => undefined)
  const deadline = new AbortController()
  const running = session.useBeside(beside, deadline.signal, (connection) =>
    session.send(connection, TABLES),
  )
  await expect.poll(() => beside.underWay).toBe(1)
  deadline.abort()
  await expect(running).rejects.toThrow(ProbeError)
  expect(beside.destroyed).toBe(1)
})
