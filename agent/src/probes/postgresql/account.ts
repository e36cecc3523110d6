import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { flagOf, numberOf, textOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'

/** `infinity` is no expiry, and can't be subtracted from before version 17. pg_roles shows asterisks in place of every password. */
const DAYS = `CASE WHEN isfinite(r.rolvaliduntil)
    THEN extract(epoch FROM r.rolvaliduntil - clock_timestamp()) / 86400 END AS days_to_expiry`

const OWN: Statement = {
  id: 'postgresql.account',
  text: `SELECT r.rolname AS "user", r.rolsuper AS superuser, ${DAYS}
FROM pg_roles AS r
WHERE r.rolname = session_user`,
  reads: ['pg_roles'],
  grants: [],
  cost: 'cheap',
}

const USERS: Statement = {
  id: 'postgresql.account.users',
  text: `SELECT r.rolname AS "user", ${DAYS}
FROM pg_roles AS r
WHERE r.rolcanlogin AND isfinite(r.rolvaliduntil)
ORDER BY r.rolvaliduntil, r.oid
LIMIT 200`,
  reads: ['pg_roles'],
  grants: [],
  cost: 'cheap',
}

/** When passwords expire: the agent's own, and those of other accounts that have a date. Reads: pg_roles (rolvaliduntil), no password. Needs: nothing. Since: 10. Cost: 1 ms. */
export default defineProbe({
  name: 'postgresql.account',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3_600,
  cost: 'cheap',
  reads: 'pg_roles',
  needs: 'none',
  help: {
    zh: 'PostgreSQL 账号的密码有效期',
    en: 'Until when the passwords of accounts are valid',
  },
  measurements: {
    pg_account: {
      identifyingTags: ['instance', 'user'],
      fields: {
        days_to_expiry: gauge(
          'count',
          '距监控账号密码到期的天数；永不过期时缺失',
          'Days until the monitoring account’s password expires; missing when it never does',
          0.01,
        ),
        superuser: gauge(
          'boolean',
          '监控账号是超级用户（权限过大）',
          '1: the monitoring account is a superuser, more than it needs',
        ),
      },
    },
    pg_user: {
      identifyingTags: ['instance', 'user'],
      fields: {
        days_to_expiry: gauge(
          'count',
          '距密码到期的天数；已过期时为负',
          'Days until the password expires; negative when it has',
          0.01,
        ),
        expired: gauge('boolean', '密码已过期', '1: the password has expired'),
      },
    },
  },
  statements: [OWN, USERS],
  async sample({ session, emit, remark, signal }) {
    const { instance } = session
    const parts = new Parts(remark)
    for (const row of (await parts.ask(session.rows([OWN], signal))) ?? []) {
      emit(
        'pg_account',
        { instance, user: textOf(row, 'user') ?? '' },
        {
          days_to_expiry: numberOf(row, 'days_to_expiry'),
          superuser: flagOf(row, 'superuser'),
        },
      )
    }
    for (const row of (await parts.ask(session.rows([USERS], signal))) ?? []) {
      const days = numberOf(row, 'days_to_expiry')
      emit(
        'pg_user',
        { instance, user: textOf(row, 'user') ?? '' },
        { days_to_expiry: days, expired: days === undefined ? undefined : Number(days <= 0) },
      )
    }
    parts.settle()
  },
})
