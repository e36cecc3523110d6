import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { HostFiles } from './host-files.ts'
import { UserNames } from './user-names.ts'

test('UserNames knows local users both ways, and reads them anew after ten minutes', async () => {
  const root = await mkdtemp(join(tmpdir(), 'user-names-'))
  const users = new UserNames(new HostFiles(root))
  expect(users.nameOf(0, 0)).toBe('0')

  await mkdir(join(root, 'etc'))
  const passwd =
    'root:x:0:0:root:/root:/bin/sh\ntoor:x:0:0::/:\n\n+::::::\noracle:x:54321:1::/:/bin/sh\n'
  await writeFile(join(root, 'etc/passwd'), passwd)
  expect(users.nameOf(0, 599_999)).toBe('0')
  expect(users.nameOf(0, 600_000)).toBe('root')
  expect(users.nameOf(54_321, 600_000)).toBe('oracle')
  expect(users.nameOf(700, 600_000)).toBe('700')
  expect(users.idOf('oracle', 600_000)).toBe(54_321)
  expect(users.idOf('700', 600_000)).toBe(700)
  expect(users.idOf('nobody-here', 600_000)).toBeUndefined()
  await rm(root, { recursive: true })
})
