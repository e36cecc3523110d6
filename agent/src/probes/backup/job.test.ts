import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { OpenBackupJob } from '../../testing/open-backup-job.ts'
import job from './job.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const TRAILER = '-- Dump completed on 2026-11-22  2:00:07\n'

let directory: string
let state: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'backups-'))
  state = join(directory, 'state')
  await mkdir(join(directory, 'dumps'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const dump = (name: string) => join(directory, 'dumps', name)

/** A file as it lay there so long ago. */
async function put(name: string, content: string | Buffer, agoMs = HOUR): Promise<string> {
  const path = dump(name)
  await writeFile(path, content)
  const at = new Date(Date.now() - agoMs)
  await utimes(path, at, at)
  return path
}

const open = (given: object = {}) =>
  OpenBackupJob.open(state, {
    job: 'his-dump',
    tool: 'file',
    database: 'his',
    files: [dump('*.sql*')],
    trailer: 'Dump completed on',
    schedule: '1d',
    ...given,
  })

const lines = (count: number) => `INSERT INTO a VALUES (1);\n`.repeat(count)

describeProbe(job, {
  async open() {
    const path = join(directory, 'dumps')
    await mkdir(path, { recursive: true })
    await put('a.sql', `${lines(10)}${TRAILER}`)
    return open()
  },
})

describe('files', () => {
  test('the newest counts, and what is older is compared with', async () => {
    for (const back of [5, 4, 3, 2]) await put(`${back}.sql`, lines(100) + TRAILER, back * DAY)
    await put('1.sql', lines(50) + TRAILER)
    await using his = await open()
    const { samples, documents } = await his.run(Date.now())
    expect(samples).toHaveLength(1)
    expect(samples[0]?.tags).toEqual({
      job: 'his-dump',
      database: 'his',
      tool: 'file',
      kind: 'full',
      copy: '1',
    })
    expect(samples[0]?.fields).toMatchObject({ status: 0, verified: 1, late_seconds: 0 })
    expect(samples[0]?.fields['change_percent']).toBeCloseTo(-49, 0)
    expect(samples[0]?.fields['last_success_age_seconds']).toBeCloseTo(3_600, -1)
    expect(samples[0]?.fields['retention_oldest_days']).toBeCloseTo(5, 1)
    expect(documents).toMatchObject([{ name: 'backup_job:his-dump:1', keep: 'newest' }])
  })

  test.each([
    ['zero bytes', '', 'has 0 bytes'],
    ['cut off before its trailer', lines(10), 'trailer'],
    ['the trailer in the middle', TRAILER + lines(1_000), 'trailer'],
  ])('%s is a failure, and the success before it ages on', async (_name, content, why) => {
    await put('1.sql', lines(100) + TRAILER, DAY)
    await put('2.sql', content)
    await using his = await open()
    const { samples, events } = await his.run(Date.now())
    expect(samples[0]?.fields).toMatchObject({ status: 3, verified: 0, late_seconds: 0 })
    expect(samples[0]?.fields['last_success_age_seconds']).toBeCloseTo(86_400, -1)
    expect(events[0]?.body).toMatchObject({
      result: 'failed',
      error: { en: expect.stringContaining(why) },
    })
  })

  test('too small', async () => {
    await put('1.sql', lines(10) + TRAILER)
    await using his = await open({ minBytes: 1_000 })
    expect((await his.fields())['status']).toBe(3)
  })

  test('no file today: late, then two periods; no file at all: missing', async () => {
    await put('1.sql', TRAILER, 27 * HOUR)
    await using his = await open()
    expect(await his.fields()).toMatchObject({ status: 0, late_periods: 1 })
    expect(await his.fields(Date.now() + DAY)).toMatchObject({ status: 0, late_periods: 2 })
    await using none = await open({ job: 'none', files: [dump('*.dmp'), '/nonexistent/*/x'] })
    expect(await none.fields()).toMatchObject({ status: 4, late_seconds: 0 })
    expect(await none.fields(Date.now() + 3 * DAY)).toMatchObject({ status: 4, late_periods: 2 })
  })

  test('the age of one that never succeeded outlives a restart', async () => {
    {
      await using none = await open()
      await none.fields(Date.now() - 10 * DAY)
    }
    await using none = await open()
    expect((await none.fields())['last_success_age_seconds']).toBeCloseTo(864_000, -1)
  })

  test('one that is being written runs; when it stands still without a trailer it has failed', async () => {
    await put('1.sql', TRAILER, 20 * HOUR)
    await using his = await open()
    const startMs = Date.now()
    await his.fields(startMs)
    await put('2.sql', lines(10), 0)
    expect(await his.fields(startMs + 60_000)).toMatchObject({ status: 2, verified: undefined })
    await appendFile(dump('2.sql'), lines(10))
    expect((await his.fields(startMs + 170_000))['status']).toBe(2)
    expect((await his.fields(startMs + 280_000))['status']).toBe(2)
    expect((await his.fields(startMs + 300_000))['status']).toBe(3)
    await appendFile(dump('2.sql'), TRAILER)
    expect((await his.fields(startMs + 310_000))['status']).toBe(0)
  })

  test('a file of tomorrow: a warning, and it gets older by our clock', async () => {
    await put('1.sql', TRAILER, -DAY)
    await using his = await open()
    const nowMs = Date.now()
    expect(await his.fields(nowMs)).toMatchObject({ status: 1, last_success_age_seconds: 0 })
    expect(await his.fields(nowMs + HOUR)).toMatchObject({
      status: 1,
      last_success_age_seconds: 3_600,
    })
  })

  test('one that was there and was deleted is missing', async () => {
    const path = await put('1.sql', TRAILER)
    await put('0.sql', TRAILER, DAY)
    await using his = await open()
    expect((await his.fields())['status']).toBe(0)
    await rm(path)
    expect(await his.fields()).toMatchObject({
      status: 4,
      last_success_age_seconds: expect.closeTo(3_600, -2),
    })
  })

  test('a directory instead of a file, a socket’s name, brackets that are none', async () => {
    await mkdir(dump('1.sql'))
    await put('[z-a].sql', TRAILER)
    await using his = await open({ files: [dump('1.sql'), dump('[z-a].sq[l')] })
    expect((await his.fields())['status']).toBe(4)
  })

  test('more files than are looked at', async () => {
    const many = dump('many')
    await mkdir(many)
    for (let at = 0; at < 10_001; at++) await writeFile(join(many, String(at)), '')
    await using his = await open({ files: [join(many, '*')] })
    await expect(his.run(Date.now())).rejects.toThrow('narrow the pattern')
  })
})

describe('gzip', () => {
  const whole = gzipSync(lines(20_000) + TRAILER)
  const opened = () => open({ gzip: true })

  test('is read through once, and its trailer is looked for inside', async () => {
    await put('1.sql.gz', whole)
    {
      await using his = await opened()
      expect(await his.fields()).toMatchObject({ status: 2 })
      await expect
        .poll(() => his.fields(), { timeout: 30_000 })
        .toMatchObject({
          status: 0,
          verified: 1,
          checksum_ok: 1,
        })
    }
    await using again = await opened()
    expect(await again.fields()).toMatchObject({ status: 0, verified: 1 })
  })

  test.each([
    ['cut off', whole.subarray(0, -20), 0],
    ['one bit changed', flip(whole), 0],
    ['no gzip at all', Buffer.from(lines(10) + TRAILER), 0],
    ['whole, but what it holds is not', gzipSync(lines(10)), 1],
  ])('%s', async (_name, bytes, checksumOk) => {
    await put('1.sql.gz', bytes)
    await using his = await opened()
    await his.fields()
    await expect
      .poll(() => his.fields(), { timeout: 30_000 })
      .toMatchObject({
        status: 3,
        verified: 0,
        checksum_ok: checksumOk,
      })
  })
})

function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const at = Math.floor(changed.length / 2)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}
