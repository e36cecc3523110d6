import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { systemClocks, systemTimers } from '../../clocks.ts'
import { checkGzip } from './check-gzip.ts'
import { FileEvidence } from './file-evidence.ts'

const MINUTE = 60_000
const TIMEOUT = { timeout: 30_000 }

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-evidence-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A gzip that lies there for an hour, on a disk that answers as the test says. */
async function open(content: Buffer = gzipSync('a dump\n-- Dump completed')) {
  const file = join(directory, '1.sql.gz')
  const at = new Date(Date.now() - 60 * MINUTE)
  await writeFile(file, content)
  await utimes(file, at, at)
  const disk = { error: undefined as string | undefined, readings: 0 }
  const job = {
    patterns: [join(directory, '*.gz')],
    minBytes: 0,
    trailer: { text: 'Dump completed', pattern: undefined },
    isGzip: true,
    isManifest: false,
    settleMs: 2 * MINUTE,
    periodMs: 24 * 60 * MINUTE,
  }
  const time = {
    monotonicMs: () => systemClocks.monotonicMs(),
    after: (delayMs: number, callback: () => void) => systemTimers.after(delayMs, callback),
  }
  const evidence = new FileEvidence(job, { bytesPerSecond: 1e9, time }, async (path, options) => {
    disk.readings++
    if (disk.error === undefined) return checkGzip(path, options)
    throw Object.assign(new Error(disk.error), { code: disk.error })
  })
  const startMs = Date.now()
  const look = async (minutes: number) => {
    try {
      const { runs } = await evidence.read(startMs + minutes * MINUTE, new Set())
      return runs.at(-1)
    } catch (error) {
      return error instanceof Error ? error.message : error
    }
  }
  return {
    disk,
    look,
    settled: (minutes = 0) => expect.poll(() => look(minutes), TIMEOUT),
    [Symbol.dispose]: () => evidence[Symbol.dispose](),
  }
}

test.each([
  ['EACCES', 'the agent may not read'],
  ['EIO', "can't be read: EIO"],
  ['ESTALE', "can't be read: ESTALE"],
])('%s is no word on the backup, and is tried again in a while', async (code, message) => {
  using job = await open()
  job.disk.error = code
  expect(await job.look(0)).toMatchObject({ outcome: 'running' })
  await job.settled().toContain(message)
  job.disk.error = undefined
  expect(await job.look(4)).toContain(message)
  expect(job.disk.readings).toBe(1)
  expect(await job.look(6)).toContain(message)
  await job.settled(6).toMatchObject({ outcome: 'ok', verified: true, checksumOk: true })
  expect(job.disk.readings).toBe(2)
})

test('what stays unreadable is read no more than once in a while', async () => {
  using job = await open()
  job.disk.error = 'EIO'
  await job.look(0)
  await job.settled().toContain('EIO')
  await job.look(6)
  await expect.poll(() => job.disk.readings, TIMEOUT).toBe(2)
  for (const minutes of [7, 8, 9, 10]) expect(await job.look(minutes)).toContain('EIO')
  expect(job.disk.readings).toBe(2)
})

test('another file is read at once', async () => {
  using job = await open()
  job.disk.error = 'EIO'
  await job.look(0)
  await job.settled().toContain('EIO')
  job.disk.error = undefined
  const newer = join(directory, '2.sql.gz')
  await writeFile(newer, gzipSync('another\n-- Dump completed'))
  expect(await job.look(1)).toMatchObject({ outcome: 'running' })
  const { mtimeMs } = await stat(newer)
  await job.settled(10).toMatchObject({ outcome: 'ok', endMs: Math.floor(mtimeMs) })
})

test('a damaged gzip stays failed, and is not read again', async () => {
  using job = await open(gzipSync('a dump\n-- Dump completed').subarray(0, -9))
  await job.look(0)
  await job.settled().toMatchObject({ outcome: 'failed', checksumOk: false })
  expect(await job.look(60)).toMatchObject({ outcome: 'failed' })
  expect(job.disk.readings).toBe(1)
})
