import { expect, test } from 'vitest'

import { isLocked, toAccountState } from './account-status.ts'

test.each([
  ['OPEN', 1, 0],
  ['EXPIRED', 2, 0],
  ['EXPIRED(GRACE)', 3, 0],
  ['LOCKED(TIMED)', 4, 1],
  ['LOCKED', 5, 1],
  ['EXPIRED & LOCKED(TIMED)', 6, 1],
  ['EXPIRED(GRACE) & LOCKED(TIMED)', 7, 1],
  ['EXPIRED & LOCKED', 8, 1],
  ['EXPIRED(GRACE) & LOCKED', 9, 1],
  ['OPEN & IN ROLLOVER', 1, 0],
  ['EXPIRED(GRACE) & IN ROLLOVER', 3, 0],
  ['SOMETHING NEW', 0, 0],
])('%s is state %d, locked %d', (status, state, locked) => {
  expect(toAccountState(status)).toBe(state)
  expect(isLocked(status)).toBe(locked)
})

test('is not known of nothing', () => {
  expect(toAccountState(undefined)).toBeUndefined()
  expect(isLocked(undefined)).toBeUndefined()
})
