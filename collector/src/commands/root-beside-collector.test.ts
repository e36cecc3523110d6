import { chown, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  NO_OWNED_STATE,
  OwnedState,
  REFUSED_TO_ROOT,
  runCommand,
  STATE_OWNER,
  type CommandOutcome,
  UNTOUCHED_VICTIM,
} from '@wardround/program/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

// Commands that root runs on the collector's state directory: what they write is the collector's, and its user can't use them against root.

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT = 120_000

let owned: OwnedState

beforeEach(async ({ skip }) => {
  skip(NO_OWNED_STATE !== undefined, NO_OWNED_STATE)
  owned = await OwnedState.make()
  await writeFile(owned.pathOf('collector.yaml'), `state: ${owned.state}\n`, { mode: 0o600 })
})
afterEach(async () => {
  if (NO_OWNED_STATE !== undefined) return
  expect(await owned.describeVictim()).toEqual(UNTOUCHED_VICTIM)
  await owned[Symbol.asyncDispose]()
})

function collector(...words: string[]): Promise<CommandOutcome> {
  const lang = words.includes('--lang') ? [] : ['--lang', 'en']
  const args = [MAIN, ...words, '--config', owned.pathOf('collector.yaml'), ...lang]
  return runCommand(args, TIMEOUT)
}

const createToken = () => collector('token', 'create', 'db01')

test('what token create writes is the collector’s', { timeout: TIMEOUT }, async () => {
  expect(await createToken()).toMatchObject({ code: 0, err: '' })
  expect(await owned.listStrangers()).toEqual([])
})

test(
  'a state directory that token create makes is its parent’s owner’s',
  { timeout: TIMEOUT },
  async () => {
    const parent = owned.pathOf('lib')
    await mkdir(parent)
    await chown(parent, STATE_OWNER, STATE_OWNER)
    const made = join(parent, 'deep', 'collector')
    expect(await collector('token', 'create', 'db01', '--state', made)).toMatchObject({ code: 0 })
    expect((await stat(made)).uid).toBe(STATE_OWNER)
  },
)

test('what journal repair writes is the collector’s', { timeout: TIMEOUT }, async () => {
  const journal = await owned.makePart('journal')
  const segment = join(journal, '00000000000000000001.seg')
  await writeFile(segment, 'no segment at all')
  await chown(segment, STATE_OWNER, STATE_OWNER)
  await collector('journal', 'repair')
  expect((await readdir(owned.state)).sort()).toContain('lock.db')
  expect(await owned.listStrangers()).toEqual([])
})

test.each(['lock.json', 'lock.db', 'state.db', 'state.db-wal'])(
  'a symbolic link at %s leads token create nowhere',
  { timeout: TIMEOUT },
  async (name) => {
    await symlink(join(owned.victim, 'file'), join(owned.state, name))
    await createToken() // with or without a token: what matters is whose rights it has (afterEach)
  },
)

test(
  'through the journal’s directory no command leads to what root alone may see',
  { timeout: TIMEOUT },
  async () => {
    await symlink(owned.victim, join(owned.state, 'journal'))
    for (const name of ['verify', 'export', 'repair']) {
      const { code, err } = await collector('journal', name)
      expect(code).not.toBe(0)
      expect(err).toContain('EACCES')
    }
  },
)

test.each(REFUSED_TO_ROOT)(
  'root does not run a collector on it, said in $lang',
  { timeout: TIMEOUT },
  async ({ lang, says }) => {
    const { code, err } = await collector('run', '--listen', '127.0.0.1:0', '--lang', lang)
    expect({ code, err }).toEqual({ code: 77, err: expect.stringContaining(says) })
    expect(await readdir(owned.state)).toEqual([])
  },
)
