import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openEventFiles } from './event-files.ts'

const DAY_MS = 86_400_000
const noon = Date.parse('2026-11-22T12:00:00Z')

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'wardround-events-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

function event(key: string, atMs: number, more: { subject?: string; kind?: string } = {}) {
  return { atMs, subject: 'db1', kind: 'log', key, body: '{}', ...more }
}

const all = { fromMs: 0, toMs: 1e15, limit: 100 }

test('events are kept in a file per UTC day and read newest first', async () => {
  const directory = freshDirectory()
  const files = openEventFiles(directory)
  files.append([event('a', noon - DAY_MS), event('b', noon), event('c', noon - 1)])
  expect(readdirSync(directory)).toEqual(['2026-11-21.jsonl', '2026-11-22.jsonl'])
  expect((await files.query(all)).map(({ key }) => key)).toEqual(['b', 'c', 'a'])
  expect((await files.query({ ...all, limit: 2 })).map(({ key }) => key)).toEqual(['b', 'c'])
  const since = { ...all, fromMs: noon - 1, toMs: noon }
  expect((await files.query(since)).map(({ key }) => key)).toEqual(['c'])
})

test('the same event again changes nothing, also after a restart', async () => {
  const directory = freshDirectory()
  openEventFiles(directory).append([event('a', noon)])
  const files = openEventFiles(directory)
  files.append([event('a', noon), event('a', noon, { subject: 'db2' })])
  expect((await files.query(all)).map(({ subject }) => subject).sort()).toEqual(['db1', 'db2'])
})

test('events are found by host and kind', async () => {
  const files = openEventFiles(freshDirectory())
  files.append([event('a', noon), event('b', noon, { subject: 'db2', kind: 'trap' })])
  expect((await files.query({ ...all, subject: 'db2' })).map(({ key }) => key)).toEqual(['b'])
  expect((await files.query({ ...all, kind: 'log' })).map(({ key }) => key)).toEqual(['a'])
})

test('a line that was cut short costs itself alone', async () => {
  const directory = freshDirectory()
  openEventFiles(directory).append([event('a', noon)])
  appendFileSync(join(directory, '2026-11-22.jsonl'), '{"atMs":1,"sub')
  const files = openEventFiles(directory)
  files.append([event('b', noon)])
  expect((await files.query(all)).map(({ key }) => key).sort()).toEqual(['a', 'b'])
})

test('days beyond the retention are deleted', async () => {
  const directory = freshDirectory()
  const files = openEventFiles(directory)
  files.append([event('a', noon - DAY_MS), event('b', noon)])
  files.purge(noon)
  expect(readdirSync(directory)).toEqual(['2026-11-22.jsonl'])
})
