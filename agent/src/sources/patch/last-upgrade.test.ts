import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lastUpgradeIn } from './last-upgrade.ts'

const GOES_ON = new AbortController().signal
const upgradeAt = (time: string) => `${time} upgrade libc6:amd64 2.36-9 2.36-10\n`
const OTHER = '2026-11-21 09:00:00 status installed libc6:amd64 2.36-10\n'

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'last-upgrade-'))
})

afterAll(() => rm(directory, { recursive: true }))

async function look(name: string, bytes: string | Buffer): Promise<number | undefined> {
  const file = join(directory, name)
  await writeFile(file, bytes)
  return lastUpgradeIn(file, GOES_ON)
}

test('the newest one, wherever the pieces of a long log are cut', async () => {
  const log = `${upgradeAt('2026-11-20 02:00:00')}${OTHER.repeat(5_000)}${upgradeAt('2026-11-21 02:00:07')}${OTHER.repeat(5_000)}`
  const expected = Date.parse('2026-11-21T02:00:07')
  expect(await look('dpkg.log', log)).toBe(expected)
  for (let shift = 0; shift < 40; shift++)
    expect(await look('dpkg.log.2.gz', gzipSync(`${' '.repeat(shift)}\n${log}`))).toBe(expected)
  expect(await look('dpkg.log', upgradeAt('2026-11-21 02:00:07').trimEnd())).toBe(expected)
})

test('none, nor of a log that is damaged, cut, or far too long once it is unpacked', async () => {
  const log = Buffer.from(upgradeAt('2026-11-21 02:00:07').repeat(2_000))
  expect(await look('dpkg.log', OTHER)).toBeUndefined()
  expect(await look('dpkg.log.2.gz', 'hello')).toBeUndefined()
  expect(await look('dpkg.log.2.gz', gzipSync(log).subarray(0, -9))).toBeUndefined()
  const long = gzipSync(Buffer.concat([log, Buffer.alloc(65 * 1_048_576)]), { level: 1 })
  expect(await look('dpkg.log.3.gz', long)).toBeUndefined()
})

test('a log that was rotated away tells nothing; a run that is over ends it', async () => {
  expect(await lastUpgradeIn(join(directory, 'dpkg.log.9.gz'), GOES_ON)).toBeUndefined()
  await writeFile(join(directory, 'dpkg.log'), OTHER)
  const over = lastUpgradeIn(join(directory, 'dpkg.log'), AbortSignal.abort())
  await expect(over).rejects.toThrow('aborted')
})
