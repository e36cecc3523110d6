import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import type { SubjectRow } from '../state/subjects.ts'
import { MAX_SUBJECTS_PER_AGENT, SubjectBook, SubjectError } from './subject-book.ts'

const HOSTS = ['db1', 'db2']

/** Keeps rows as the state does. */
function storage(rows: SubjectRow[] = [], failing = false) {
  return {
    rows,
    list: async () => rows,
    async put(row: SubjectRow) {
      if (failing) throw new Error('disk full')
      const at = rows.findIndex(({ name }) => name === row.name)
      rows.splice(at < 0 ? rows.length : at, at < 0 ? 0 : 1, row)
    },
    async remove(name: string) {
      rows.splice(
        rows.findIndex((row) => row.name === name),
        1,
      )
    },
  }
}

function open(kept = storage()): Promise<SubjectBook> {
  return SubjectBook.open({
    storage: kept,
    isHost: (name) => HOSTS.includes(name),
    nowMs: () => 1_000,
    log: openLog({ name: 'test', level: 'silent' }),
  })
}

test('the first to name a device holds it, over a restart too; a second is told who', async () => {
  const kept = storage()
  const book = await open(kept)
  expect(book.claim('fcsw1', 'db1')).toBeUndefined()
  expect(book.claim('fcsw1', 'db1')).toBeUndefined()
  expect(book.claim('fcsw1', 'db2')).toEqual({
    holder: 'db1',
    reason: '"fcsw1" is polled by the agent of db1',
  })
  await expect.poll(() => kept.rows).toEqual([{ name: 'fcsw1', agent: 'db1', sinceMs: 1_000 }])
  expect((await open(kept)).claim('fcsw1', 'db2')?.holder).toBe('db1')
})

test('nobody speaks for a host that has an agent of its own', async () => {
  const book = await open()
  expect(book.claim('db2', 'db1')?.reason).toBe('db2 is a host with an agent of its own')
  expect(book.list()).toEqual([])
})

test.each(['', '../db', 'a\nb', 'x'.repeat(254), ' '])('%j is no name', async (name) => {
  const book = await open()
  expect(book.claim(name, 'db1')?.reason).toContain("can't be a name")
})

test('an agent holds a bounded number', async () => {
  const book = await open()
  for (let at = 0; at < MAX_SUBJECTS_PER_AGENT; at++)
    expect(book.claim(`device${at}`, 'db1')).toBeUndefined()
  expect(book.claim('one-more', 'db1')?.reason).toContain('holds 2000 devices')
  expect(book.claim('one-more', 'db2')).toBeUndefined()
  await book.remove('device0')
  expect(book.claim('device0', 'db1')).toBeUndefined()
})

test('a person moves a device, and both agents begin anew', async () => {
  const kept = storage()
  const book = await open(kept)
  const moved: (readonly string[])[] = []
  book.onMoved((agents) => moved.push(agents))
  book.claim('fcsw1', 'db1')
  expect(await book.move('fcsw1', 'db2')).toBe('db1')
  expect(book.claim('fcsw1', 'db1')?.holder).toBe('db2')
  expect(kept.rows).toEqual([{ name: 'fcsw1', agent: 'db2', sinceMs: 1_000 }])
  expect(await book.remove('fcsw1')).toBe('db2')
  expect(book.claim('fcsw1', 'db1')).toBeUndefined()
  expect(moved).toEqual([['db1', 'db2'], ['db2']])
})

test('what nobody polls, and an agent that is none, are refused', async () => {
  const book = await open()
  book.claim('fcsw1', 'db1')
  await expect(book.move('fcsw2', 'db2')).rejects.toMatchObject({ code: 'NO_SUBJECT' })
  await expect(book.move('fcsw1', 'db9')).rejects.toThrow(SubjectError)
  await expect(book.remove('fcsw2')).rejects.toMatchObject({ code: 'NO_SUBJECT' })
  expect(book.holderOf('fcsw1')).toBe('db1')
})

test('a move that can not be written is none; a claim counts all the same', async () => {
  const book = await open(storage([], true))
  expect(book.claim('fcsw1', 'db1')).toBeUndefined()
  await expect(book.move('fcsw1', 'db2')).rejects.toThrow('disk full')
  expect(book.holderOf('fcsw1')).toBe('db1')
})

test('a move and a removal at once go one after the other, and no device is counted for the wrong agent', async () => {
  const book = await open()
  for (let at = 0; at < MAX_SUBJECTS_PER_AGENT; at++) book.claim(`device${at}`, 'db1')
  const [moved, removed] = [book.move('device0', 'db2'), book.remove('device0')]
  expect([await moved, await removed]).toEqual(['db1', 'db2'])
  expect(book.holderOf('device0')).toBeUndefined()
  expect(book.claim('one', 'db1')).toBeUndefined()
  expect(book.claim('one-more', 'db1')?.reason).toContain('holds 2000 devices')
  for (let at = 0; at < MAX_SUBJECTS_PER_AGENT; at++)
    expect(book.claim(`other${at}`, 'db2')).toBeUndefined()
})

test('of two removals at once the second finds nothing, and a move that fails holds up none', async () => {
  const book = await open()
  book.claim('fcsw1', 'db1')
  const both = await Promise.allSettled([
    book.move('fcsw1', 'db9'),
    book.remove('fcsw1'),
    book.remove('fcsw1'),
  ])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected'])
})
