import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { NoDataError } from '../../probe.ts'
import { MYSQL_8_4 } from '../../testing/mysql-answers.ts'
import account from './account.ts'

const answering = (rows: readonly Record<string, unknown>[]) =>
  new AnsweringSession(MYSQL_8_4, { 'mysql.account': rows })

test('says how long our own password lasts', async () => {
  const row = { password_age_days: '100.25', lifetime_days: '90', is_expired: 0, is_locked: 0 }
  const { samples } = await sampleOnce(account, answering([row]))
  expect(samples).toEqual([
    {
      measurement: 'mysql_account',
      tags: { instance: 'hcdb1' },
      fields: { password_age_days: 100.25, days_to_expiry: -10.25 },
    },
  ])
})

test('has no data where our account is not in the list', async () => {
  await expect(sampleOnce(account, answering([]))).rejects.toThrow(NoDataError)
})
