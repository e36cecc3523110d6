import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { BackupRecords } from '../../backup-records/backup-records.ts'
import { systemClocks, systemTimers } from '../../clocks.ts'
import type { Session } from '../../source.ts'
import { SourceMemory } from '../../source-memory.ts'
import { toCopySettings } from '../../sources/backupcopy/copy-settings.ts'
import { CopyReader } from '../../sources/backupcopy/copy-reader.ts'
import type { BackupCopySession } from '../../sources/backupcopy/copy-session.ts'
import { openBackupCopy } from '../../sources/backupcopy/open-backup-copy.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { HangingMount } from '../../testing/hanging-mount.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import copy from './copy.ts'

const HOUR = 3_600_000
const DEFAULTS = { job: 'hcdb1-full', database: 'hcdb1', schedule: '1d', grace: '2h', rate: '1GB' }

let root = ''

/** The files of both copies were written so long ago that they are not taken for being written; ctime can't be set back. */
const later = {
  ...systemClocks,
  nowMs: () => systemClocks.nowMs() + 26 * HOUR,
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'copies-'))
  for (const side of ['first', 'second', 'state']) await mkdir(join(root, side))
})

afterEach(() => rm(root, { recursive: true }))

async function write(side: string, name: string, text: string): Promise<string> {
  const path = join(root, side, name)
  await writeFile(path, text)
  return path
}

async function writeBoth(name: string, text: string): Promise<string> {
  await write('first', name, text)
  return write('second', name, text)
}

async function openCopies(
  options: Readonly<Record<string, unknown>> = {},
  stallMs?: number,
): Promise<Session<BackupCopySession>> {
  const context = await makeSourceContext({
    name: 'copy2',
    clocks: later,
    memory: await SourceMemory.open(join(root, 'state/sources'), 'copy2'),
  })
  const settings = toCopySettings({
    ...DEFAULTS,
    first: { directory: join(root, 'first') },
    second: { directory: join(root, 'second') },
    ...options,
  })
  return openBackupCopy(context, settings, stallMs)
}

/** Samples once, with the clock of the session; the values of backup_copy and the rest. */
async function sample(
  options: Readonly<Record<string, unknown>> = {},
  opened: Promise<Session<BackupCopySession>> = openCopies(options),
) {
  await using session = await opened
  const run = await sampleOnce(copy, session.session, { timeMs: later.nowMs() })
  const [first] = run.samples
  if (first === undefined) throw new Error('no sample')
  return { ...run, tags: first.tags, fields: first.fields }
}

describeProbe(copy, {
  async open() {
    const directory = await mkdtemp(join(tmpdir(), 'copies-'))
    const options = {
      ...DEFAULTS,
      first: { directory },
      second: { directory },
    }
    const opened = await openBackupCopy(await makeSourceContext(), toCopySettings(options))
    return {
      session: opened.session,
      async [Symbol.asyncDispose]() {
        await opened[Symbol.asyncDispose]()
        await rm(directory, { recursive: true })
      },
    }
  },
})

test('two equal copies', async () => {
  await writeBoth('mon.dmp', 'a backup')
  await mkdir(join(root, 'first/sub'))
  await mkdir(join(root, 'second/sub'))
  await writeBoth('sub/tue.dmp', 'another one')
  const { fields, tags, documents, remarks } = await sample()
  expect(tags).toEqual({ job: 'hcdb1-full', database: 'hcdb1' })
  expect(fields).toMatchObject({
    state: 1,
    copy2_sha_equal: 1,
    files_missing: 0,
    files_different: 0,
    copy2_size_delta_bytes: 0,
    bytes_compared: 19,
    hashed_bytes_total: 38,
    attested: 0,
    records_ok: 1,
  })
  expect(fields['copy2_age_seconds']).toBeGreaterThanOrEqual(26 * 3600 - 60)
  expect(fields['copy2_age_seconds']).toBeLessThan(26 * 3600 + 600)
  expect(fields['copy2_late_seconds']).toBeLessThan(600)
  expect(documents).toEqual([
    {
      name: 'backup_copy:hcdb1-full',
      keep: 'newest',
      body: { job: 'hcdb1-full', state: 'equal', differences: [], more: 0 },
    },
  ])
  expect(remarks[0]?.en).toContain('both copies are on one file system')
}, 60_000)

test('one bit that is another', async () => {
  const path = await writeBoth('mon.dmp', 'a backup')
  const file = await open(path, 'r+')
  await file.write(Buffer.from([(await readFile(path))[3]! ^ 1]), 0, 1, 3)
  await file.close()
  const { fields, documents } = await sample()
  expect(fields).toMatchObject({
    state: 3,
    copy2_sha_equal: 0,
    files_different: 1,
    files_missing: 0,
  })
  expect(documents[0]?.body).toMatchObject({
    differences: [{ name: 'mon.dmp', what: 'sha256', firstBytes: 8, secondBytes: 8 }],
  })
}, 60_000)

test('one bit that changes later, with the time of the file set back', async () => {
  const path = await writeBoth('mon.dmp', 'a backup')
  // In whole milliseconds, so that it can be set back exactly.
  const written = new Date(systemClocks.nowMs() - HOUR)
  await utimes(path, written, written)
  expect((await sample()).fields).toMatchObject({ state: 1 })
  const { mtimeMs } = await stat(path)
  const file = await open(path, 'r+')
  await file.write('A', 0)
  await file.close()
  await utimes(path, written, written)
  expect((await stat(path)).mtimeMs).toBe(mtimeMs)
  expect((await sample()).fields).toMatchObject({ state: 3, copy2_sha_equal: 0 })
}, 60_000)

test('each file is read once, after a restart too', async () => {
  await writeBoth('mon.dmp', 'a backup')
  expect((await sample()).fields).toMatchObject({ hashed_bytes_total: 16 })
  expect((await sample()).fields).toMatchObject({ hashed_bytes_total: 0, copy2_sha_equal: 1 })
  expect((await sample({ rehashAfter: '1ms' })).fields).toMatchObject({ hashed_bytes_total: 16 })
}, 60_000)

test('kept digests that are not what was written are read again', async () => {
  await writeBoth('mon.dmp', 'a backup')
  await sample()
  const kept = join(root, 'state/sources/backupcopy/copy2.json')
  for (const rubbish of [
    '',
    '{"declaredMs":1,"digests":{"first:mon.dmp":[1]}}',
    '{"declaredMs":"x"}',
  ]) {
    await writeFile(kept, rubbish)
    expect((await sample()).fields).toMatchObject({ hashed_bytes_total: 16, copy2_sha_equal: 1 })
  }
}, 60_000)

test('name and size alone, where SHA-256 is not asked for', async () => {
  await write('first', 'mon.dmp', 'a backup')
  await write('second', 'mon.dmp', 'A BACKUP')
  const { fields } = await sample({ sha256: false })
  expect(fields).toMatchObject({ state: 1, hashed_bytes_total: 0, files_different: 0 })
  expect(fields['copy2_sha_equal']).toBeUndefined()
}, 60_000)

test('a second copy that lacks the newest backup is late by the age of the one before', async () => {
  const old = await write('first', 'mon.dmp', 'a backup')
  const before = new Date(systemClocks.nowMs() - 24 * HOUR)
  await utimes(old, before, before)
  await write('second', 'mon.dmp', 'a backup')
  await write('first', 'tue.dmp', 'another one')
  const { fields } = await sample()
  expect(fields).toMatchObject({
    state: 3,
    copy2_sha_equal: 0,
    files_missing: 1,
    copy2_size_delta_bytes: -11,
  })
  expect(fields['copy2_age_seconds']).toBeGreaterThanOrEqual(50 * 3600 - 60)
  expect(fields['copy2_late_periods']).toBe(2)
  expect(fields['copy2_late_seconds']).toBeGreaterThanOrEqual(24 * 3600 - 60)
}, 60_000)

test('a device that is not mounted: not equal, and its age goes on from what was there', async () => {
  await writeBoth('mon.dmp', 'a backup')
  await sample()
  await rm(join(root, 'second'), { recursive: true })
  const { fields, remarks } = await sample()
  expect(fields).toMatchObject({ state: 4, copy2_sha_equal: 0 })
  expect(fields['copy2_age_seconds']).toBeGreaterThanOrEqual(26 * 3600 - 60)
  expect(fields['files_missing']).toBeUndefined()
  expect(remarks[0]?.zh).toContain('请检查设备是否接入并挂载')
}, 60_000)

test('a removable device that is away is no difference: only its age goes on', async () => {
  const second = { directory: join(root, 'second'), removable: true }
  await writeBoth('mon.dmp', 'a backup')
  await sample({ second })
  await rm(join(root, 'second'), { recursive: true })
  const { fields } = await sample({ second })
  expect(fields).toMatchObject({ state: 4, attested: 0 })
  expect(fields['copy2_sha_equal']).toBeUndefined()
  expect(fields['copy2_age_seconds']).toBeGreaterThanOrEqual(26 * 3600 - 60)
}, 60_000)

test('there never was a copy: its age counts from the declaration', async () => {
  await write('first', 'mon.dmp', 'a backup')
  const { fields } = await sample()
  expect(fields).toMatchObject({ state: 3, files_missing: 1 })
  expect(fields['copy2_age_seconds']).toBeLessThan(60)
  expect(fields).toMatchObject({ copy2_late_seconds: 0, copy2_late_periods: 0 })
}, 60_000)

test('a first copy that is not there', async () => {
  await rm(join(root, 'first'), { recursive: true })
  const { fields, remarks } = await sample()
  expect(fields).toMatchObject({ state: 7 })
  expect(fields['copy2_sha_equal']).toBeUndefined()
  expect(remarks[0]?.en).toContain('first is not there')
}, 60_000)

test('a device that hangs holds up nothing, and no second process is started on it', async ({
  skip,
}) => {
  using mount = HangingMount.open(skip)
  await write('first', 'mon.dmp', 'a backup')
  const opened = await openCopies({ second: { directory: mount.path } }, 5_000)
  await using session = opened
  const run = async () =>
    (await sampleOnce(copy, session.session, { timeMs: later.nowMs() })).samples[0]?.fields
  expect(await run()).toMatchObject({ state: 5 })
  expect(await run()).toMatchObject({ state: 5 })
  mount.break()
  await expect.poll(run, { timeout: 60_000 }).toMatchObject({ state: 4, copy2_sha_equal: 0 })
}, 120_000)

test('reads at the lowest priority of disk and processor', async ({ skip }) => {
  skip(!existsSync('/usr/bin/ionice'), 'not on this machine: ionice (util-linux)')
  using reader = new CopyReader({
    timers: systemTimers,
    clocks: systemClocks,
    onRead: () => undefined,
  })
  await reader.ask({ kind: 'list', place: { directory: root, pattern: undefined } })
  const { stdout } = spawnSync('/usr/bin/ionice', ['-p', String(reader.pid)], { encoding: 'utf8' })
  expect(stdout.trim()).toBe('idle')
  const nice = (await readFile(`/proc/${reader.pid}/stat`, 'latin1')).split(') ')[1]?.split(' ')[16]
  expect(nice).toBe('19')
}, 60_000)

describe('a copy that a person attests', () => {
  const attested = { first: undefined, second: undefined }

  test('never: the age counts from the declaration', async () => {
    const { fields, events } = await sample(attested)
    expect(fields).toMatchObject({ state: 9, attested: 1, records_ok: 1 })
    expect(fields['copy2_age_seconds']).toBeLessThan(60)
    expect(events).toEqual([])
  })

  test('the newest attestation of this job counts, each is an event', async () => {
    const records = new BackupRecords(join(root, 'state'))
    const takenMs = later.nowMs() - 3 * HOUR
    const said = { kind: 'attested', medium: 'LTO-0042', operator: '张三' } as const
    await records.add({ ...said, job: 'hcdb1-full', takenMs: takenMs - HOUR }, systemClocks)
    await records.add({ ...said, job: 'hcdb1-full', takenMs }, systemClocks)
    await records.add({ ...said, job: 'another', takenMs: later.nowMs() }, systemClocks)
    const { fields, events } = await sample(attested)
    expect(fields).toMatchObject({ state: 8, attested: 1, records_ok: 1, copy2_late_seconds: 0 })
    expect(fields['copy2_age_seconds']).toBeCloseTo(3 * 3600, -2)
    expect(events.map(({ kind }) => kind)).toEqual(['backup_attested', 'backup_attested'])
    expect(events[1]?.body).toMatchObject({ medium: 'LTO-0042', operator: '张三', number: 2 })
  })

  test('a record that was changed counts for nothing, and that shows', async () => {
    const records = new BackupRecords(join(root, 'state'))
    const said = {
      kind: 'attested',
      medium: 'LTO-0042',
      operator: '张三',
      job: 'hcdb1-full',
    } as const
    await records.add({ ...said, takenMs: later.nowMs() - 900 * HOUR }, systemClocks)
    const file = join(root, 'state/backup-records/records.jsonl')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/"takenMs":\d+/, `"takenMs":${later.nowMs()}`))
    const { fields, remarks } = await sample(attested)
    expect(fields).toMatchObject({ state: 9, records_ok: 0 })
    expect(remarks[0]?.zh).toContain('第 1 行被改动或删除')
  })
})
