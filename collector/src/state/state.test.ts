import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { openDatabase, copyDaily } from './database.ts'
import { MIGRATIONS } from './migrations/migrations.ts'
import { openState } from './state.ts'
import { openStateTables } from './tables.ts'

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-state-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

const facts = { events: [], documents: [], covered: { segment: 1, offset: 64 } }

test('what is stored is there after the worker was closed and opened again', async () => {
  const directory = await freshDirectory()
  const token = { hash: 'ab', kind: 'agent', name: 'db1', createdAtMs: 5 } as const
  {
    await using state = await openState({ directory })
    await state.tokens.add(token)
    await state.facts.store({ ...facts, covered: { segment: 7, offset: 99 } })
  }
  await using state = await openState({ directory })
  expect(await state.tokens.list()).toEqual([token])
  expect(await state.facts.load()).toEqual({ segment: 7, offset: 99 })
  expect(await state.alerts.load()).toEqual({
    cursor: undefined,
    rows: [],
    dispatchRows: [],
  })
})

test('an error in the worker reaches the caller with its message', async () => {
  await using state = await openState({ directory: await freshDirectory() })
  const token = { hash: 'ab', kind: 'agent', name: 'db1', createdAtMs: 5 } as const
  await state.tokens.add(token)
  await expect(state.tokens.add(token)).rejects.toThrow(/UNIQUE/)
})

test('an older database is copied before it is migrated', async () => {
  const directory = await freshDirectory()
  const file = join(directory, 'state.db')
  const old = await openDatabase(file, Date.now, MIGRATIONS.slice(0, 1))
  old.database.exec("INSERT INTO tokens VALUES ('ab', 'agent', 'db1', 1)")
  old.database.close()
  const { database } = await openDatabase(file, Date.now)
  expect(database.prepare('SELECT name FROM tokens').all()).toEqual([{ name: 'db1' }])
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length })
  database.close()
  const copy = new DatabaseSync(`${file}.format-1`, { readOnly: true })
  expect(copy.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 })
  expect(copy.prepare('SELECT name FROM tokens').all()).toEqual([{ name: 'db1' }])
  copy.close()
})

test('a migration that fails leaves the database at the format it had', async () => {
  const directory = await freshDirectory()
  const file = join(directory, 'state.db')
  ;(await openDatabase(file, Date.now)).database.close()
  const broken = [...MIGRATIONS, 'CREATE TABLE half (a); INSERT INTO missing VALUES (1)']
  await expect(openDatabase(file, Date.now, broken)).rejects.toThrow(/missing/)
  const { database } = await openDatabase(file, Date.now)
  expect(database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").all()).toEqual([])
  database.close()
})

test('a newer database is refused, and told what to do', async () => {
  const directory = await freshDirectory()
  const { database } = await openDatabase(join(directory, 'state.db'), Date.now)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(openState({ directory })).rejects.toMatchObject({
    code: 'STATE_TOO_NEW',
    text: { zh: expect.stringContaining('请重新安装较新的版本') as string },
  })
})

test('a damaged database is put aside and the daily copy takes its place', async () => {
  const directory = await freshDirectory()
  const file = join(directory, 'state.db')
  const { database } = await openDatabase(file, Date.now)
  database.exec("INSERT INTO tokens VALUES ('ab', 'agent', 'db1', 1)")
  await copyDaily(file)
  database.close()
  await writeFile(file, 'this is no database, and long enough to be looked at'.repeat(20))
  await using state = await openState({ directory })
  expect(state.repaired?.replacedBy).toBe('copy')
  expect((await state.tokens.list()).map(({ name }) => name)).toEqual(['db1'])
  expect((await readdir(directory)).some((name) => name.startsWith('state.db.damaged-'))).toBe(true)
})

test('the daily copy is made while a transaction is open, and over what a killed process left', async () => {
  const directory = await freshDirectory()
  const file = join(directory, 'state.db')
  const { database } = await openDatabase(file, Date.now)
  onTestFinished(() => void database.close())
  await writeFile(`${file}.daily.new`, 'half a copy'.repeat(1000))
  database.exec("BEGIN IMMEDIATE; INSERT INTO tokens VALUES ('ab', 'agent', 'db1', 1)")
  await copyDaily(file)
  database.exec('COMMIT')
  expect(await readdir(directory)).toContain('state.db.daily')
  expect(await readdir(directory)).not.toContain('state.db.daily.new')
})

test('a daily copy that can not be made says what of and what to do', async () => {
  const file = join(await freshDirectory(), 'missing.db')
  await expect(copyDaily(file)).rejects.toMatchObject({
    code: 'DAILY_COPY',
    retryable: true,
    message: expect.stringMatching(/missing\.db could not be copied .* must be room/) as string,
  })
})

test('with no copy an empty database takes the place of a damaged one', async () => {
  const directory = await freshDirectory()
  await writeFile(join(directory, 'state.db'), 'x'.repeat(5000))
  await using state = await openState({ directory })
  expect(state.repaired?.replacedBy).toBe('empty')
  expect(await state.tokens.list()).toEqual([])
})

test('intervals tell when an agent was connected, also over a killed collector', async () => {
  const { tables } = await openStateTables({ directory: await freshDirectory() })
  const agent = { host: 'db1', version: '1', platform: 'linux', epoch: 'aa', address: 'x:1' }
  const gone = { host: 'db1', lastSeenMs: 180, lastSequence: 4, reason: 'silent' }
  tables.agents.record([
    { change: 'connected', ...agent, atMs: 100 },
    { change: 'disconnected', ...gone },
    { change: 'connected', ...agent, atMs: 200 },
  ])
  tables.life.alive(290)
  tables.agents.endOpenIntervals(tables.life.lastAliveMs() ?? 0, 'the collector stopped')
  expect(tables.agents.intervals('db1', 0, 1000)).toEqual([
    { host: 'db1', upAtMs: 100, downAtMs: 180, reason: 'silent' },
    { host: 'db1', upAtMs: 200, downAtMs: 290, reason: 'the collector stopped' },
  ])
  expect(tables.agents.list()).toMatchObject([
    { firstSeenMs: 100, lastSeenMs: 200, lastSequence: 4 },
  ])
  tables.upkeep.close()
})

test('a document keeps its history, a snapshot only its newest', async () => {
  const { tables } = await openStateTables({ directory: await freshDirectory() })
  const os = { subject: 'db1', name: 'os', keep: 'history' } as const
  const top = { subject: 'db1', name: 'top', keep: 'newest' } as const
  const documents = [
    { ...os, atMs: 10, body: '1' },
    { ...os, atMs: 20, body: '1' },
    { ...os, atMs: 30, body: '2' },
    { ...os, atMs: 30, body: '2' },
    { ...top, atMs: 20, body: '"new"' },
    { ...top, atMs: 10, body: '"old"' },
  ]
  tables.facts.store({ ...facts, documents })
  tables.facts.store({ ...facts, documents })
  expect(tables.inventory.history('db1', 'os', 10)).toEqual([
    { name: 'os', atMs: 30, seenAtMs: 30, body: '2' },
    { name: 'os', atMs: 10, seenAtMs: 20, body: '1' },
  ])
  expect(tables.inventory.newest('db1', 25)).toEqual([
    { name: 'os', atMs: 10, seenAtMs: 20, body: '1' },
  ])
  expect(tables.inventory.snapshots('db1')).toEqual([
    { name: 'top', atMs: 20, seenAtMs: 20, body: '"new"' },
  ])
  tables.upkeep.purge(25)
  expect(tables.inventory.history('db1', 'os', 10).map(({ atMs }) => atMs)).toEqual([30])
  tables.upkeep.close()
})

test.each([
  {
    note: 'that can not be loaded',
    code: "throw new Error('no such module')",
    why: 'no such module',
  },
  { note: 'that ends at once', code: 'process.exit(3)', why: 'ended with code 3' },
])('a worker $note fails the start, and says what to look at', async ({ code, why }) => {
  const start = () => new Worker(code, { eval: true, execArgv: [] })
  await expect(openState({ directory: '/var/lib/state' }, start)).rejects.toMatchObject({
    code: 'STATE_NOT_OPENED',
    exitCode: 1,
    message: expect.stringMatching(
      `state database in /var/lib/state can't be opened: .*${why}`,
    ) as string,
  })
})
