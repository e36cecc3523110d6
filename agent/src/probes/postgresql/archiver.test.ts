import { expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringPostgresql } from '../../testing/answering-postgresql.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openPostgresql } from '../../testing/open-postgresql.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { usePostgresql } from '../../testing/use-postgresql.ts'
import archiver from './archiver.ts'

const used = usePostgresql({ conf: { archive_mode: 'on', archive_command: "'false'" } }, (server) =>
  server.sql(['CREATE TABLE t (n integer)', 'SELECT pg_switch_wal()']),
)

async function readArchiver(): Promise<Record<string, number | undefined>> {
  await using opened = await openPostgresql(used.server)
  const { samples } = await sampleOnce(archiver, opened.session)
  return Object.assign({}, ...samples.map(({ fields }) => fields))
}

describeProbe(archiver, { open: () => openPostgresql(used.server) })

test('finds a command that fails, the files that wait, and that it works again', async () => {
  await expect.poll(readArchiver).toMatchObject({ failing: 1, archived_total: 0, ready_count: 1 })
  const failing = await readArchiver()
  expect(failing['failed_total']).toBeGreaterThan(0)
  expect(failing['last_failed_age_seconds']).toBeGreaterThanOrEqual(0)
  expect(failing['last_archived_age_seconds']).toBeUndefined()

  await used.server.sql(["ALTER SYSTEM SET archive_command = 'true'", 'SELECT pg_reload_conf()'])
  await used.server.sql(['INSERT INTO t VALUES (1)', 'SELECT pg_switch_wal()'])
  await expect.poll(readArchiver).toMatchObject({ failing: 0, ready_count: 0 })
})

const ROW = {
  archive_mode: 'off',
  archived_count: '0',
  failed_count: '0',
  failing: 'f',
  last_archived_age_seconds: null,
  last_failed_age_seconds: null,
}

test('has no data where nothing is archived', async () => {
  const session = new AnsweringPostgresql('15', { 'postgresql.archiver': [ROW] })
  await expect(sampleOnce(archiver, session)).rejects.toThrow(NoDataError)
})

test('before 12 it is not known how many files wait', async () => {
  const rows = [{ ...ROW, archive_mode: 'on' }]
  const session = new AnsweringPostgresql('11.22', { 'postgresql.archiver': rows })
  const { samples, remarks } = await sampleOnce(archiver, session)
  expect([samples.length, remarks]).toEqual([1, []])
})
