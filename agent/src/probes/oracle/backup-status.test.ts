import { expect, test } from 'vitest'

import { toBackupState } from './backup-status.ts'

test.each([
  ['COMPLETED', 0],
  ['COMPLETED WITH WARNINGS', 1],
  ['RUNNING', 2],
  ['RUNNING WITH WARNINGS', 2],
  ['RUNNING WITH ERRORS', 2],
  ['COMPLETED WITH ERRORS', 3],
  ['FAILED', 3],
  ['SOMETHING NEW', undefined],
  [undefined, undefined],
])('%s is %s', (status, state) => {
  expect(toBackupState(status)).toBe(state)
})
