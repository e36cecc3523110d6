import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { OpenBackupJob } from '../../testing/open-backup-job.ts'
import { findPostgresql } from '../../testing/postgresql-server.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'

const run = promisify(execFile)
const HOUR = 3_600_000
const TIMEOUT = 120_000

const used = usePostgresql()

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pg-dumps-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A program of PostgreSQL's own, on the server of this file. */
const program = (name: string, ...args: string[]) => {
  const { server } = used
  const at = ['-h', server.directory, '-p', String(server.port), '-U', 'postgres']
  return run(join(findPostgresql() ?? '', name), [...at, ...args])
}

const open = (job: string, given: object) =>
  OpenBackupJob.open(join(directory, 'state'), {
    job,
    tool: 'file',
    database: 'his',
    schedule: '1d',
    ...given,
  })

test('pg_dump: good, and cut off', { timeout: TIMEOUT }, async () => {
  await used.server.sql(`CREATE TABLE visits AS SELECT generate_series(1, 1000) AS id`)
  const file = join(directory, '1.sql')
  await program('pg_dump', '-f', file, 'postgres')
  await using job = await open('dump', {
    files: [join(directory, '*.sql')],
    trailer: 'PostgreSQL database dump complete',
  })
  expect(await job.fields()).toMatchObject({ status: 0, verified: 1 })
  await truncate(file, (await stat(file)).size - 100)
  expect((await job.fields(Date.now() + HOUR))['status']).toBe(2)
  expect((await job.fields(Date.now() + 2 * HOUR))['status']).toBe(3)
})

test(
  'pg_basebackup: plain and tar, with a file missing, an empty archive, a torn manifest',
  { timeout: TIMEOUT },
  async () => {
    const plain = join(directory, 'plain')
    const tar = join(directory, 'tar')
    await program('pg_basebackup', '-D', plain, '-c', 'fast', '--no-sync')
    await program('pg_basebackup', '-D', tar, '-c', 'fast', '--no-sync', '-Ft', '-z')
    const fieldsOf = async (place: string, timeMs = Date.now() + HOUR) => {
      const files = [join(place, 'backup_manifest')]
      await using job = await open('base', { files, manifest: true })
      return await job.fields(timeMs)
    }
    const good = await fieldsOf(plain, Date.now())
    expect(good).toMatchObject({ status: 0, verified: 1 })
    expect(good['bytes_out']).toBeGreaterThan(10_000_000)
    expect(await fieldsOf(tar, Date.now())).toMatchObject({ status: 0, verified: 1 })

    await rm(join(plain, 'global', 'pg_control'))
    expect(await fieldsOf(plain)).toMatchObject({ status: 3, verified: 0 })
    const manifest = join(plain, 'backup_manifest')
    await truncate(manifest, (await stat(manifest)).size - 50)
    expect(await fieldsOf(plain)).toMatchObject({ status: 3, checksum_ok: 0 })
    await truncate(join(tar, 'base.tar.gz'), 0)
    expect(await fieldsOf(tar)).toMatchObject({ status: 3, verified: 0 })
  },
)
