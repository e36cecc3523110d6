import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { problemOf } from './program-problem.ts'

let directory = ''
let program = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'program-problem-'))
  await mkdir(join(directory, 'bin'))
  await chmod(join(directory, 'bin'), 0o755) // whatever the umask
  program = join(directory, 'bin/tool')
  await writeFile(program, '', { mode: 0o755 })
})

afterEach(() => rm(directory, { recursive: true }))

test('a program that nobody else can replace, below a sticky directory or not', async () => {
  expect(await problemOf(program)).toBeUndefined()
  expect(await problemOf('/bin/sh')).toBeUndefined()
  await chmod(join(directory, 'bin'), 0o1777)
  expect(await problemOf(program)).toBeUndefined()
})

test('one that is not there', async () => {
  expect(await problemOf(join(directory, 'bin/none'))).toBe('absent')
  expect(await problemOf(join(program, 'none'))).toBe('absent')
})

test.each(['bin/tool', 'bin', '.'])('%s that others may write', async (weak) => {
  await chmod(join(directory, weak), 0o775)
  expect(await problemOf(program)).toContain(`may write ${join(directory, weak)}`)
})

test('a link to a program in a directory that others may write', async () => {
  const link = join(directory, 'tool')
  await symlink(program, link)
  expect(await problemOf(link)).toBeUndefined()
  await chmod(join(directory, 'bin'), 0o777)
  expect(await problemOf(link)).toContain(`may write ${join(directory, 'bin')}`)
})

test('a directory of another user', async ({ skip }) => {
  skip(process.geteuid?.() !== 0, 'not on this machine: root, who can give a directory away')
  await chown(join(directory, 'bin'), 65_534, 65_534)
  expect(await problemOf(program)).toContain(`${join(directory, 'bin')} belongs neither`)
})
