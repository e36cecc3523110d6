import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptFile } from './kept-file.ts'
import { SourceMemory } from './source-memory.ts'

let state: string
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'kept-file-'))
})
afterEach(() => rm(state, { recursive: true, force: true }))

const isCount = (value: unknown): value is { count: number } =>
  typeof value === 'object' && value !== null && 'count' in value

async function open(keepsPlaces = true): Promise<KeptFile<{ count: number }>> {
  const memory = await SourceMemory.open(join(state, 'sources'), 'switch 1')
  return new KeptFile({ memory, keepsPlaces }, 'ports', isCount)
}

const file = () => join(state, 'sources/ports/switch%201.json')

test('keeps its value over a restart, the last one where several are written', async () => {
  const kept = await open()
  expect(await kept.read()).toBeUndefined()
  await Promise.all([kept.write({ count: 1 }), kept.write({ count: 2 })])
  expect(await kept.read()).toEqual({ count: 2 })
  expect(await (await open()).read()).toEqual({ count: 2 })
})

test.each(['', '{"count":', '[]', '{"other": 1}'])('%j counts as nothing kept', async (text) => {
  await (await open()).write({ count: 1 })
  await writeFile(file(), text)
  expect(await (await open()).read()).toBeUndefined()
})

test('a command beside the agent writes nothing, and knows it all the same', async () => {
  const kept = await open(false)
  expect(await kept.write({ count: 3 })).toBe(true)
  expect(await kept.read()).toEqual({ count: 3 })
  await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' })
})

test('says so where it could not be written, and goes on', async () => {
  await writeFile(join(state, 'sources'), 'a file in the way')
  const kept = await open()
  expect(await kept.write({ count: 4 })).toBe(false)
  expect(await kept.read()).toEqual({ count: 4 })
})
