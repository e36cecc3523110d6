import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { BackupRecords } from '../backup-records/backup-records.ts'
import { NO_POSTGRESQL } from '../testing/open-postgresql.ts'
import { PostgresqlServer } from '../testing/postgresql-server.ts'

const DATABASES = ['production', 'restored']

let server: PostgresqlServer | undefined
let directory = ''

beforeAll(async () => {
  if (NO_POSTGRESQL !== undefined) return
  server = await PostgresqlServer.start()
  directory = await mkdtemp(join(tmpdir(), 'compare-'))
  await mkdir(join(directory, 'state'))
  await server.sql([
    "CREATE ROLE reader LOGIN PASSWORD 'x'",
    ...DATABASES.map((name) => `CREATE DATABASE ${name}`),
  ])
  for (const database of DATABASES)
    await server.sql(
      [
        'CREATE TABLE public.visit AS SELECT i, i::text AS name FROM generate_series(1, 20) i',
        'CREATE TABLE public.ward AS SELECT 1 AS id',
        'GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader',
      ],
      database,
    )
}, 120_000)

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  if (directory !== '') await rm(directory, { recursive: true })
})

beforeEach(({ skip }) => skip(NO_POSTGRESQL !== undefined, `not on this machine: ${NO_POSTGRESQL}`))

async function writeConfiguration(password = 'PW'): Promise<string> {
  const side = (database: string) =>
    `{connect: '127.0.0.1:${server?.port}/${database}', user: reader, password: {env: ${password}}}`
  const file = join(directory, 'agent.yaml')
  await writeFile(
    file,
    `collector: {url: 'ws://127.0.0.1:8470/agent/v1', token: {env: PW}}
state: ${directory}/state
sources:
  - {type: restoretest, name: plain, job: plain}
  - type: restoretest
    name: his
    job: his-full
    compare: {type: postgresql, production: ${side('production')}, restored: ${side('restored')}}
`,
  )
  return file
}

function compare(job: string, file: string) {
  const main = join(import.meta.dirname, '../main.ts')
  const args = [main, 'backup', 'compare', '--job', job, '--config', file, '--lang', 'en']
  const env = { ...process.env, PW: 'x', WRONG: 'y' }
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { env, timeout: 100_000 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}

test('equal: one line, exit code 0, a record; then a difference: its table, exit code 1, another record', async () => {
  const file = await writeConfiguration()
  const equal = await compare('his-full', file)
  expect(equal.stdout).toMatch(/^2 tables with 21 rows were compared: 0 differ, 0 were not/)
  expect(equal.code).toBe(0)
  await server?.sql("UPDATE public.visit SET name = 'x' WHERE i = 3", 'restored')
  const { code, stdout } = await compare('his-full', file)
  expect(stdout).toContain('public.visit  as many rows, other content (production 20, restored 20)')
  expect(code).toBe(1)
  const { records } = await new BackupRecords(join(directory, 'state')).read()
  expect(records.map(({ record }) => record.said)).toMatchObject([
    { kind: 'compared', job: 'his-full', tables: 2, rows: 21, tablesDiffer: 0, differing: [] },
    {
      tablesDiffer: 1,
      rowsDiffer: 1,
      differing: [{ name: 'public.visit', verdict: 'content', productionRows: 20 }],
    },
  ])
}, 240_000)

test('a database that refuses us: said, nothing recorded', async () => {
  const before = (await new BackupRecords(join(directory, 'state')).read()).records.length
  const { code, stderr } = await compare('his-full', await writeConfiguration('WRONG'))
  expect(code).not.toBe(0)
  expect(stderr).toContain('password')
  expect((await new BackupRecords(join(directory, 'state')).read()).records).toHaveLength(before)
}, 120_000)

test('an entry without databases to compare', async () => {
  const { code, stderr } = await compare('plain', await writeConfiguration())
  expect(code).toBe(2)
  expect(stderr).toContain('has no compare')
}, 120_000)
