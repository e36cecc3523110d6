import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callControlSocket } from '@wardround/program'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { listenForControl } from './agent-control.ts'
import { listenForReports } from './report-socket.ts'
import { SourceSession } from './source-session.ts'
import { openRecordedLog } from './testing/recorded-log.ts'
import { makeSourceContext } from './testing/source-context.ts'
import { toldSource } from './testing/told-source.ts'

const SETPRIV = '/usr/bin/setpriv'
const TIMEOUT = 240_000
/** Numbers that no account has. */
const MANY = { backups: 54_322, agents: 54_323, dba: 54_331 }

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-socket-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const socket = () => join(directory, 'report.sock')

/** An agent's two sockets over one source that takes these verbs. */
async function listen(reportGroup: string, verbs = ['backup-report', 'note']) {
  const { source, told } = toldSource(verbs)
  const held = new SourceSession(source, await makeSourceContext({ name: 'nightly' }))
  const { log, lines } = openRecordedLog()
  const groupFile = join(directory, 'group')
  await writeFile(groupFile, `adm:x:4:\nhospital:x:${MANY.backups}:postgres\n:::\nbad:x:-1:\n`)
  const environment = { RUNTIME_DIRECTORY: directory }
  const settings = { state: join(directory, 'elsewhere'), reportGroup }
  const sources = { sources: [held], listening: [held] }
  const control = await listenForControl(settings.state, sources, { log, environment })
  const reports = await listenForReports(settings, [held], { log, environment, groupFile })
  return {
    told,
    lines,
    call: (command: string, argument: unknown) => callControlSocket(socket(), command, argument),
    async [Symbol.asyncDispose]() {
      await reports[Symbol.asyncDispose]()
      await control[Symbol.asyncDispose]()
      await held[Symbol.asyncDispose]()
    },
  }
}

test('takes reports and nothing else: no pause, and no other verb of a source', async () => {
  await using site = await listen('wardround-backup')
  expect(await site.call('backup-report', { source: 'nightly', report: 1 })).toBe('noted')
  for (const command of ['pause', 'resume', 'note', 'toString'])
    await expect(site.call(command, { source: 'nightly' })).rejects.toThrow(
      `unknown command "${command}"; expected one of backup-report`,
    )
  expect(site.told).toEqual([['backup-report', { source: 'nightly', report: 1 }]])
  expect((await stat(socket())).mode & 0o777).toBe(0o660)
})

test('without a source that takes reports there is no socket', async () => {
  await using _site = await listen('wardround-backup', ['note'])
  expect(existsSync(socket())).toBe(false)
})

test.each([
  ['wardround-backup', 'info'],
  ['hopsital', 'warn'],
  ['bad', 'warn'],
])('a group that is not there (%s) opens it to nobody', async (group, level) => {
  await using site = await listen(group)
  expect((await stat(socket())).gid).toBe((await stat(join(directory, 'group'))).gid)
  expect(site.lines).toMatchObject([
    { level, group, msg: expect.stringContaining('no such group') },
  ])
})

describe('as other users', () => {
  beforeEach(async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'not on this machine: only root can become another user')
    skip(!existsSync(SETPRIV), `not on this machine: ${SETPRIV} (util-linux)`)
    skip(!isReadableByAll(), 'not on this machine: other users can’t read this checkout')
    // where everybody gets to, which is not so of each temporary directory
    await rm(directory, { recursive: true })
    directory = await mkdtemp('/tmp/report-socket-')
    await chmod(directory, 0o755)
  }, TIMEOUT)

  test(
    'members of the group report, and do nothing else; others nothing at all',
    async () => {
      await using site = await listen('hospital')
      await chown(join(directory, 'control.sock'), -1, MANY.agents)
      expect((await stat(socket())).gid).toBe(MANY.backups)
      const report = { source: 'nightly', report: 1 }
      expect(await callAs(MANY.backups, 'report.sock', 'backup-report', report)).toBe('noted')
      expect(await callAs(MANY.backups, 'report.sock', 'pause', 'nightly')).toContain('unknown')
      expect(await callAs(MANY.backups, 'control.sock', 'pause', 'nightly')).toBe('EACCES')
      expect(await callAs(MANY.agents, 'report.sock', 'backup-report', report)).toBe('EACCES')
      expect(await callAs(MANY.dba, 'report.sock', 'backup-report', report)).toBe('EACCES')
      expect(await callAs(MANY.dba, 'control.sock', 'pause', 'nightly')).toBe('EACCES')
      expect(site.told).toHaveLength(1)
    },
    TIMEOUT,
  )

  test(
    'a group by its number',
    async () => {
      await using _site = await listen(String(MANY.backups))
      expect((await stat(socket())).gid).toBe(MANY.backups)
    },
    TIMEOUT,
  )

  test(
    'an agent that is no member says so and keeps the socket to itself',
    async () => {
      await chmod(directory, 0o777)
      const { log, gid } = await listenAs(MANY.dba, String(MANY.backups))
      expect(log).toContain('no member of the group')
      expect(gid).toBe(MANY.dba)
    },
    TIMEOUT,
  )

  test(
    'an agent that is a member gives its socket away without being root',
    async () => {
      await chmod(directory, 0o777)
      const { log, gid } = await listenAs(MANY.backups, String(MANY.backups))
      expect(log).toBe('')
      expect(gid).toBe(MANY.backups)
    },
    TIMEOUT,
  )
})

const CALLER = new URL('../../program/src/control-socket.ts', import.meta.url).href
const LISTENER = new URL('./report-socket.ts', import.meta.url).href

const as = (group: number) => [
  `--reuid=${MANY.dba}`,
  `--regid=${MANY.dba}`,
  `--groups=${group}`,
  process.execPath,
  '--input-type=module',
  '-e',
]

let isReadable: boolean | undefined

function isReadableByAll(): boolean {
  const script = `await import(${JSON.stringify(LISTENER)})`
  isReadable ??= spawnSync(SETPRIV, [...as(MANY.dba), script]).status === 0
  return isReadable
}

/** What a process of this group is answered: the result, the refusal, or the system's code. */
function callAs(group: number, name: string, command: string, argument: unknown): Promise<string> {
  const given = [join(directory, name), command, argument].map((part) => JSON.stringify(part))
  return runAs(
    group,
    `const { callControlSocket } = await import(${JSON.stringify(CALLER)})
    const said = await callControlSocket(${given.join(', ')}).catch((error) => error.code ?? error.message)
    process.stdout.write(said)`,
  )
}

/** Listens for a moment as a user of this group. */
async function listenAs(group: number, reportGroup: string): Promise<{ log: string; gid: number }> {
  const settings = JSON.stringify({ state: directory, reportGroup })
  const said = await runAs(
    group,
    `const { listenForReports } = await import(${JSON.stringify(LISTENER)})
    const { stat } = await import('node:fs/promises')
    let log = ''
    const note = (_fields, text) => (log += text)
    const taker = { name: 'nightly', verbs: ['backup-report'] }
    const parts = { log: { info: note, warn: note }, environment: {} }
    const listening = await listenForReports(${settings}, [taker], parts)
    const { gid } = await stat(${JSON.stringify(socket())})
    await listening[Symbol.asyncDispose]()
    process.stdout.write(JSON.stringify({ log, gid }))`,
  )
  return JSON.parse(said)
}

function runAs(group: number, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(SETPRIV, [...as(group), script], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve(out)
      else reject(new Error(err))
    })
  })
}
