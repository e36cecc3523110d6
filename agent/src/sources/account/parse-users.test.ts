import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseUsers } from './parse-users.ts'

const PASSWD = `root:x:0:0:root:/root:/bin/bash
oracle:x:54321:54321::/home/oracle:/bin/bash
# comment
+nis::::::
-gone::::::
broken:x
wang.li:x:1001:1001:王丽:/home/wang:/bin/zsh
`
const GROUP = `root:x:0:
oinstall:x:54321:oracle
dba:x:54322:oracle,wang.li
wang:x:1001:
`

test('gives each account its shell and its groups, the own one among them', () => {
  expect(parseUsers(PASSWD, GROUP)).toEqual([
    { name: 'root', uid: 0, shell: '/bin/bash', groups: ['root'] },
    { name: 'oracle', uid: 54321, shell: '/bin/bash', groups: ['dba', 'oinstall'] },
    { name: 'wang.li', uid: 1001, shell: '/bin/zsh', groups: ['dba', 'wang'] },
  ])
})

test('whatever the files hold, an account has a name and a number', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (passwd, group) => {
      for (const { name, uid } of parseUsers(passwd, group)) {
        expect(name).toMatch(/^[^:\s]+$/)
        expect(uid).toBeGreaterThanOrEqual(0)
      }
    }),
  )
})
