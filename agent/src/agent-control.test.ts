import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callControlSocket } from '@wardround/program'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { controlSocketOf, listenForControl } from './agent-control.ts'
import { SourceMemory } from './source-memory.ts'
import { SourceSession } from './source-session.ts'
import type { Source } from './source.ts'
import { ServerSession } from './sources/server/server-session.ts'
import type { Statement } from './statement.ts'
import { FakeServer } from './testing/fake-server.ts'
import { openRecordedLog } from './testing/recorded-log.ts'
import { makeSourceContext } from './testing/source-context.ts'
import { toldSource } from './testing/told-source.ts'

const PING: Statement = { id: 'fake.up', text: 'SELECT 1', reads: [], grants: [], cost: 'cheap' }

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'agent-control-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A source with a stand-in for its server, and the agent's control socket. */
async function setUp() {
  const server = new FakeServer()
  const source: Source<ServerSession> = {
    type: 'fake',
    platforms: ['linux'],
    statements: [],
    async open(context) {
      const options = {
        instance: 'hcdb1',
        server: 'Fake',
        password: undefined,
        quietHours: [],
        off: [],
        kept: [],
        closeIdleAfterMs: undefined,
      }
      const session = new ServerSession(options, server, context)
      return {
        session,
        subject: '',
        cut: () => session.cut(),
        resume: () => session.resume(),
        [Symbol.asyncDispose]: () => session.close(),
      }
    },
  }
  const { log, lines } = openRecordedLog()
  const memory = await SourceMemory.open(join(directory, 'sources'), 'hcdb1')
  const context = await makeSourceContext({ name: 'hcdb1', statements: [PING], memory, log })
  const held = new SourceSession(source, context)
  const control = await listenForControl(
    directory,
    { sources: [held], listening: [] },
    { log, environment: {} },
  )
  const { session } = await held.acquire()
  if (!(session instanceof ServerSession)) throw new Error('no session')
  const ask = () => session.rows([PING], new AbortController().signal)
  const call = (command: string, name: string) =>
    callControlSocket(controlSocketOf(directory, {}), command, name)
  return {
    server,
    standing: context.standing,
    ask,
    call,
    lines,
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]()
      await held[Symbol.asyncDispose]()
    },
  }
}

test('pause cuts the session at once, also under a statement, and nothing is sent until resume', async () => {
  await using site = await setUp()
  site.server.answer = () => new Promise(() => undefined)
  const hanging = site.ask()
  await expect.poll(() => site.server.underWay).toBe(1)
  await site.call('pause', 'hcdb1')
  await expect(hanging).rejects.toThrow('the line was cut')
  expect(site.server).toMatchObject({ open: 0, sent: ['fake.up'] })
  expect(site.standing.state).toBe('paused')
  await expect(site.ask()).rejects.toThrow('the source is paused')
  expect(site.server.sent).toEqual(['fake.up'])
  site.server.answer = () => []
  await site.call('resume', 'hcdb1')
  await site.ask()
  expect(site.server.sent).toEqual(['fake.up', 'fake.up'])
  expect(site.lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['source paused', 'source resumed']),
  )
})

test('a pause outlives the agent', async () => {
  {
    await using site = await setUp()
    await site.call('pause', 'hcdb1')
  }
  await using again = await setUp()
  await expect(again.ask()).rejects.toThrow('the source is paused')
  expect(again.server.logons).toBe(0)
})

test('a source that is not there is refused with those that are', async () => {
  await using site = await setUp()
  await expect(site.call('pause', 'hcdb9')).rejects.toThrow(
    'there is no source "hcdb9"; expected one of hcdb1',
  )
})

test('where the state directory takes nothing, the pause holds all the same and that is said', async () => {
  await writeFile(join(directory, 'sources'), 'a file in the way')
  await using site = await setUp()
  await site.ask()
  await expect(site.call('pause', 'hcdb1')).rejects.toThrow('a restart of the agent undoes it')
  expect(site.server.open).toBe(0)
  await expect(site.ask()).rejects.toThrow('the source is paused')
})

test('resume leaves a source that works as it is', async () => {
  await using site = await setUp()
  await site.ask()
  await site.call('resume', 'hcdb1')
  expect(site.standing.state).toBe('working')
})

/** The agent's socket over one source that takes a verb. */
async function listenForVerb() {
  const { source, told } = toldSource(['note'])
  const held = new SourceSession(source, await makeSourceContext({ name: 'nightly' }))
  const { log } = openRecordedLog()
  const sources = { sources: [], listening: [held] }
  const control = await listenForControl(directory, sources, { log, environment: {} })
  const socket = controlSocketOf(directory, {})
  return {
    told,
    call: (argument: unknown) => callControlSocket(socket, 'note', argument),
    [Symbol.asyncDispose]: () => control[Symbol.asyncDispose](),
  }
}

test('a source takes the verbs of its type, opened for it where it was not yet', async () => {
  await using site = await listenForVerb()
  expect(await site.call({ source: 'nightly', bytes: 7 })).toBe('noted')
  expect(site.told).toEqual([['note', { source: 'nightly', bytes: 7 }]])
})

test('a verb to a source that is not there is refused with those that take it', async () => {
  await using site = await listenForVerb()
  await expect(site.call({ source: 'weekly' })).rejects.toThrow(
    'there is no source "weekly"; expected one of nightly',
  )
  await expect(site.call('rubbish')).rejects.toThrow('expected one of nightly')
  expect(site.told).toEqual([])
})
