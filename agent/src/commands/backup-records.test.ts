import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '@wardround/program'

import { BackupRecords } from '../backup-records/backup-records.ts'
import { RESTORED, addRecord, findEntry } from './backup-records.ts'

const SOURCES = [
  { type: 'restoretest', name: 'a', options: { job: 'hcdb1-full' } },
  { type: 'backupcopy', name: 'b', options: { job: 'hcpg-full' } },
]

let state = ''

beforeEach(async () => (state = await mkdtemp(join(tmpdir(), 'attest-'))))
afterEach(() => rm(state, { recursive: true }))

test('a job that agent.yaml declares', () => {
  expect(findEntry({ sources: SOURCES }, 'hcdb1-full', RESTORED, 'en').name).toBe('a')
})

test('a misspelt job is refused, with those that are declared', () => {
  const find = () => findEntry({ sources: SOURCES }, 'hcdb-full', RESTORED, 'en')
  expect(find).toThrow(UsageError)
  expect(find).toThrow('there is no job "hcdb-full"; declared are hcdb1-full')
  expect(() => findEntry({ sources: [] }, 'x', RESTORED, 'zh-CN')).toThrow('type: restoretest')
})

test('nothing is added to a file that was tampered with', async () => {
  const said = { kind: 'attested', job: 'j', medium: 'm', operator: 'o', takenMs: 1 } as const
  const records = new BackupRecords(state)
  await records.add(said, { nowMs: () => 1 })
  await writeFile(join(state, 'backup-records/records.jsonl'), 'rubbish\n')
  await expect(addRecord({ state }, 'en', said)).rejects.toThrow('not recorded: line 1')
  expect(await readFile(join(state, 'backup-records/records.jsonl'), 'utf8')).toBe('rubbish\n')
})

test('--help names what is needed', async () => {
  const { stdout } = await execute(['backup', 'attest', '--help', '--lang', 'zh-CN'])
  for (const option of ['--job', '--medium', '--operator', '--taken', '--note'])
    expect(stdout).toContain(option)
}, 60_000)

test('without an operator nothing is recorded', async () => {
  const { code, stderr } = await execute([
    'backup',
    'attest',
    '--job',
    'x',
    '--medium',
    'y',
    '--lang',
    'en',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('--operator')
}, 60_000)

function execute(args: readonly string[]) {
  const main = join(import.meta.dirname, '../main.ts')
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [main, ...args], { timeout: 50_000 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}
