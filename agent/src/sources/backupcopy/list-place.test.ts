import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { listPlace, MOST_FILES, TooManyFilesError, toPlace } from './list-place.ts'

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'copy-'))
  await mkdir(join(directory, 'sub/deep'), { recursive: true })
  for (const name of ['a.dmp', 'b.log', 'sub/c.dmp', 'sub/deep/d.dmp', '库.dmp'])
    await writeFile(join(directory, name), name)
  await symlink('/etc/passwd', join(directory, 'link.dmp'))
})

afterAll(() => rm(directory, { recursive: true }))

async function namesOf(files: string): Promise<readonly string[]> {
  return (await listPlace(toPlace(`${directory}/${files}`))).files.map(({ name }) => name)
}

test('all files below a directory, no links', async () => {
  const { files } = await listPlace({ directory, pattern: undefined })
  expect(files.map(({ name }) => name)).toEqual([
    'a.dmp',
    'b.log',
    'sub/c.dmp',
    'sub/deep/d.dmp',
    '库.dmp',
  ])
  expect(files[0]).toMatchObject({ size: 5, inode: expect.any(Number) })
})

test.each([
  ['*.dmp', ['a.dmp', '库.dmp']],
  ['?.dmp', ['a.dmp', '库.dmp']],
  ['**/*.dmp', ['a.dmp', 'sub/c.dmp', 'sub/deep/d.dmp', '库.dmp']],
  ['sub/*.dmp', ['c.dmp']],
  ['s*/c.dmp', ['sub/c.dmp']],
  ['a.dmp', ['a.dmp']],
  ['*.none', []],
])('%s', async (pattern, names) => {
  expect(await namesOf(pattern)).toEqual(names)
})

test('a pattern full of stars takes no longer than any other', async () => {
  await writeFile(join(directory, `${'a'.repeat(200)}.dmp`), '')
  expect(await namesOf(`${'a*'.repeat(60)}b`)).toEqual([])
  await rm(join(directory, `${'a'.repeat(200)}.dmp`))
})

test('the directory of a pattern is what stands before its first star', () => {
  expect(toPlace('/backup/hcdb1/*.dmp')).toEqual({ directory: '/backup/hcdb1', pattern: '*.dmp' })
  expect(toPlace('/*')).toEqual({ directory: '/', pattern: '*' })
})

test('a directory that is not there is an error', async () => {
  await expect(listPlace({ directory: `${directory}/none`, pattern: undefined })).rejects.toThrow(
    'ENOENT',
  )
})

test('more files than can be compared are an error', async () => {
  const many = await mkdtemp(join(tmpdir(), 'many-'))
  for (let at = 0; at <= MOST_FILES; at += 500)
    await Promise.all(
      Array.from({ length: Math.min(500, MOST_FILES + 1 - at) }, (_, index) =>
        writeFile(join(many, String(at + index)), ''),
      ),
    )
  await expect(listPlace({ directory: many, pattern: undefined })).rejects.toBeInstanceOf(
    TooManyFilesError,
  )
  await rm(many, { recursive: true })
}, 60_000)
