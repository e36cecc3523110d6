import { expect, test } from 'vitest'
import { AnsweringSession } from '../../testing/answering-session.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { MYSQL_5_7 } from '../../testing/mysql-answers.ts'
import user from './user.ts'

const ROW = {
  user_name: 'app',
  user_host: '10.0.0.%',
  password_age_days: '89.5000',
  lifetime_days: 90,
  is_expired: 0,
  is_locked: 0,
}

async function fieldsOf(changed: object) {
  const session = new AnsweringSession(MYSQL_5_7, { 'mysql.user': [{ ...ROW, ...changed }] })
  const { samples } = await sampleOnce(user, session)
  return samples[0]
}

test('an account by name and host, with the days that its password has left', async () => {
  expect(await fieldsOf({})).toEqual({
    measurement: 'mysql_user',
    tags: { instance: 'hcdb1', user: 'app@10.0.0.%' },
    fields: { password_age_days: 89.5, days_to_expiry: 0.5, expired: 0, locked: 0 },
  })
})

test.each([
  ['never expires', { lifetime_days: 0 }, { days_to_expiry: undefined, expired: 0 }],
  ['has outlived its days', { lifetime_days: 30 }, { days_to_expiry: -59.5, expired: 1 }],
  ['was expired by the DBA', { is_expired: 1 }, { expired: 1 }],
  ['is locked', { is_locked: 1 }, { locked: 1 }],
  [
    'has no password',
    { password_age_days: null, lifetime_days: null },
    { password_age_days: undefined, days_to_expiry: undefined, expired: 0 },
  ],
])('an account whose password %s', async (_, changed, fields) => {
  expect((await fieldsOf(changed))?.fields).toMatchObject(fields)
})

test('a date that is none is told with its column', async () => {
  await expect(fieldsOf({ password_age_days: 'long ago' })).rejects.toThrow('password_age_days')
})
