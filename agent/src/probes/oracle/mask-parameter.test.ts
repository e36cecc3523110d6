import { expect, test } from 'vitest'

import { maskParameter } from './mask-parameter.ts'

test.each([
  ['sga_target', '8589934592', '8589934592'],
  [
    'control_files',
    '/u01/HC/control01.ctl, +DATA/HC/control02.ctl',
    '/u01/HC/control01.ctl, +DATA/HC/control02.ctl',
  ],
  ['remote_login_passwordfile', 'EXCLUSIVE', 'EXCLUSIVE'],
  [
    'log_archive_dest_2',
    'SERVICE=hcstby ASYNC DB_UNIQUE_NAME=hcstby',
    'SERVICE=hcstby ASYNC DB_UNIQUE_NAME=hcstby',
  ],
  [
    'local_listener',
    '(ADDRESS=(PROTOCOL=TCP)(HOST=db1)(PORT=1521))',
    '(ADDRESS=(PROTOCOL=TCP)(HOST=db1)(PORT=1521))',
  ],
  ['some_password', 'tiger', '***'],
  ['cloud_credential', 'x', '***'],
  ['some_token', '', ''],
  ['fixed', 'scott/tiger@hc', 'scott/***@hc'],
  ['fixed', 'scott/"ti ger"@hc', 'scott/***@hc'],
  ['fixed', 'http://proxy:s3cret@10.0.0.1:8080', 'http://proxy:***@10.0.0.1:8080'],
  ['fixed', '(USER=a)(PASSWORD = tiger)(x=1)', '(USER=a)(PASSWORD = ***)(x=1)'],
  ['fixed', `pwd='a b',x`, 'pwd=***,x'],
])('%s %s becomes %s', (name, value, masked) => {
  expect(maskParameter(name, value)).toBe(masked)
})
