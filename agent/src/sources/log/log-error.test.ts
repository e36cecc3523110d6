import { expect, test } from 'vitest'

import { toLogError } from './log-error.ts'

const failed = (code: string) => Object.assign(new Error(`${code}: no`), { code })

test.each(['ENOENT', 'ENOTDIR'])('%s is no failure: the log is not there', (code) => {
  expect(toLogError(failed(code), '/var/log/x')).toBeUndefined()
})

test.each(['EACCES', 'EPERM'])('%s names what root is to run', (code) => {
  const error = toLogError(failed(code), '/u01/diag/alert_x.log')
  expect(error?.code).toBe('NOT_PERMITTED')
  for (const text of [error?.text?.zh, error?.text?.en]) {
    expect(text).toMatch(/setfacl -m u:\S+:r '\/u01\/diag\/alert_x.log'/)
    expect(text).toMatch(/-m d:u:\S+:r '\/u01\/diag'/)
  }
})

test.each([failed('EIO'), 'odd'])('anything else is told as it is', (error) => {
  expect(toLogError(error, '/x')).toMatchObject({ code: 'UNREADABLE' })
})
