import { callControlSocket, openLog } from '@wardround/program'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

import { startControl } from './control.ts'
import { SubjectBook } from './ingest/subject-book.ts'
import { TokenBook } from './state/token-book.ts'

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
  const control = await startControl(path, { tokens, subjects })
  onTestFinished(() => control[Symbol.asyncDispose]())
  const create = (kind: string, name: string) =>
    callControlSocket(path, 'token-create', { kind, name })
  return { tokens, subjects, create }
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
