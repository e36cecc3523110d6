import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { OpenBackupJob } from '../../testing/open-backup-job.ts'

const run = promisify(execFile)
const DAY = 86_400_000
const TIMEOUT = 120_000

let directory: string
let password: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'snapshots-'))
  password = join(directory, 'password of it')
  await writeFile(password, 'secret\n', { mode: 0o600 })
  await writeFile(join(directory, 'data'), 'x'.repeat(10_000))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const open = (tool: string, given: object = {}) =>
  OpenBackupJob.open(join(directory, 'state'), {
    job: `his-${tool}`,
    tool,
    repository: join(directory, tool),
    passwordFile: password,
    schedule: '1d',
    ...given,
  })

test(
  'restic: none, one, late, of another tag, a repository that is gone',
  { timeout: TIMEOUT },
  async ({ skip }) => {
    skip(!existsSync('/usr/bin/restic'), 'not on this machine: restic')
    const repository = join(directory, 'restic')
    const restic = (...args: string[]) =>
      run('/usr/bin/restic', ['--no-cache', '-r', repository, '--password-file', password, ...args])
    await restic('init')
    {
      await using none = await open('restic')
      expect(await none.fields()).toMatchObject({ status: 4 })
    }
    await restic('backup', '--tag', 'his', join(directory, 'data'))
    await using one = await open('restic', { select: 'his' })
    expect(await one.fields()).toMatchObject({ status: 0, late_seconds: 0 })
    expect(await one.fields(Date.now() + 2 * DAY)).toMatchObject({ status: 0, late_periods: 1 })
    await using other = await open('restic', { job: 'other', select: 'pacs' })
    expect(await other.fields()).toMatchObject({ status: 4 })
    await rm(repository, { recursive: true })
    await using gone = await open('restic', { select: 'his' })
    await expect(gone.run(Date.now())).rejects.toThrow('failed with exit code')
  },
)

test('borg: encrypted, listed while it is locked', { timeout: TIMEOUT }, async ({ skip }) => {
  skip(!existsSync('/usr/bin/borg'), 'not on this machine: borgbackup')
  const repository = join(directory, 'borg')
  const env = { ...process.env, BORG_PASSPHRASE: 'secret', BORG_BASE_DIR: join(directory, 'base') }
  const borg = (...args: string[]) => run('/usr/bin/borg', args, { env })
  await borg('init', '-e', 'repokey', repository)
  {
    await using none = await open('borg')
    expect(await none.fields()).toMatchObject({ status: 4 })
  }
  await borg('create', `${repository}::his-1`, join(directory, 'data'))
  const held = run('/usr/bin/borg', ['with-lock', repository, '/bin/sleep', '3'], { env })
  await using one = await open('borg', { select: 'his-*' })
  const fields = await one.fields()
  expect(fields).toMatchObject({ status: 0, late_seconds: 0 })
  expect(fields['last_success_age_seconds']).toBeLessThan(600)
  await held
  await using other = await open('borg', { job: 'other', select: 'pacs-*' })
  expect(await other.fields()).toMatchObject({ status: 4 })
  await using wrong = await open('borg', { job: 'wrong', passwordFile: join(directory, 'none') })
  await expect(wrong.run(Date.now())).rejects.toThrow('failed with exit code')
})
