import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { listenForControl } from '../agent-control.ts'
import { listenForReports } from '../report-socket.ts'
import { takeReports } from '../report-spool.ts'
import { SourceMemory } from '../source-memory.ts'
import { SourceSession } from '../source-session.ts'
import { backupSource } from '../sources/backup.ts'
import { OpenBackupJob } from '../testing/open-backup-job.ts'
import { openRecordedLog } from '../testing/recorded-log.ts'
import { makeSourceContext } from '../testing/source-context.ts'

const STARTER = fileURLToPath(new URL('../../bin/wardround-agent.mjs', import.meta.url))
const JOB = { job: 'logs', tool: 'report', schedule: '1d' }
const TIMEOUT = 60_000

let directory: string
let state: string
let config: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'run-backup-'))
  state = join(directory, 'state')
  config = join(directory, 'agent.yaml')
  await mkdir(state)
  await writeFile(join(directory, 'secret'), 'x', { mode: 0o600 })
  await writeFile(
    config,
    `collector: {url: ws://127.0.0.1:9/agent/v1, token: {file: ${join(directory, 'secret')}}}
state: ${state}
sources:
  - {type: backup, job: logs, tool: report, schedule: 1d}
`,
  )
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const common = () => ['--config', config, '--lang', 'en']

interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

function backup(verb: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [STARTER, 'backup', verb, ...common(), ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

const shell = (script: string) => ['--job', 'logs', '--', '/bin/sh', '-c', script]

/** The reports that lie there for the agent's next start. */
async function spooled(): Promise<readonly unknown[]> {
  const taken = await takeReports(state, 'logs')
  await taken.forget()
  return taken.reports
}

describe('without a running agent', () => {
  test(
    'a good run passes its output through and waits as a report',
    { timeout: TIMEOUT },
    async () => {
      const file = join(directory, 'dump')
      const script = `echo out; echo err >&2; printf 12345 > ${file}`
      expect(await backup('run', '--bytes-of', file, ...shell(script))).toEqual({
        code: 0,
        out: 'out\n',
        err: 'err\n',
      })
      const job = await OpenBackupJob.open(state, JOB)
      const { samples, events } = await job.run(Date.now())
      expect(samples[0]?.fields).toMatchObject({ status: 0, bytes_out: 5, late_seconds: 0 })
      expect(events).toMatchObject([{ kind: 'backup', body: { job: 'logs', result: 'ok' } }])
      // taken once, and remembered
      expect(await spooled()).toEqual([])
      await using again = await OpenBackupJob.open(state, JOB)
      expect((await again.fields())['status']).toBe(0)
    },
  )

  test(
    'a failed one: its exit code, the last lines of its error, and no password',
    { timeout: TIMEOUT },
    async () => {
      const script =
        'echo "connecting with --password hunter22" >&2; echo "no space left" >&2; exit 3'
      const { code, err } = await backup('run', ...shell(script))
      expect(code).toBe(3)
      expect(err).toContain('hunter22') // it is the command's own terminal
      const reports = await spooled()
      expect(reports).toMatchObject([{ status: 'failed', exitCode: 3 }])
      const text = JSON.stringify(reports)
      expect(text).toContain('no space left')
      expect(text).not.toContain('hunter22')
    },
  )

  test(
    'exit codes that warn, a command that is not there, one that can’t be run',
    { timeout: TIMEOUT },
    async () => {
      const warned = await backup('run', '--warning-codes', '1,24', ...shell('exit 24'))
      expect(warned.code).toBe(24)
      expect(await spooled()).toMatchObject([{ status: 'warning', exitCode: 24 }])
      const absent = await backup('run', '--job', 'logs', '--', '/nonexistent/dump')
      expect(absent.code).toBe(127)
      expect(await spooled()).toMatchObject([{ status: 'failed', exitCode: 127 }])
      expect((await backup('run', '--job', 'logs', '--', config)).code).toBe(126)
    },
  )

  test(
    'nobody reads its stderr any more: the command goes on to its end, and that is reported',
    { timeout: TIMEOUT },
    async () => {
      const go = join(directory, 'go')
      const script = `while [ -d ${directory} ] && [ ! -e ${go} ]; do sleep 0.1; done
        head -c 300000 /dev/zero | tr '\\0' x >&2; echo >&2; echo "last words" >&2; exit 7`
      const args = [STARTER, 'backup', 'run', ...common(), ...shell(script)]
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
      const ended = once(child, 'exit')
      child.stderr.destroy()
      await once(child.stderr, 'close')
      await writeFile(go, '')
      expect(await ended).toEqual([7, null])
      expect(await spooled()).toMatchObject([
        { status: 'failed', exitCode: 7, message: expect.stringContaining('last words') },
      ])
    },
  )

  test('signals reach the command, and its end by one is told', { timeout: TIMEOUT }, async () => {
    const script = `trap 'echo ended; exit 5' TERM; echo ready; while :; do sleep 0.1; done`
    const child = spawn(process.execPath, [STARTER, 'backup', 'run', ...common(), ...shell(script)])
    let out = ''
    child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
    await expect.poll(() => out, { timeout: TIMEOUT }).toContain('ready')
    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    expect(code).toBe(5)
    expect(await spooled()).toMatchObject([{ status: 'failed', exitCode: 5 }])
    expect((await backup('run', ...shell('kill -KILL $$'))).code).toBe(137)
    expect(await spooled()).toMatchObject([{ status: 'failed', exitCode: 137 }])
  })

  test(
    'a job that is not declared: report refuses, run does the backup all the same',
    { timeout: TIMEOUT },
    async () => {
      const reported = await backup('report', '--job', 'his', '--status', 'ok')
      expect(reported).toMatchObject({
        code: 2,
        err: expect.stringContaining('expected one of logs'),
      })
      const file = join(directory, 'done')
      const ran = await backup('run', '--job', 'his', '--', '/bin/sh', '-c', `echo yes > ${file}`)
      expect(ran.err.match(/expected one of/g)).toHaveLength(1)
      expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('expected one of logs') })
      expect(await readFile(file, 'utf8')).toBe('yes\n')
    },
  )

  test('a report of a script', { timeout: TIMEOUT }, async () => {
    const told = await backup(
      'report', '--job', 'logs', '--status', 'warning', '--bytes', '42', '--start', '1795226340',
      '--end', '2026-11-21T02:00:00Z', '--message', 'password=hunter22',
    ) // prettier-ignore
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining('waits for its start') })
    expect(await spooled()).toMatchObject([
      {
        status: 'warning',
        bytes: 42,
        startMs: 1_795_226_340_000,
        endMs: Date.parse('2026-11-21T02:00:00Z'),
        message: 'password=***',
      },
    ])
  })

  test.each([
    [['--status', 'fine']],
    [['--status', 'ok', '--bytes', '-5']],
    [['--status', 'ok', '--start', 'yesterday']],
    [['--status', 'ok', '--start', '2026-11-22T02:00:00Z', '--end', '2026-11-21T02:00:00Z']],
    [[]],
  ])('refuses %j', { timeout: TIMEOUT }, async (args) => {
    expect((await backup('report', '--job', 'logs', ...args)).code).toBe(2)
    expect(await spooled()).toEqual([])
  })
})

test(
  'the running agent takes reports, and shows a run while it goes on',
  { timeout: TIMEOUT },
  async () => {
    const memory = await SourceMemory.open(join(state, 'sources'), 'logs')
    const options = { ...JOB, database: '', kind: 'full', grace: '2h' }
    const context = await makeSourceContext({ name: 'logs', options, memory })
    await using held = new SourceSession(backupSource, context)
    const { log } = openRecordedLog()
    const parts = { log, environment: {} }
    await using _control = await listenForControl(state, { sources: [], listening: [held] }, parts)
    const session = await held.acquire()
    const look = async () => {
      const { session: own } = session
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- backupSource opens nothing else
      const standing = await (own as OpenBackupJob['session']).look(Date.now())
      return standing.copies[0]?.verdict.fields['status']
    }
    const go = join(directory, 'go')
    const running = backup(
      'run',
      ...shell(`while [ -d ${directory} ] && [ ! -e ${go} ]; do sleep 0.1; done; exit 1`),
    )
    await expect.poll(look, { timeout: TIMEOUT }).toBe(2)
    await writeFile(go, '')
    expect((await running).code).toBe(1)
    expect(await look()).toBe(3)
    const told = await backup('report', '--job', 'logs', '--status', 'ok')
    expect(told).toMatchObject({
      code: 0,
      out: expect.stringContaining('the agent has the report'),
    })
    expect(await look()).toBe(0)
    expect(await spooled()).toEqual([])
  },
)

describe('as a user that backups run as', () => {
  const SETPRIV = '/usr/bin/setpriv'
  const GROUP = 54_322
  const asUser = (group: number) => ['--reuid=54331', '--regid=54331', `--groups=${group}`]

  function backupAs(group: number, verb: string, ...args: string[]): Promise<Outcome> {
    const program = [process.execPath, STARTER, 'backup', verb, '--state', state, '--lang', 'en']
    return new Promise((resolve) => {
      execFile(SETPRIV, [...asUser(group), ...program, ...args], (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      )
    })
  }

  beforeEach(async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'not on this machine: only root can become another user')
    skip(!existsSync(SETPRIV), `not on this machine: ${SETPRIV} (util-linux)`)
    const help = [...asUser(GROUP), process.execPath, STARTER, '--help']
    const { status } = spawnSync(SETPRIV, help, { timeout: TIMEOUT })
    skip(status !== 0, 'not on this machine: other users can’t read this checkout')
    // where everybody gets to, which is not so of each temporary directory
    await rm(directory, { recursive: true })
    directory = await mkdtemp('/tmp/run-backup-')
    state = join(directory, 'state')
    await mkdir(state)
    for (const place of [directory, state]) await chmod(place, 0o711)
  }, TIMEOUT)

  test(
    'in the group: reports without reading the configuration; else: told what would allow it',
    { timeout: 3 * TIMEOUT },
    async () => {
      const context = await makeSourceContext({ name: 'logs', options: { ...JOB, kind: 'full' } })
      await using held = new SourceSession(backupSource, context)
      const { log } = openRecordedLog()
      await using _reports = await listenForReports({ state, reportGroup: String(GROUP) }, [held], {
        log,
        environment: {},
      })
      const done = ['--job', 'logs', '--status', 'ok']
      expect(await backupAs(GROUP, 'report', ...done)).toMatchObject({ code: 0, err: '' })
      expect(await backupAs(GROUP, 'run', ...shell('exit 3'))).toMatchObject({ code: 3, err: '' })
      const other = await backupAs(GROUP, 'report', '--job', 'his', '--status', 'ok')
      expect(other.err).toContain('expected one of logs')
      const denied = { err: expect.stringContaining('is to join the group wardround-backup') }
      expect(await backupAs(54_331, 'report', ...done)).toMatchObject({ code: 77, ...denied })
      expect(await backupAs(54_331, 'run', ...shell('exit 3'))).toMatchObject({
        code: 3,
        ...denied,
      })
    },
  )
})
