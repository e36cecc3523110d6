import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { OpenBackupJob } from '../../testing/open-backup-job.ts'
import { findPostgresql, PostgresqlServer } from '../../testing/postgresql-server.ts'

const PROGRAM = '/usr/bin/pgbackrest'
const run = promisify(execFile)
const DAY = 86_400_000

const missing =
  findPostgresql() === undefined ? 'postgresql' : existsSync(PROGRAM) ? '' : 'pgbackrest'

/** A real pgBackRest with two repositories on a real PostgreSQL. */
describe.skipIf(missing !== '')(
  `pgBackRest on PostgreSQL (not on this machine: ${missing})`,
  () => {
    let server: PostgresqlServer
    let state: string
    let config: string

    beforeAll(async () => {
      server = await PostgresqlServer.start()
      state = await mkdtemp(join(tmpdir(), 'backup-state-'))
      const { directory, port } = server
      config = await server.writeFile(
        'pgbackrest.conf',
        `[global]
repo1-path=${directory}/repo1
repo2-path=${directory}/repo2
lock-path=${directory}/lock
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
    }, 120_000)
    afterAll(async () => {
      await server[Symbol.asyncDispose]()
      await rm(state, { recursive: true, force: true })
    })

    /** As the database's own user, whom the repositories belong to. */
    const pgbackrest = (...args: string[]) => {
      const all = [`--config=${config}`, '--stanza=main', '--log-level-console=warn', ...args]
      const asServer = ['-u', 'postgres', '--', PROGRAM, ...all]
      return process.getuid?.() === 0
        ? run('/usr/sbin/runuser', asServer, { cwd: '/' })
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
      'never, one repository alone, both, late, failed, gone',
      { timeout: 180_000 },
      async () => {
        {
          await using job = await open()
          expect(await statuses(job)).toEqual([
            ['1', 4],
            ['2', 4],
          ])
          const later = await job.run(Date.now() + 2 * DAY)
          expect(later.samples[0]?.fields).toMatchObject({ status: 4, late_periods: 1 })
        }
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
        }
        await pgbackrest('--repo=2', '--type=full', 'backup')
        await using job = await open()
        expect(await statuses(job)).toEqual([
          ['1', 0],
          ['2', 0],
        ])
        const late = await job.run(Date.now() + DAY + 3 * 3_600_000)
        expect(late.samples.map(({ fields }) => fields['late_periods'])).toEqual([1, 1])

        // a backup that fails leaves no trace in info: the wrapper's report tells of it
        const failed = pgbackrest('--pg1-path=/nonexistent', '--type=incr', 'backup')
        await expect(failed).rejects.toThrow('pgbackrest')
        const endMs = Date.now() + 1_000
        const report = {
          id: 'r1',
          status: 'failed',
          startMs: endMs - 500,
          endMs,
          message: 'exit code 55',
        }
        await job.opened.tell?.('backup-report', { source: 'main-full', report })
        expect(await statuses(job)).toEqual([
          ['1', 3],
          ['2', 3],
        ])

        await rm(join(server.directory, 'repo1'), { recursive: true })
        await using again = await open()
        const gone = await again.run(Date.now())
        expect(gone.samples[0]?.fields['last_success_age_seconds']).toBeLessThan(600)
        expect(gone.samples[0]?.fields['status']).not.toBe(0)
      },
    )

    test('kinds, and one repository as the second copy', { timeout: 180_000 }, async () => {
      await pgbackrest('--repo=2', '--type=incr', 'backup')
      await using job = await open({ job: 'main-incr', kind: 'incr', repo: 2, copy: 2 })
      const { samples } = await job.run(Date.now())
      expect(samples).toHaveLength(1)
      expect(samples[0]).toMatchObject({ tags: { copy: '2', kind: 'incr' }, fields: { status: 0 } })
    })

    test('a program that is not there, and a configuration that it refuses', async () => {
      await using none = await open({ job: 'none', program: '/nonexistent/pgbackrest' })
      await expect(none.run(Date.now())).rejects.toThrow('is not installed')
      await using wrong = await open({ job: 'wrong', configFile: '/nonexistent.conf' })
      await expect(wrong.run(Date.now())).rejects.toThrow('/nonexistent.conf')
    })
  },
)
