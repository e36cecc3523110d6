import { callControlSocket, openLog } from '@wardround/program'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { BackfillDesk } from './backfill-commands.ts'
import { startControl } from './control.ts'
import { SubjectBook } from '../ingest/subject-book.ts'
import { WriteTokenBook } from '../lines/write-token-book.ts'
import { Retirement } from './retirement.ts'
import { TokenBook } from '../state/token-book.ts'

/** The collector's socket over books that keep nothing. `onAdd` is called while a token is written. */
async function open(onAdd: () => void = () => undefined) {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-control-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const tokens = await TokenBook.open({ list: async () => [], add: async () => onAdd() }, () => 0)
  const nothing = async () => undefined
  const subjects = await SubjectBook.open({
    storage: { list: async () => [], put: nothing, remove: nothing },
    isHost: (name) => name === 'db1' || tokens.names('agent').includes(name),
    nowMs: () => 0,
    log: openLog({ name: 'test', level: 'silent' }),
  })
  const path = join(directory, 'control')
  const retirement = new Retirement()
  const writeTokens = await WriteTokenBook.open({
    storage: { list: async () => [], add: nothing, remove: nothing },
    hasAgent: () => false,
    nowMs: () => 0,
  })
  const control = await startControl(path, {
    tokens,
    writeTokens,
    subjects,
    retirement,
    backfillDesk: new BackfillDesk(),
  })
  onTestFinished(() => control[Symbol.asyncDispose]())
  const create = (kind: string, name: string) =>
    callControlSocket(path, 'token-create', { kind, name })
  const retire = (name: string, tags: object = {}) =>
    callControlSocket(path, 'retire', { name, tags })
  return { tokens, subjects, create, retirement, retire, path }
}

test('a device that an agent polls gets no token; one for reading may have its name', async () => {
  const { subjects, create, tokens } = await open()
  subjects.claim('fcsw1', 'db1')
  await expect(create('agent', 'fcsw1')).rejects.toThrow('polls')
  expect(tokens.names('agent')).toEqual([])
  expect(await create('api', 'fcsw1')).toMatchObject({ token: expect.any(String) })
  expect(subjects.holderOf('fcsw1')).toBe('db1')
})

test('an agent that begins to speak for a host while its token is written has to stop', async () => {
  const opened = await open(() => void opened.subjects.claim('db2', 'db1'))
  const begunAnew: string[] = []
  opened.subjects.onMoved((agents) => begunAnew.push(...agents))
  expect(await opened.create('agent', 'db2')).toMatchObject({ token: expect.any(String) })
  expect(opened.subjects.holderOf('db2')).toBeUndefined()
  expect(opened.subjects.claim('db2', 'db1')?.reason).toContain('agent of its own')
  expect(begunAnew).toEqual(['db1'])
})

test('a host is retired by the rules; while they are not there, it is said', async () => {
  const { retire, retirement } = await open()
  await expect(retire('db1')).rejects.toThrow('still starts')
  const asked: unknown[] = []
  retirement.bind(async (host, tags) => {
    asked.push([host, tags])
    return { ended: 3, wasKnown: host === 'db1' }
  })
  expect(await retire('db1', { instance: 'his' })).toEqual({ ended: 3 })
  await expect(retire('db9')).rejects.toThrow('nothing was ever heard of "db9"')
  expect(asked).toEqual([
    ['db1', { instance: 'his' }],
    ['db9', undefined],
  ])
})

test('a device that is removed is retired as well', async () => {
  const { subjects, retirement, path } = await open()
  retirement.bind(async () => ({ ended: 2, wasKnown: true }))
  subjects.claim('fcsw1', 'db1')
  expect(await callControlSocket(path, 'subject-remove', { name: 'fcsw1' })).toEqual({
    before: 'db1',
    ended: 2,
  })
})
