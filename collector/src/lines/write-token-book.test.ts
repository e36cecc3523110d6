import { expect, test } from 'vitest'
import { hashToken } from '../state/token.ts'
import type { WriteTokenRow } from '../state/write-tokens.ts'
import { WriteTokenBook, WriteTokenExistsError } from './write-token-book.ts'

async function open(agents: readonly string[] = []) {
  const kept: WriteTokenRow[] = []
  const book = await WriteTokenBook.open({
    storage: {
      list: async () => kept,
      add: async (row) => void kept.push(row),
      remove: async (name) =>
        void kept.splice(
          kept.findIndex((row) => row.name === name),
          1,
        ),
    },
    hasAgent: (host) => agents.includes(host),
    nowMs: () => 7,
  })
  return { book, kept }
}

const windows = { name: 'win', project: 'his', role: 'app', hosts: ['win-*', 'db1'] }

test('only the hash of a token is kept', async () => {
  const { book, kept } = await open()
  const token = await book.create(windows)
  expect(token).toMatch(/^wrw_/)
  expect(kept).toEqual([{ ...windows, hash: hashToken(token), createdAtMs: 7 }])
  expect(JSON.stringify(kept)).not.toContain(token)
  expect(book.find(token)).toMatchObject(windows)
  expect(book.find(`${token}x`)).toBeUndefined()
})

test('two tokens have no name in common; a revoked one opens nothing and is gone', async () => {
  const { book, kept } = await open()
  const token = await book.create(windows)
  await expect(book.create({ ...windows, hosts: ['x'] })).rejects.toThrow(WriteTokenExistsError)
  const before = book.generation
  expect(await book.revoke('win')).toBe(true)
  expect(await book.revoke('win')).toBe(false)
  expect(book.find(token)).toBeUndefined()
  expect(book.generation).toBeGreaterThan(before)
  expect(kept).toEqual([])
})

test('a host is placed by the oldest token that names it, unless an agent speaks for it', async () => {
  const { book } = await open(['db1'])
  await book.create(windows)
  await book.create({ name: 'lis', project: 'lis', role: null, hosts: ['win-9', 'lab*'] })
  expect(book.placeOf('win-9')).toEqual({ project: 'his', role: 'app' })
  expect(book.placeOf('lab1')).toEqual({ project: 'lis' })
  expect(book.placeOf('db1')).toBeUndefined()
  expect(book.placeOf('other')).toBeUndefined()
})
