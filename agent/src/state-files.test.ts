import { lchown, link, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { StateFiles } from './state-files.ts'
import {
  NO_OWNED_STATE,
  OwnedState,
  STATE_OWNER,
  UNTOUCHED_VICTIM,
} from '@wardround/program/testing'

const TIMEOUT = 60_000

let directory: string
let state: string
let files: StateFiles

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'state-files-'))
  state = join(directory, 'state')
  await mkdir(state)
  files = new StateFiles(state)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function checkRoundTrip(): Promise<void> {
  const file = files.pathOf('part', 'a.json')
  expect(await files.read(file)).toBeUndefined()
  await files.remove(file)
  await files.replace(file, '一')
  await files.replace(file, '二')
  expect(await files.read(file)).toBe('二')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(join(state, 'part'))).mode & 0o777).toBe(0o700)
  expect(await readdir(join(state, 'part'))).toEqual(['a.json'])
}

test('written as a whole, read, removed', async () => {
  await checkRoundTrip()
  await files.remove(files.pathOf('part', 'a.json'))
  expect(await files.read(files.pathOf('part', 'a.json'))).toBeUndefined()
})

test('the state directory itself is not made', async () => {
  const none = new StateFiles(join(directory, 'none'))
  const file = none.pathOf('part', 'a.json')
  await expect(none.replace(file, '')).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await none.read(file)).toBeUndefined()
  await none.remove(file)
  expect(await readdir(directory)).toEqual(['state'])
})

describe('root, in the state directory of somebody else', () => {
  let owned: OwnedState

  beforeEach(async ({ skip }) => {
    skip(NO_OWNED_STATE !== undefined, NO_OWNED_STATE)
    owned = await OwnedState.make()
    state = owned.state
    files = new StateFiles(state)
  })
  afterEach(async () => {
    if (NO_OWNED_STATE !== undefined) return
    expect(await owned.describeVictim()).toEqual(UNTOUCHED_VICTIM)
    await owned[Symbol.asyncDispose]()
  })

  test('what it writes is the owner’s', { timeout: TIMEOUT }, async () => {
    await checkRoundTrip()
    expect(Object.fromEntries(await owned.listOwners())).toEqual({
      part: STATE_OWNER,
      'part/a.json': STATE_OWNER,
    })
  })

  test('a directory that is a symbolic link leads nowhere', { timeout: TIMEOUT }, async () => {
    await symlink(owned.victim, join(state, 'part'))
    const file = files.pathOf('part', 'file')
    const denied = { code: 'EACCES', syscall: expect.any(String), path: expect.any(String) }
    await expect(files.replace(file, 'x')).rejects.toMatchObject(denied)
    await expect(files.read(file)).rejects.toMatchObject(denied)
    await expect(files.remove(file)).rejects.toMatchObject(denied)
  })

  test('a file that is a symbolic link leads nowhere', { timeout: TIMEOUT }, async () => {
    const part = await owned.makePart('part')
    const target = join(owned.victim, 'file')
    await symlink(target, join(part, 'a.json'))
    await symlink(target, join(part, 'b.json.new'))
    await expect(files.read(join(part, 'a.json'))).rejects.toThrow('EACCES')
    await expect(files.replace(join(part, 'b.json'), 'x')).rejects.toThrow('EACCES')
    await files.replace(join(part, 'a.json'), 'x') // takes the link's own place
    expect(await files.read(join(part, 'a.json'))).toBe('x')
  })

  test('nor does a hard link', { timeout: TIMEOUT }, async () => {
    await link(join(owned.victim, 'file'), join(state, 'b.json.new'))
    await expect(files.replace(join(state, 'b.json'), 'x')).rejects.toThrow('EACCES')
  })

  test('nor a state directory that the owner swapped', { timeout: TIMEOUT }, async () => {
    const swapped = owned.pathOf('swapped')
    await symlink(owned.victim, swapped)
    await lchown(swapped, STATE_OWNER, STATE_OWNER)
    const file = join(swapped, 'file')
    await expect(new StateFiles(swapped).replace(file, 'x')).rejects.toThrow('EACCES')
  })
})
