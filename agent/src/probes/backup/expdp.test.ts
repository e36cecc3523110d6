import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { OpenBackupJob } from '../../testing/open-backup-job.ts'

const DONE =
  'Job "SYSTEM"."E" successfully completed at Sun Nov 22 02:31:07 2026 elapsed 0 00:30:00\n'
const HOUR = 3_600_000

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'expdp-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

async function put(name: string, text: string, agoMs = HOUR): Promise<void> {
  const at = new Date(Date.now() - agoMs)
  await writeFile(join(directory, name), text)
  await utimes(join(directory, name), at, at)
}

const open = () =>
  OpenBackupJob.open(join(directory, 'state'), {
    job: 'his-expdp',
    tool: 'expdp',
    database: 'hcdb',
    log: join(directory, '*.log'),
    files: [join(directory, '*.dmp')],
    schedule: '1d',
  })

const reasonOf = async () => {
  await using job = await open()
  const { samples, documents } = await job.run(Date.now())
  const { reason } = { reason: { en: '' }, ...Object(documents[0]?.body) }
  return { fields: samples[0]?.fields, why: reason.en }
}

test('a log that says complete, with its dumps', async () => {
  await put('1.log', DONE)
  await put('1_01.dmp', 'x'.repeat(1_000))
  await put('1_02.dmp', 'x'.repeat(500), HOUR + 600_000)
  expect((await reasonOf()).fields).toMatchObject({
    status: 0,
    verified: 1,
    bytes_out: 1_500,
    duration_seconds: 1_800,
    late_seconds: 0,
  })
})

test.each([
  ['no dump at all', [], 'there is no dump file'],
  ['a dump of zero bytes', [['1.dmp', '', HOUR]], 'empty or too small'],
  ['the dump of yesterday', [['1.dmp', 'x', 25 * HOUR]], 'there is no dump file'],
] as const)('a log that says complete and %s: failed', async (_name, dumps, why) => {
  await put('1.log', DONE)
  for (const [name, text, agoMs] of dumps) await put(name, text, agoMs)
  const { fields, why: said } = await reasonOf()
  expect(fields).toMatchObject({ status: 3, verified: 0 })
  expect(said).toContain(why)
})

test('errors that the log tells of; its newest counts', async () => {
  await put('0.log', DONE, 25 * HOUR)
  await put(
    '1.log',
    'ORA-39171: Job is experiencing a resumable wait.\nJob "S"."E" completed with 1 error(s) at x\n',
  )
  await put('1.dmp', 'x')
  const { fields, why } = await reasonOf()
  expect(fields).toMatchObject({ status: 3 })
  expect(why).toContain('ORA-39171')
})

test('runs while log or dump moves, and has broken off when neither does', async () => {
  await put('1.log', 'Starting "SYSTEM"."E"\n', 20 * HOUR)
  await put('1.dmp', 'x', 60_000)
  expect((await reasonOf()).fields).toMatchObject({ status: 2 })
  await put('1.dmp', 'x', HOUR)
  expect((await reasonOf()).fields).toMatchObject({ status: 3 })
})

test('no log', async () => {
  expect((await reasonOf()).fields).toMatchObject({ status: 4 })
})
