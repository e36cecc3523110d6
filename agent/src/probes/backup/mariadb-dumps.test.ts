import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

import { MariadbServer, NO_MARIADB } from '../../testing/mariadb-server.ts'
import { OpenBackupJob } from '../../testing/open-backup-job.ts'

const run = promisify(execFile)
const HOUR = 3_600_000
const TIMEOUT = 120_000
const MARIABACKUP = '/usr/bin/mariabackup'

let server: MariadbServer
let directory: string

beforeAll(async () => {
  if (NO_MARIADB === undefined) server = await MariadbServer.start()
}, TIMEOUT)
afterAll(() => server?.[Symbol.asyncDispose]())
beforeEach(async ({ skip }) => {
  skip(NO_MARIADB !== undefined, NO_MARIADB)
  directory = await mkdtemp(join(tmpdir(), 'mdb-dumps-'))
})
afterEach(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true, force: true })
})

const open = (pattern: string, trailer: string) =>
  OpenBackupJob.open(join(directory, 'state'), {
    job: 'his-dump',
    tool: 'file',
    database: 'his',
    schedule: '1d',
    files: [join(directory, pattern)],
    trailer,
  })

test('mariadb-dump: good, and one that broke off', { timeout: TIMEOUT }, async () => {
  await server.query('CREATE DATABASE his', 'CREATE TABLE his.a (id INT)')
  const dump = (name: string) =>
    run('mariadb-dump', [
      '--no-defaults',
      '-uroot',
      `--socket=${server.socketPath}`,
      '-r',
      join(directory, name),
      '--databases',
      'his',
    ])
  await dump('1.sql')
  await using good = await open('*.sql', 'Dump completed on')
  expect(await good.fields()).toMatchObject({ status: 0, verified: 1 })
  await server.query('CREATE VIEW his.v AS SELECT * FROM his.a', 'DROP TABLE his.a')
  await expect(dump('2.sql')).rejects.toThrow('mariadb-dump')
  await using after = await open('*.sql', 'Dump completed on')
  expect(await after.fields(Date.now() + HOUR)).toMatchObject({ status: 3, verified: 0 })
})

test('mariabackup: its log shows that it completed', { timeout: TIMEOUT }, async ({ skip }) => {
  skip(!existsSync(MARIABACKUP), 'not on this machine: mariadb-backup')
  const { stderr } = await run(
    MARIABACKUP,
    [
      '--no-defaults',
      '--backup',
      `--target-dir=${join(directory, 'target')}`,
      '--user=root',
      `--datadir=${join(server.directory, 'data')}`,
      `--socket=${server.socketPath}`,
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  const log = join(directory, 'x.log')
  await writeFile(log, stderr)
  await using job = await open('*.log', 'completed OK!')
  expect(await job.fields()).toMatchObject({ status: 0, verified: 1 })
  await truncate(log, Buffer.byteLength(stderr) - 20)
  expect(await job.fields(Date.now() + HOUR)).toMatchObject({ status: 2 })
  expect(await job.fields(Date.now() + 2 * HOUR)).toMatchObject({ status: 3 })
})
