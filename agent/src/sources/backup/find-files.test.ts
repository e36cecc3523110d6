import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { findFiles, noneWhereAbsent } from './find-files.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'find-files-'))
  for (const name of ['hc-1.dmp', 'hc-2.dmp', 'hc-10.dmp', '.hidden.dmp', '备份 (1).dmp'])
    await writeFile(join(directory, name), name)
  await mkdir(join(directory, 'a'))
  await writeFile(join(directory, 'a', 'x.dmp'), '')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const found = async (...patterns: string[]) =>
  (await findFiles(patterns.map((pattern) => join(directory, pattern))))
    .map(({ path }) => basename(path))
    .toSorted()

test.each([
  ['*', ['hc-1.dmp', 'hc-10.dmp', 'hc-2.dmp', '备份 (1).dmp']],
  ['hc-?.dmp', ['hc-1.dmp', 'hc-2.dmp']],
  ['hc-[2-9].dmp', ['hc-2.dmp']],
  ['hc-[!2]*.dmp', ['hc-1.dmp', 'hc-10.dmp']],
  ['.h*', ['.hidden.dmp']],
  ['备份 (?).dmp', ['备份 (1).dmp']],
  ['*/x.dmp', ['x.dmp']],
  ['a/../hc-1.dmp', ['hc-1.dmp']],
  ['hc-1.dmp/*', []],
  ['nothing/*', []],
])('%s', async (pattern, names) => {
  expect(await found(pattern)).toEqual(names)
})

test('each file once, the oldest first', async () => {
  const at = new Date('2026-01-01T00:00:00Z')
  await utimes(join(directory, 'hc-2.dmp'), at, at)
  const files = await findFiles([join(directory, 'hc-?.dmp'), join(directory, '*.dmp')])
  expect(basename(files[0]?.path ?? '')).toBe('hc-2.dmp')
  expect(files).toHaveLength(4)
})

test('any pattern finds something or nothing, and a name without marks finds itself', async () => {
  const name = fc.stringMatching(/^[a-z0-9$(){}+|^.,;=@%&!~-]{1,12}$/)
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      name,
      async (pattern, plain) => {
        await findFiles([`${directory}/${pattern.replaceAll(/\0|\.\./g, '')}`])
        if (plain === '.' || plain === '..') return
        await writeFile(join(directory, 'a', plain), '')
        expect(await found(`a/${plain}`)).toEqual([plain])
        await rm(join(directory, 'a', plain))
      },
    ),
    { numRuns: 60 },
  )
})

test.each([
  ['ENOENT', undefined],
  ['EACCES', 'NOT_PERMITTED'],
  ['EIO', 'UNREADABLE'],
])('%s', (code, expected) => {
  const error = Object.assign(new Error(code), { code })
  let thrown: unknown
  try {
    expect(noneWhereAbsent(error, '/b')).toEqual([])
  } catch (caught) {
    thrown = caught
  }
  expect(thrown instanceof ProbeError ? thrown.code : undefined).toBe(expected)
})
