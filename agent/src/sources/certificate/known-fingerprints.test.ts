import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { SourceMemory } from '../../source-memory.ts'
import { KnownFingerprints } from './known-fingerprints.ts'

test('more places than are kept: each run keeps the same ones, and writes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'known-fingerprints-'))
  const memory = await SourceMemory.open(directory, 'certificate')
  const known = new KnownFingerprints({ memory, keepsPlaces: true })
  const seen = new Map(Array.from({ length: 2_500 }, (_, at) => [`host:${at}`, 'a'.repeat(64)]))
  await known.note(seen, 1)
  const folder = join(directory, 'certificates')
  expect(await readdir(folder)).toHaveLength(1)
  await rm(folder, { recursive: true })
  expect(await known.note(seen, 2)).toEqual(new Map())
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
  const changed = new Map([...seen, ['host:7', 'b'.repeat(64)] as const])
  expect([...(await known.note(changed, 3)).keys()]).toEqual(['host:7'])
  expect(await known.hasChanged('host:7', 4)).toBe(true)
  expect(await readdir(folder)).toHaveLength(1)
  await rm(directory, { recursive: true })
})
