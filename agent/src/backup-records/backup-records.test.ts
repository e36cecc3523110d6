import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { lockStateDirectory } from '@wardround/program/running'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

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

describe('a line that was cut off while it was added', () => {
  const cut = async (bytes: Uint8Array | string) => appendFile(fileOf('records.jsonl'), bytes)

  test.each([
    ['half a line', '{"number":4,"pre'],
    ['half a character', Buffer.from([0x7b, 0xe5, 0xbc])],
    ['zeros that a power cut left', Buffer.alloc(700)],
    ['all but the end of the line', `{"number":4,"x":"${'x'.repeat(300)}"}`],
  ])('%s: nothing was changed, and the next line follows', async (_note, tail) => {
    const lines = await addThree()
    await cut(tail)
    const records = new BackupRecords(state)
    expect(await records.read()).toMatchObject({ problem: undefined })
    expect((await records.read()).records).toHaveLength(3)
    expect((await records.add(SAID, systemClocks)).record.number).toBe(4)
    const after = (await readFile(fileOf('records.jsonl'), 'utf8')).trimEnd().split('\n')
    expect(after.slice(0, 3)).toEqual(lines)
    expect(after).toHaveLength(4)
    expect(await records.read()).toMatchObject({ problem: undefined })
    const kept = Buffer.concat([Buffer.from(tail), Buffer.from('\n')])
    expect((await readFile(fileOf('records.jsonl.torn'))).equals(kept)).toBe(true)
  })

  test('in the very first one', async () => {
    await mkdir(fileOf(''))
    await cut('{"num')
    const records = new BackupRecords(state)
    expect(await records.read()).toEqual({ records: [], problem: undefined })
    expect((await records.add(SAID, systemClocks)).record.number).toBe(1)
  })

  test('one that was recorded and has lost its end was changed: nothing is cut', async () => {
    await addThree()
    const text = (await readFile(fileOf('records.jsonl'), 'utf8')).slice(0, -5)
    await writeFile(fileOf('records.jsonl'), text)
    const records = new BackupRecords(state)
    expect((await records.read()).problem?.en).toContain('line 3 of the backup records')
    await expect(records.add(SAID, systemClocks)).rejects.toBeInstanceOf(BackupRecordsError)
    expect(await readFile(fileOf('records.jsonl'), 'utf8')).toBe(text)
  })
})

/** Runs it with `BackupRecords` in a process of its own. */
function startProgram(text: string, shell = 'exec "$0" "$@"') {
  const file = JSON.stringify(join(import.meta.dirname, 'backup-records.ts'))
  const program = `import { BackupRecords } from ${file}
    const records = new BackupRecords(${JSON.stringify(state)})
    const said = ${JSON.stringify(SAID)}
    const clocks = { nowMs: () => Date.now() }
    ${text}`
  return spawn('/bin/sh', ['-c', shell, process.execPath, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('a disk that takes half a line leaves the file as it was', async ({ skip }) => {
  skip(process.platform !== 'linux', 'not on this machine: ulimit -f of Linux')
  await addThree()
  const { size } = await stat(fileOf('records.jsonl'))
  // no file may grow beyond whole blocks of 512 bytes: the next line fits in half at most
  const blocks = Math.ceil(size / 512)
  const note = 'x'.repeat(900)
  const child = startProgram(
    `process.on('SIGXFSZ', () => {})
     await records.add({ ...said, note: ${JSON.stringify(note)} }, clocks).catch((error) => console.log(error.code))`,
    `ulimit -f ${blocks}; exec "$0" "$@"`,
  )
  let out = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  await once(child, 'close')
  expect(out).toBe('EFBIG\n')
  expect((await stat(fileOf('records.jsonl'))).size).toBe(size)
  const records = new BackupRecords(state)
  expect((await records.add(SAID, systemClocks)).record.number).toBe(4)
}, 60_000)

describe('the lock', () => {
  test.each([
    ['an empty file', ''],
    ['a number of a process that runs', String(process.pid)],
  ])('%s that an earlier process left keeps nobody waiting', async (_note, text) => {
    await addThree()
    await writeFile(fileOf('lock'), text)
    await writeFile(fileOf('lock.json'), text)
    await writeFile(fileOf('lock.db'), '')
    await new BackupRecords(state).add(SAID, systemClocks)
    expect((await new BackupRecords(state).read()).records).toHaveLength(4)
  })

  test('of a process that is killed passes to one of those that wait, and then to the other', async () => {
    await addThree()
    const lock = JSON.stringify(join(import.meta.dirname, 'record-lock.ts'))
    const holder = startProgram(
      `const { withRecordLock } = await import(${lock})
       await withRecordLock(${JSON.stringify(fileOf(''))}, clocks, async () => {
         console.log('held')
         await new Promise((resolve) => setInterval(resolve, 2 ** 30))
       })`,
    )
    await once(holder.stdout, 'data')
    const waiters = [0, 1].map(() =>
      startProgram(
        `console.log('ready')
         for (let at = 0; at < 5; at++) await records.add(said, { nowMs: () => 0 })`,
      ),
    )
    await Promise.all(waiters.map((waiter) => once(waiter.stdout, 'data')))
    expect((await new BackupRecords(state).read()).records).toHaveLength(3)
    holder.kill('SIGKILL')
    expect(await Promise.all(waiters.map((waiter) => once(waiter, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ])
    const { records, problem } = await new BackupRecords(state).read()
    expect(problem).toBeUndefined()
    expect(records).toHaveLength(13)
  }, 60_000)

  test('one that is held for too long is told with its holder', async () => {
    await addThree()
    await using _held = await lockStateDirectory(fileOf(''), 'somebody')
    let nowMs = 0
    const clocks = { nowMs: () => (nowMs += 4_000) }
    await expect(new BackupRecords(state).add(SAID, clocks)).rejects.toThrow(
      `somebody with process id ${process.pid}`,
    )
  })
})
