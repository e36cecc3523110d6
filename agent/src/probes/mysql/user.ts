import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { textOf } from '../../row.ts'
import { mysql } from '../../sources/mysql.ts'
import type { Statement } from '../../statement.ts'
import {
  ACCOUNT_NEEDS,
  ACCOUNT_READS,
  MARIADB_ACCOUNT_COLUMNS,
  MARIADB_ACCOUNT_GRANTS,
  MYSQL_ACCOUNT_COLUMNS,
  MYSQL_ACCOUNT_GRANTS,
  parsePasswordDates,
  PASSWORD_AGE_FIELDS,
} from './password-dates.ts'

/** The two hundred oldest passwords. Accounts of the server's own are left out, and roles of MySQL: locked and expired at once. */
const ACCOUNTS: readonly Statement[] = [
  {
    id: 'mysql.user',
    text: `SELECT user_name, user_host, ${MARIADB_ACCOUNT_COLUMNS} FROM wardround.account_dates WHERE user_name <> 'mariadb.sys' ORDER BY changed_at LIMIT 200`,
    where: { flavour: ['mariadb'] },
    reads: ['wardround.account_dates'],
    grants: MARIADB_ACCOUNT_GRANTS,
    cost: 'cheap',
  },
  {
    id: 'mysql.user',
    text: `SELECT User AS user_name, Host AS user_host, ${MYSQL_ACCOUNT_COLUMNS} FROM mysql.user WHERE User NOT IN ('mysql.sys', 'mysql.session', 'mysql.infoschema') AND NOT (password_expired = 'Y' AND account_locked = 'Y') ORDER BY password_last_changed LIMIT 200`,
    where: { flavour: ['mysql'] },
    reads: ['mysql.user'],
    grants: MYSQL_ACCOUNT_GRANTS,
    cost: 'cheap',
  },
]

/**
 * Age and expiry of the passwords of all accounts. Source: six columns of mysql.user (MySQL), the view wardround.account_dates of the
 * DBA's over mysql.global_priv (MariaDB). Needs: a grant on just these. Since: MySQL 5.7, MariaDB 10.4. No hash is ever readable.
 */
export default defineProbe({
  name: 'mysql.user',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'cheap',
  reads: ACCOUNT_READS,
  needs: ACCOUNT_NEEDS,
  help: { zh: '各账号的密码使用天数与到期', en: 'Age and expiry of the passwords of all accounts' },
  measurements: {
    mysql_user: {
      identifyingTags: ['instance', 'user'],
      fields: {
        ...PASSWORD_AGE_FIELDS,
        expired: gauge('boolean', '密码是否已过期', 'Whether the password has expired'),
        locked: gauge('boolean', '账号是否锁定', 'Whether the account is locked'),
      },
    },
  },
  statements: ACCOUNTS,
  async sample({ session, emit, signal }) {
    for (const row of await session.rows(ACCOUNTS, signal)) {
      const { ageDays, daysToExpiry, isExpired, isLocked } = parsePasswordDates(row)
      const user = `${textOf(row, 'user_name') ?? ''}@${textOf(row, 'user_host') ?? ''}`
      emit(
        'mysql_user',
        { instance: session.instance, user },
        {
          password_age_days: ageDays,
          days_to_expiry: daysToExpiry,
          expired: Number(isExpired),
          locked: Number(isLocked),
        },
      )
    }
  },
})
