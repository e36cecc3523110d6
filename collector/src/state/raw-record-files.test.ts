import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { EventRow } from './event-files.ts'
import { openEventFiles } from './event-files.ts'
import { openRawRecordFiles } from './raw-record-files.ts'
import { sortEventFiles } from './sorted-event-files.ts'

const DAY_MS = 86_400_000
const noon = Date.parse('2026-11-22T12:00:00Z')
const all = { fromMs: 0, toMs: 1e15, limit: 100 }
const bounds = { keepMs: 180 * DAY_MS, maxBytes: 1e9 }

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'wardround-raw-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

function record(key: string, atMs: number, more: Partial<EventRow> = {}): EventRow {
  return { atMs, subject: 'fcsw1', kind: 'trap', key, body: '{"text":"x"}', ...more }
}

const keys = (rows: readonly EventRow[]) => rows.map(({ key }) => key)

test('a day that is over is packed, and answered as before, also after a restart', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  files.append([record('a', noon - DAY_MS), record('b', noon)])
  await files.tidy(bounds, noon)
  expect(readdirSync(directory).sort()).toEqual(['2026-11-21.jsonl.gz', '2026-11-22.jsonl'])
  expect(keys(await files.query(all))).toEqual(['b', 'a'])
  expect(keys(await openRawRecordFiles(directory).query(all))).toEqual(['b', 'a'])
})

test('what comes late for a packed day is packed behind it', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  files.append([record('a', noon - DAY_MS)])
  await files.tidy(bounds, noon)
  files.append([record('late', noon - DAY_MS + 1)])
  expect(keys(await files.query(all))).toEqual(['late', 'a'])
  await files.tidy(bounds, noon)
  expect(readdirSync(directory)).toEqual(['2026-11-21.jsonl.gz'])
  expect(keys(await files.query(all))).toEqual(['late', 'a'])
  const packed = readFileSync(join(directory, '2026-11-21.jsonl.gz'))
  expect(gunzipSync(packed).toString().trim().split('\n')).toHaveLength(2)
})

test('a crash after packing leaves each record once', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  files.append([record('a', noon - DAY_MS)])
  const plain = join(directory, '2026-11-21.jsonl')
  const lines = readFileSync(plain)
  await files.tidy(bounds, noon)
  writeFileSync(plain, lines)
  writeFileSync(join(directory, '2026-11-21.jsonl.gz.new'), 'half')
  const again = openRawRecordFiles(directory)
  expect(keys(await again.query(all))).toEqual(['a'])
  await again.tidy(bounds, noon)
  expect(readdirSync(directory)).toEqual(['2026-11-21.jsonl.gz'])
  expect(keys(await again.query(all))).toEqual(['a'])
})

test('what a crash left half packed is gone with the next start', () => {
  const directory = freshDirectory()
  openRawRecordFiles(directory)
  writeFileSync(join(directory, '2026-11-21.jsonl.gz.new'), 'half')
  writeFileSync(join(directory, 'other.new'), 'of somebody else')
  expect(openRawRecordFiles(directory).status().bytes).toBe(0)
  expect(readdirSync(directory)).toEqual(['other.new'])
})

test('a day that is deleted for want of room while it is packed is done', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  const body = JSON.stringify({ text: 'x'.repeat(10_000) })
  files.append([record('a', noon - DAY_MS, { body }), record('b', noon, { body })])
  const tidying = files.tidy({ ...bounds, maxBytes: 25_000 }, noon)
  files.append([record('c', noon + 1, { body })])
  expect(readdirSync(directory)).not.toContain('2026-11-21.jsonl')
  await tidying
  expect(readdirSync(directory).sort()).toEqual(['2026-11-22.jsonl', 'deleted-for-size.json'])
  expect(keys(await files.query(all))).toEqual(['c', 'b'])
})

test('a day that can’t be packed costs no other, and is told', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  files.append([record('a', noon - 2 * DAY_MS), record('b', noon - DAY_MS)])
  // nobody can write into a directory, root neither
  mkdirSync(join(directory, '2026-11-20.jsonl.gz'))
  await expect(files.tidy(bounds, noon)).rejects.toThrow()
  expect(readdirSync(directory).sort()).toEqual([
    '2026-11-20.jsonl',
    '2026-11-20.jsonl.gz',
    '2026-11-21.jsonl.gz',
  ])
})

test('its bytes are those on the disk, of Chinese texts and their quotes too', () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  const body = JSON.stringify({ text: '电源故障“2”'.repeat(500), app: 'raslogd', host: 'sw1' })
  for (let n = 0; n < 20; n++) files.append([record(`${n}`, noon, { body })])
  const { size } = statSync(join(directory, '2026-11-22.jsonl'))
  expect(files.status().bytes).toBe(size)
})

test('a packed file that is damaged costs no other day', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  files.append([record('a', noon - DAY_MS), record('b', noon)])
  await files.tidy(bounds, noon)
  writeFileSync(join(directory, '2026-11-21.jsonl.gz'), 'rubbish')
  expect(keys(await files.query(all))).toEqual(['b'])
})

test('days beyond the retention are deleted, and nothing is said of it', async () => {
  const files = openRawRecordFiles(freshDirectory())
  files.append([record('a', noon - 200 * DAY_MS), record('b', noon)])
  await files.tidy(bounds, noon)
  expect(keys(await files.query(all))).toEqual(['b'])
  expect(files.status().cutUntilMs).toBeUndefined()
})

test('beyond its bytes the oldest days go, which is said until their time would have come', async () => {
  const directory = freshDirectory()
  const files = openRawRecordFiles(directory)
  const body = JSON.stringify({ text: 'x'.repeat(10_000) })
  const days = [5, 4, 3, 2, 1, 0]
  files.append(days.map((ago) => record(`${ago}`, noon - ago * DAY_MS, { body })))
  const small = { ...bounds, maxBytes: 11_000 }
  await files.tidy(small, noon)
  expect(keys(await files.query(all))[0]).toBe('0')
  expect(files.status().bytes).toBeLessThanOrEqual(11_000)
  const cut = Date.parse('2026-11-18')
  await files.tidy({ ...bounds, maxBytes: 100 }, noon)
  expect(files.status().cutUntilMs).toBeGreaterThanOrEqual(cut)
  expect(openRawRecordFiles(directory).status().cutUntilMs).toBe(files.status().cutUntilMs)
  await files.tidy(small, noon + 181 * DAY_MS)
  expect(files.status().cutUntilMs).toBeUndefined()
})

test('a storm between two rounds stays within the bound', async () => {
  const files = openRawRecordFiles(freshDirectory())
  await files.tidy({ ...bounds, maxBytes: 50_000 }, noon)
  const body = JSON.stringify({ text: 'x'.repeat(5_000) })
  for (let n = 0; n < 100; n++)
    files.append([record(`${n}`, noon - (100 - n) * 60 * 60_000, { body })])
  expect(files.status().bytes).toBeLessThanOrEqual(50_000)
  expect(keys(await files.query(all))[0]).toBe('99')
})

test('records and other events are kept apart and answered together', async () => {
  const directory = freshDirectory()
  const raw = openRawRecordFiles(join(directory, 'raw'))
  const files = sortEventFiles(openEventFiles(directory), raw)
  files.append([
    record('t', noon),
    record('l', noon + 1, { kind: 'log' }),
    record('s', noon + 2, { kind: 'syslog' }),
  ])
  expect(keys(await files.query(all))).toEqual(['s', 'l', 't'])
  expect(keys(await files.query({ ...all, limit: 2 }))).toEqual(['s', 'l'])
  expect(keys(await files.query({ ...all, kind: 'trap' }))).toEqual(['t'])
  expect(keys(await files.query({ ...all, kind: 'log' }))).toEqual(['l'])
  expect(keys(await raw.query(all))).toEqual(['s', 't'])
  files.purge(noon + 10 * DAY_MS)
  expect(keys(await files.query(all))).toEqual(['s', 't'])
})
