import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import multipath from '../probes/storage/multipath.ts'
import { SourceMemory } from '../source-memory.ts'
import { ProcTree } from '../testing/proc-tree.ts'
import { sampleOnce } from '../testing/sample-once.ts'
import { makeSourceContext } from '../testing/source-context.ts'
import { storageSource } from './storage.ts'
import { KeptNumbers } from './storage/kept-numbers.ts'

test('is there on each Linux host without an entry, and needs none of its options', () => {
  expect(storageSource).toMatchObject({ always: true, platforms: ['linux'] })
  expect(storageSource.required).toBe(undefined)
})

test('looks at the tree under its root, and asks nobody before a probe does', async () => {
  await using tree = await ProcTree.create()
  await tree.write('/sys/block/dm-0/dm/uuid', 'mpath-3600a\n')
  await tree.write('/sys/block/dm-0/slaves/sdb/device/state', 'running\n')
  const options = {
    root: tree.root,
    helper: join(tree.root, 'absent.sock'),
    exclude: ['sdb'],
    paths: 2,
  }
  await using opened = await storageSource.open(await makeSourceContext({ options }))
  expect(opened.subject).toBe('')
  expect(opened.session.excluded).toEqual(new Set(['sdb']))
  const abort = new AbortController()
  const run = sampleOnce(multipath, opened.session, { signal: abort.signal })
  // As root dmsetup is asked, which this machine may not have, or fail; what /sys tells is the same.
  await run.catch((error: unknown) => expect(error).toBeInstanceOf(Error))
})

test('more things than are kept: each run keeps the same ones, and writes nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kept-numbers-'))
  const memory = await SourceMemory.open(directory, 'storage')
  const numbers = new KeptNumbers({ memory, keepsPlaces: true }, 'most-paths')
  const seen = new Map(Array.from({ length: 2_500 }, (_, at) => [`disk ${at}`, at]))
  expect(await numbers.settle(seen, Math.max)).toEqual(seen)
  await rm(join(directory, 'most-paths'), { recursive: true })
  expect(await numbers.settle(seen, Math.max)).toEqual(seen)
  expect(existsSync(join(directory, 'most-paths'))).toBe(false)
  const one = await numbers.settle(new Map([['new', 1]]), Math.max)
  expect(one.get('new')).toBe(1)
  expect(existsSync(join(directory, 'most-paths'))).toBe(true)
  await rm(directory, { recursive: true })
})

test('numbers outlive a restart; what a file of another shape holds counts as nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'kept-numbers-'))
  const open = async (part: string) => {
    const memory = await SourceMemory.open(directory, 'storage')
    return new KeptNumbers({ memory, keepsPlaces: true }, part)
  }
  const first = await open('most-paths')
  await first.settle(new Map([['a', 4]]), Math.max)
  await first.settle(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
    Math.max,
  )
  const later = await open('most-paths')
  expect(await later.settle(new Map([['a', 3]]), Math.max)).toEqual(
    new Map([
      ['a', 4],
      ['b', 2],
    ]),
  )
  const other = await open('bad-sectors')
  expect(await other.settle(new Map([['a', 9]]), Math.min)).toEqual(new Map([['a', 9]]))
  await rm(directory, { recursive: true })
})
