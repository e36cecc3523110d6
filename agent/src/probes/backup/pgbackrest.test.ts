import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { OpenBackupJob } from '../../testing/open-backup-job.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'

const PROGRAM = '/usr/bin/pgbackrest'
const run = promisify(execFile)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const TIMEOUT = 180_000

const used = usePostgresql()

let state: string
/** Of this test, in the server's directory. */
let place: string
let config: string
let tests = 0

/** Two repositories of each test's own, on the one server. */
beforeEach(async ({ skip }) => {
  skip(!existsSync(PROGRAM), 'not on this machine: pgbackrest')
  state = await mkdtemp(join(tmpdir(), 'backup-state-'))
  const { directory, port } = used.server
  const name = `try${++tests}`
  place = join(directory, name)
  config = await used.server.writeFile(
    `${name}.conf`,
    `[global]
repo1-path=${place}-repo1
repo2-path=${place}-repo2
lock-path=${place}-lock
log-path=${directory}
spool-path=${directory}
archive-check=n
archive-mode-check=n
start-fast=y
[main]
pg1-path=${directory}/data
pg1-port=${port}
pg1-socket-path=${directory}
pg1-user=postgres
`,
  )
})
afterEach(async () => {
  if (state !== undefined) await rm(state, { recursive: true, force: true })
})

/** As the database's own user, whom the repositories belong to. */
const pgbackrest = (...args: string[]) => {
  const all = [`--config=${config}`, '--stanza=main', '--log-level-console=warn', ...args]
  return process.getuid?.() === 0
    ? run('/usr/sbin/runuser', ['-u', 'postgres', '--', PROGRAM, ...all], { cwd: '/' })
    : run(PROGRAM, all, { cwd: '/' })
}

const open = (given: object = {}) =>
  OpenBackupJob.open(state, {
    job: 'main-full',
    tool: 'pgbackrest',
    database: 'main',
    stanza: 'main',
    configFile: config,
    schedule: '1d',
    ...given,
  })

const statuses = async (job: OpenBackupJob, atMs = Date.now()) =>
  (await job.run(atMs)).samples.map(({ tags, fields }) => [tags['copy'], fields['status']])

test(
  'never: missing in each repository, with and without a stanza',
  { timeout: TIMEOUT },
  async () => {
    const never = [
      ['1', 4],
      ['2', 4],
    ]
    {
      await using job = await open()
      expect(await statuses(job)).toEqual(never)
      const later = await job.run(Date.now() + 2 * DAY)
      expect(later.samples[0]?.fields).toMatchObject({ status: 4, late_periods: 1 })
    }
    await pgbackrest('stanza-create')
    await using job = await open()
    expect(await statuses(job)).toEqual(never)
  },
)

test('good in one repository, late, and gone', { timeout: TIMEOUT }, async () => {
  await pgbackrest('stanza-create')
  await pgbackrest('--repo=1', '--type=full', 'backup')
  {
    await using job = await open()
    const { samples, events } = await job.run(Date.now())
    expect(samples.map(({ tags, fields }) => [tags['copy'], fields['status']])).toEqual([
      ['1', 0],
      ['2', 4],
    ])
    expect(samples[0]?.fields).toMatchObject({ checksum_ok: 1, late_seconds: 0 })
    expect(samples[0]?.fields['bytes_in']).toBeGreaterThan(10_000_000)
    expect(samples[0]?.fields['bytes_out']).toBeGreaterThan(100_000)
    expect(events.map(({ kind, body }) => [kind, body])).toEqual([
      ['backup', expect.objectContaining({ job: 'main-full', copy: '1', result: 'ok' })],
    ])
    const late = await job.run(Date.now() + DAY + 3 * HOUR)
    expect(late.samples[0]?.fields).toMatchObject({ status: 0, late_periods: 1 })
  }
  await rm(`${place}-repo1`, { recursive: true })
  await using job = await open()
  const { samples } = await job.run(Date.now() + HOUR)
  expect(samples[0]?.fields['status']).toBe(4)
  // what was known of it is remembered
  expect(samples[0]?.fields['last_success_age_seconds']).toBeLessThan(2 * 3_600)
})

test(
  'one that failed leaves no trace in info: its report tells of it',
  { timeout: TIMEOUT },
  async () => {
    await pgbackrest('stanza-create')
    await pgbackrest('--repo=1', '--type=full', 'backup')
    await expect(
      pgbackrest('--repo=1', '--pg1-path=/none', '--type=incr', 'backup'),
    ).rejects.toThrow('pgbackrest')
    await using job = await open({ repo: 1 })
    expect(await statuses(job)).toEqual([['1', 0]])
    const endMs = Date.now() + 2_000
    const report = { id: 'r1', status: 'failed', startMs: endMs, endMs, message: 'exit code 55' }
    await job.opened.tell?.('backup-report', { source: 'main-full', report })
    expect(await statuses(job)).toEqual([['1', 3]])
  },
)

test('kinds, and one repository as the second copy', { timeout: TIMEOUT }, async () => {
  await pgbackrest('stanza-create')
  await pgbackrest('--repo=2', '--type=full', 'backup')
  await pgbackrest('--repo=2', '--type=incr', 'backup')
  await using incr = await open({ job: 'main-incr', kind: 'incr', repo: 2, copy: 2 })
  const { samples } = await incr.run(Date.now())
  expect(samples).toHaveLength(1)
  expect(samples[0]).toMatchObject({ tags: { copy: '2', kind: 'incr' }, fields: { status: 0 } })
  await using full = await open({ repo: 2 })
  const [fullRun, incrRun] = [await full.fields(), samples[0]?.fields]
  expect(fullRun['last_end']).toBeLessThan(incrRun?.['last_end'] ?? 0)
})

test('a program that is not there, and a configuration that it refuses', async () => {
  await using none = await open({ job: 'none', program: '/nonexistent/pgbackrest' })
  await expect(none.run(Date.now())).rejects.toThrow('is not installed')
  await using wrong = await open({ job: 'wrong', configFile: '/nonexistent.conf' })
  await expect(wrong.run(Date.now())).rejects.toThrow('/nonexistent.conf')
})
