import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeptSet } from './kept-set.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kept-set-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const open = () =>
  new KeptSet({ memory: { directory, name: 'san-a' }, keepsPlaces: true }, 'snmp-ports')

test('knows after a restart what was seen before', async () => {
  expect(await open().add(['1', '2'])).toBe(true)
  expect(await open().add(['2', '3'])).toBe(true)
  expect(await open().read()).toEqual(new Set(['1', '2', '3']))
})

test.each(['{"names": [1]}', '[]', '', '{"names": "x"}'])('%j is nothing kept', async (text) => {
  await open().add(['1'])
  await writeFile(join(directory, 'snmp-ports/san-a.json'), text)
  expect(await open().read()).toEqual(new Set())
})

test('says so where it can’t be written, and knows it until then', async () => {
  await rm(directory, { recursive: true })
  await writeFile(directory, 'a file in the way')
  const kept = open()
  expect(await kept.add(['7'])).toBe(false)
  expect(await kept.read()).toEqual(new Set(['7']))
})

test('keeps no more than a device can have', async () => {
  const kept = open()
  await kept.add(Array.from({ length: 5000 }, (_, at) => String(at)))
  expect((await kept.read()).size).toBe(4096)
})
