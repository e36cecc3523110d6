import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBoundedFile } from './read-bounded-file.ts'

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-bounded-file-'))
})

afterAll(() => rm(directory, { recursive: true }))

test('gives the text of a file that is not too long, and when it was written', async () => {
  const file = join(directory, 'list')
  await writeFile(file, '单位\n')
  await utimes(file, 100, 200)
  expect(await readBoundedFile(file, 7)).toEqual({ text: '单位\n', mtimeMs: 200_000 })
  await expect(readBoundedFile(file, 6)).rejects.toMatchObject({ code: 'FLOOD' })
})

test('what is no plain file is refused, and a pipe is not waited for', async () => {
  await expect(readBoundedFile(directory, 9)).rejects.toMatchObject({ code: 'UNREADABLE' })
  const absent = join(directory, 'absent')
  await expect(readBoundedFile(absent, 9)).rejects.toThrow(`${absent} can't be read (ENOENT)`)
  if (process.platform === 'win32') return
  const pipe = join(directory, 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(readBoundedFile(pipe, 9)).rejects.toMatchObject({ code: 'UNREADABLE' })
})
