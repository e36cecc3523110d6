import { mkdtemp, mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ProbeError } from '../../probe.ts'
import { accountSource } from '../../sources/account.ts'
import { readAges, type ShadowHelper } from '../../sources/account/read-accounts.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { SourceMemory } from '../../source-memory.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import local from './local.ts'

const DAY_MS = 86_400_000
/** Day 20,779 since 1970-01-01. */
const NOW_MS = Date.UTC(2026, 10, 22, 4)
const PASSWD = `root:x:0:0:root:/root:/bin/bash
oracle:x:1001:1001::/home/oracle:/bin/bash
old:x:1002:1002::/home/old:/bin/bash
guest:x:1003:1003::/home/guest:/bin/bash
daemon:x:1:1::/:/usr/sbin/nologin
`
const HASH = '$y$j9T$secretsalt$secrethash'
const SHADOW = `root:${HASH}:20689:0:90:7:::
oracle:${HASH}:20769:0:99999:7::20784:
old:!${HASH}:19000:0:99999:7:::
guest::20779:0:99999:7:::
daemon:*:19000:0:99999:7:::
`

interface Tree extends AsyncDisposable {
  readonly root: string
  readonly session: unknown
}

async function openTree(files: Record<string, string> = {}, state?: string): Promise<Tree> {
  const root = await mkdtemp(join(tmpdir(), 'accounts-'))
  await mkdir(join(root, 'etc'))
  await mkdir(join(root, 'var/log'), { recursive: true })
  const all = { 'etc/passwd': PASSWD, 'etc/shadow': SHADOW, 'etc/group': 'dba:x:1001:\n', ...files }
  for (const [name, text] of Object.entries(all)) await writeFile(join(root, name), text)
  const memory = await SourceMemory.open(state, 'account')
  const opened = await accountSource.open(
    await makeSourceContext({ name: 'account', options: { root, helper: '/none' }, memory }),
  )
  return {
    root,
    session: opened.session,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]()
      await rm(root, { recursive: true })
    },
  }
}

const noHelper: ShadowHelper = {
  readShadowAges: () =>
    Promise.reject(new ProgramUnavailable('no-helper', { zh: '没有特权助手', en: 'no helper' })),
}

describeProbe(local, { open: () => openTree() })

test('tells the age of each password that logs on, and of all of them together', async () => {
  await using tree = await openTree()
  const { samples, documents } = await sampleOnce(local, tree.session, { timeMs: NOW_MS })
  const of = (name: string) => samples.find(({ tags }) => tags['name'] === name)?.fields
  expect(of('root')).toMatchObject({ password: 1, password_age_days: 90, max_days: 90 })
  expect(of('oracle')).toMatchObject({
    password_age_days: 10,
    max_days: undefined,
    expires_days: 5,
  })
  expect(of('old')).toMatchObject({ password: 2 })
  expect(of('guest')).toMatchObject({ password: 4, password_age_days: 0 })
  expect(of('daemon')).toBeUndefined()
  expect(samples.find(({ measurement }) => measurement === 'accounts')?.fields).toEqual({
    total: 5,
    with_password: 2,
    empty_password: 1,
    oldest_password_days: 90,
    nearest_expiry_days: 5,
    added_7d: 0,
    removed_7d: 0,
  })
  expect(documents.find(({ name }) => name === 'account_ages')?.body).toEqual({
    byAge: {
      columns: ['name', 'days'],
      rows: [
        ['root', 90],
        ['oracle', 10],
      ],
    },
  })
  expect(documents.find(({ name }) => name === 'accounts')?.body).toMatchObject({
    accounts: expect.arrayContaining([
      { name: 'oracle', uid: 1001, shell: '/bin/bash', groups: ['dba'], password: 'set' },
    ]),
  })
})

test('never a hash, nor a piece of one', async () => {
  await using tree = await openTree()
  const run = await sampleOnce(local, tree.session, { timeMs: NOW_MS })
  expect(JSON.stringify(run)).not.toMatch(/secret|\$y\$/)
})

test('accounts that came and went are events, once, and counted for a week, over restarts', async () => {
  const state = await mkdtemp(join(tmpdir(), 'accounts-state-'))
  onTestFinished(() => rm(state, { recursive: true }))
  const kept = join(state, 'sources')
  {
    await using tree = await openTree({}, kept)
    const { events } = await sampleOnce(local, tree.session, { timeMs: NOW_MS })
    expect(events).toEqual([])
  }
  const later = PASSWD.replace(/^guest.*\n/m, '') + 'eve:x:0:0::/root:/bin/bash\n'
  await using tree = await openTree({ 'etc/passwd': later }, kept)
  const second = await sampleOnce(local, tree.session, { timeMs: NOW_MS + DAY_MS })
  expect(second.events.map(({ kind, body }) => [kind, body])).toEqual([
    ['account_added', { name: 'eve' }],
    ['account_removed', { name: 'guest' }],
  ])
  const third = await sampleOnce(local, tree.session, { timeMs: NOW_MS + 2 * DAY_MS })
  expect(third.events).toEqual([])
  expect(countsOf(third)).toMatchObject({ added_7d: 1, removed_7d: 1 })
  const muchLater = await sampleOnce(local, tree.session, { timeMs: NOW_MS + 9 * DAY_MS })
  expect(countsOf(muchLater)).toMatchObject({ added_7d: 0, removed_7d: 0 })
})

function countsOf(run: Awaited<ReturnType<typeof sampleOnce>>): Record<string, unknown> {
  return run.samples.find(({ measurement }) => measurement === 'accounts')?.fields ?? {}
}

test('the list of accounts is sent when it changes', async () => {
  await using tree = await openTree()
  const first = await sampleOnce(local, tree.session, { timeMs: NOW_MS })
  const second = await sampleOnce(local, tree.session, { timeMs: NOW_MS, memory: first.memory })
  expect(first.documents.map(({ name }) => name)).toContain('accounts')
  expect(second.documents.map(({ name }) => name)).not.toContain('accounts')
})

test('reads the last logons where lastlog has them', async () => {
  await using tree = await openTree()
  const file = join(tree.root, 'var/log/lastlog')
  const time = Buffer.alloc(292 * 1002)
  time.writeUInt32LE(NOW_MS / 1000 - 3 * 86_400 - 60, 292 * 1001)
  await writeFile(file, time)
  await truncate(file, 292 * 70_000)
  const { samples } = await sampleOnce(local, tree.session, { timeMs: NOW_MS })
  expect(samples.find(({ tags }) => tags['name'] === 'oracle')?.fields).toMatchObject({
    last_login_days: 3,
  })
  expect(samples.find(({ tags }) => tags['name'] === 'root')?.fields['last_login_days']).toBe(
    undefined,
  )
})

describe('where /etc/shadow may not be read', () => {
  const denied = () =>
    Promise.reject(new ProbeError('NOT_PERMITTED', { zh: '无权读取', en: 'may not be read' }))
  const { signal } = new AbortController()

  test('the helper gives the dates', async () => {
    const ages = [{ name: 'root', password: 'set' as const, lastChangeDay: 20_000 }]
    const helper: ShadowHelper = { readShadowAges: () => Promise.resolve(ages) }
    expect(await readAges(denied, helper, signal)).toEqual({ ages, lacks: undefined })
  })

  test('without one they are missing, and what to install is told', async () => {
    expect(await readAges(denied, noHelper, signal)).toEqual({
      ages: [],
      lacks: { zh: '没有特权助手', en: 'no helper' },
    })
  })

  test('a file that is none is an error, not a reason to ask the helper', async () => {
    await using tree = await openTree()
    await rm(join(tree.root, 'etc/shadow'))
    await expect(sampleOnce(local, tree.session, { timeMs: NOW_MS })).rejects.toMatchObject({
      code: 'UNREADABLE',
    })
  })
})

test.each([['etc/passwd', 'x'.repeat(17 * 1_048_576), 'FLOOD']])(
  '%s that is too long is refused',
  async (name, text, code) => {
    await using tree = await openTree({ [name]: text })
    await expect(sampleOnce(local, tree.session, { timeMs: NOW_MS })).rejects.toMatchObject({
      code,
    })
  },
)

test('a state directory that can’t be written is told, and no account twice', async () => {
  const state = await mkdtemp(join(tmpdir(), 'accounts-state-'))
  onTestFinished(() => rm(state, { recursive: true }))
  await writeFile(join(state, 'accounts'), 'a file where a directory is to be')
  await using tree = await openTree({}, state)
  const sampleAt = (days: number) =>
    sampleOnce(local, tree.session, { timeMs: NOW_MS + days * DAY_MS })
  await sampleAt(0)
  await writeFile(join(tree.root, 'etc/passwd'), `${PASSWD}eve:x:1004:1004::/home/eve:/bin/bash\n`)
  const second = await sampleAt(1)
  expect(second.events).toHaveLength(1)
  expect(second.remarks.map(({ en }) => en)).toContainEqual(
    expect.stringContaining('can’t be written'),
  )
  const third = await sampleAt(2)
  expect(third.events).toEqual([])
  await rm(join(state, 'accounts'))
  expect((await sampleAt(3)).remarks).toEqual([])
})
