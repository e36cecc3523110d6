import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { ManualTime } from '../../testing/manual-time.ts'
import { ReadRate } from '../read-rate.ts'
import { hashFile } from './hash-file.ts'
import { listPlace, type FoundFile } from './list-place.ts'

const BYTES = Buffer.alloc(40_000, 'backup')

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hash-'))
  await writeFile(join(directory, 'a'), BYTES)
})

afterAll(() => rm(directory, { recursive: true }))

async function listed(): Promise<FoundFile> {
  const [file] = (await listPlace({ directory, pattern: 'a' })).files
  if (file === undefined) throw new Error('not listed')
  return file
}

/** On a clock of the test that goes on while the file is read: how it went, and how long it took on that clock. */
async function hash(file: FoundFile, onRead: (bytes: number) => void = () => undefined) {
  const time = new ManualTime()
  let isDone = false
  const hashing = hashFile(join(directory, 'a'), file, new ReadRate(10_000, time), onRead).finally(
    () => (isDone = true),
  )
  hashing.catch(() => undefined)
  while (!isDone) await time.pass(time.waiting > 0 ? 50 : 0)
  return { result: await hashing, tookMs: time.monotonicMs() }
}

test('the digest of all bytes, not faster than the rate', async () => {
  let read = 0
  const { result, tookMs } = await hash(await listed(), (bytes) => (read += bytes))
  const sha256 = createHash('sha256').update(BYTES).digest('hex')
  expect(result).toEqual({ kind: 'hashed', sha256 })
  expect(read).toBe(40_000)
  expect(tookMs).toBeGreaterThanOrEqual(3_500)
}, 60_000)

test.each([
  ['another size', { size: 39_999 }],
  ['another time', { mtimeMs: 1 }],
  ['another file of that name', { inode: 1 }],
])('%s than was listed is no digest', async (_note, other) => {
  expect((await hash({ ...(await listed()), ...other })).result).toEqual({ kind: 'changed' })
})

test('a file that changes while it is read is no digest', async () => {
  const file = await listed()
  let isChanged = false
  const { result } = await hash(file, () => {
    if (!isChanged) void writeFile(join(directory, 'a'), 'short')
    isChanged = true
  })
  expect(result).toEqual({ kind: 'changed' })
}, 60_000)
