import { truncate } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'

import { followLog, LogReader, PLENTY } from '../../testing/followed-log.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { plainFamily } from './log-family.ts'
import { MAX_LINE_BYTES } from './log-file.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Memory that is still in use when all that is not has been taken back. */
function heldBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

test('a line of 100 MB is not held in memory', { timeout: 60_000 }, async () => {
  await using at = await followLog()
  const part = Buffer.alloc(10_000_000, 'x')
  for (let n = 0; n < 10; n++) await at.logs.append('app.log', part)
  const before = heldBytes()
  await at.reader.readOnce()
  expect(at.reader.follower.totals.bytes).toBeGreaterThanOrEqual(100_000_000)
  expect(heldBytes() - before).toBeLessThan(20_000_000)
  await at.logs.append('app.log', '\nend\n')
  const [long, end] = await at.reader.read()
  expect([long?.length, end]).toEqual([MAX_LINE_BYTES, 'end'])
})

test('a gzipped file is unpacked in bounded memory', { timeout: 60_000 }, async () => {
  await using at = await followLog()
  const saved = await at.reader.follower.save()
  await at.reader.follower.close()
  await at.logs.append('app.log', `${'x'.repeat(99)}\n`.repeat(1_000_000))
  await at.logs.rotate('app.log')
  await at.logs.gzip('app.log.1')
  await at.logs.create('app.log')
  await at.reader.crash(saved)
  const before = heldBytes()
  let lines = 0
  const { signal } = new AbortController()
  await at.reader.follower.read(() => lines++, { maxBytes: PLENTY, signal })
  expect(lines).toBe(1_000_000)
  expect(heldBytes() - before).toBeLessThan(20_000_000)
})

test('of a file of 10 GB that is there at the start nothing is read', async () => {
  await using logs = await LogDirectory.open()
  await logs.create('app.log', 'old\n')
  await truncate(logs.path('app.log'), 10_000_000_000)
  await logs.append('app.log', 'end of it\n')
  await using reader = new LogReader(plainFamily(logs.path('app.log')))
  expect(await reader.read()).toEqual([])
  await logs.append('app.log', 'new\n')
  expect(await reader.read()).toEqual(['new'])
  expect(reader.follower.totals.bytes).toBe(4)
})
