import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClocks } from '../clocks.ts'
import { BackupRecords, BackupRecordsError } from './backup-records.ts'

const SAID = {
  kind: 'attested',
  job: 'hcdb1-full',
  medium: 'LTO-1',
  operator: '张三',
  takenMs: 1,
} as const

let state = ''

beforeEach(async () => (state = await mkdtemp(join(tmpdir(), 'records-'))))
afterEach(() => rm(state, { recursive: true }))

function fileOf(name: string): string {
  return join(state, 'backup-records', name)
}

async function addThree(): Promise<readonly string[]> {
  const records = new BackupRecords(state)
  for (const medium of ['LTO-1', 'LTO-2', 'LTO-3'])
    await records.add({ ...SAID, medium }, systemClocks)
  return (await readFile(fileOf('records.jsonl'), 'utf8')).trimEnd().split('\n')
}

test('none yet', async () => {
  expect(await new BackupRecords(state).read()).toEqual({ records: [], problem: undefined })
})

test('what was said, in order, with who entered it; only the agent may read it', async () => {
  await addThree()
  const { records, problem } = await new BackupRecords(state).read()
  expect(problem).toBeUndefined()
  expect(records.map(({ record }) => [record.number, record.said])).toEqual(
    ['LTO-1', 'LTO-2', 'LTO-3'].map((medium, at) => [at + 1, { ...SAID, medium }]),
  )
  expect(records[1]?.record.previous).toBe(records[0]?.digest)
  expect(records[0]?.record.enteredBy).not.toBe('')
  for (const name of ['key.pem', 'records.jsonl', 'head.json'])
    expect((await stat(fileOf(name))).mode & 0o777).toBe(0o600)
  expect((await stat(fileOf(''))).mode & 0o777).toBe(0o700)
})

test('a reader notices what was added since', async () => {
  const reader = new BackupRecords(state)
  expect((await reader.read()).records).toHaveLength(0)
  await addThree()
  expect((await reader.read()).records).toHaveLength(3)
})

test.each([
  ['a line taken out of the middle', ([a, , c]: readonly string[]) => [a, c], 2],
  ['the first line taken out', ([, b, c]: readonly string[]) => [b, c], 1],
  ['the last line taken out', ([a, b]: readonly string[]) => [a, b], 3],
  ['all lines taken out', () => [], 1],
  ['two lines in another order', ([a, b, c]: readonly string[]) => [b, a, c], 1],
  ['a line twice', ([a, b, c]: readonly string[]) => [a, b, c, c], 4],
  ['a line of somebody’s own', ([a, b, c]: readonly string[]) => [a, b, c, '{"number":4}'], 4],
  ['a changed word', ([a, b = '', c]: readonly string[]) => [a, b.replace('LTO-2', 'LTO-9'), c], 2],
])('%s shows, and nothing is added to it', async (_note, change, line) => {
  const lines = change(await addThree())
  await writeFile(fileOf('records.jsonl'), lines.map((text) => `${text}\n`).join(''))
  const records = new BackupRecords(state)
  expect((await records.read()).problem?.en).toContain(`line ${line} of the backup records`)
  await expect(records.add(SAID, systemClocks)).rejects.toBeInstanceOf(BackupRecordsError)
})

test('a head that was not written any more after the last line is no problem', async () => {
  await addThree()
  const head = await readFile(fileOf('head.json'), 'utf8')
  await new BackupRecords(state).add(SAID, systemClocks)
  await writeFile(fileOf('head.json'), head)
  const { records, problem } = await new BackupRecords(state).read()
  expect(problem).toBeUndefined()
  expect(records).toHaveLength(4)
})

test('rubbish of any kind is no record', async () => {
  await addThree()
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue(), async (text, json) => {
      await writeFile(fileOf('records.jsonl'), `${text}\n${JSON.stringify(json)}\n`)
      expect((await new BackupRecords(state).read()).records).toEqual([])
    }),
    { numRuns: 20 },
  )
})

test('two processes that add at once lose nothing', async () => {
  const program = `
    import { BackupRecords } from ${JSON.stringify(join(import.meta.dirname, 'backup-records.ts'))}
    const records = new BackupRecords(${JSON.stringify(state)})
    for (let at = 0; at < 5; at++)
      await records.add(${JSON.stringify(SAID)}, { nowMs: () => Date.now() })`
  const children = [0, 1].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  await Promise.all(children.map((child) => once(child, 'exit')))
  const { records, problem } = await new BackupRecords(state).read()
  expect(problem).toBeUndefined()
  expect(records).toHaveLength(10)
}, 60_000)

test('the lock of a process that is gone is taken over', async () => {
  await addThree()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(fileOf('lock'), String(child.pid))
  await new BackupRecords(state).add(SAID, systemClocks)
  expect((await new BackupRecords(state).read()).records).toHaveLength(4)
}, 30_000)
