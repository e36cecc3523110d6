import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { SourceMemory } from './source-memory.ts'
import { NO_OWNED_STATE, OwnedState, STATE_OWNER } from '@wardround/program/testing'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'source-memory-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const REFUSAL = {
  sinceMs: 1,
  failure: 'wrong_password',
  zh: '密码被拒绝',
  en: 'refused',
  salt: '00',
  verifier: '11',
}

test('keeps a pause and a refusal over a restart, readable by the agent alone', async () => {
  const memory = await SourceMemory.open(directory, 'hcdb1')
  await memory.setPaused(5)
  await memory.setRefusal(REFUSAL)
  const again = await SourceMemory.open(directory, 'hcdb1')
  expect(again.pausedSinceMs).toBe(5)
  expect(again.refusal).toEqual(REFUSAL)
  expect((await stat(join(directory, 'hcdb1.json'))).mode & 0o777).toBe(0o600)
})

test('writes nothing while there is nothing to keep, and leaves no file behind', async () => {
  const memory = await SourceMemory.open(directory, 'hcdb1')
  expect(await readdir(directory)).toEqual([])
  await memory.setPaused(5)
  await memory.setPaused(undefined)
  expect(await readdir(directory)).toEqual([])
})

test('a name with a slash stays in the directory', async () => {
  const memory = await SourceMemory.open(directory, '../hc/db1')
  await memory.setPaused(5)
  expect(await readdir(directory)).toEqual(['..%2Fhc%2Fdb1.json'])
})

test.each(['', '{', 'null', '[]', '{"pausedSinceMs":"x","refusal":{"salt":1}}'])(
  'a file with %j counts as none',
  async (text) => {
    await writeFile(join(directory, 'hcdb1.json'), text)
    const memory = await SourceMemory.open(directory, 'hcdb1')
    expect(memory).toMatchObject({ pausedSinceMs: undefined, refusal: undefined })
  },
)

test('of changes at the same time the last one stands, on disk too', async () => {
  const memory = await SourceMemory.open(directory, 'hcdb1')
  await Promise.all([
    memory.setPaused(5),
    memory.setRefusal(REFUSAL),
    memory.setPaused(undefined),
    memory.setPaused(7),
  ])
  const again = await SourceMemory.open(directory, 'hcdb1')
  expect(again).toMatchObject({ pausedSinceMs: 7, refusal: REFUSAL })
})

test('what root writes belongs to whom the state directory belongs to', async ({ skip }) => {
  skip(NO_OWNED_STATE !== undefined, NO_OWNED_STATE)
  await using owned = await OwnedState.make()
  const memory = await SourceMemory.open(join(owned.state, 'sources'), 'hcdb1')
  await memory.setRefusal(REFUSAL)
  expect(Object.fromEntries(await owned.listOwners())).toEqual({
    sources: STATE_OWNER,
    'sources/hcdb1.json': STATE_OWNER,
  })
  const again = await SourceMemory.open(join(owned.state, 'sources'), 'hcdb1')
  expect(again.refusal).toEqual(REFUSAL)
  await again.setRefusal(undefined)
  expect([...(await owned.listOwners()).keys()]).toEqual(['sources'])
}, 60_000)

test('no state directory is made for it, and it counts all the same', async () => {
  const memory = await SourceMemory.open(join(directory, 'none', 'sources'), 'hcdb1')
  await expect(memory.setRefusal(REFUSAL)).rejects.toThrow('ENOENT')
  expect(memory.refusal).toEqual(REFUSAL)
  expect(await readdir(directory)).toEqual([])
})
