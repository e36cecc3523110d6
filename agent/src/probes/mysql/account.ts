import { defineProbe, NoDataError } from '../../probe.ts'
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

/** CURRENT_USER() is the account that the server has matched, not the name that was given. */
const OWN_NAME = "SUBSTRING_INDEX(CURRENT_USER(), '@', 1)"
const OWN_HOST = "SUBSTRING_INDEX(CURRENT_USER(), '@', -1)"

const OWN: readonly Statement[] = [
  {
    id: 'mysql.account',
    text: `SELECT ${MARIADB_ACCOUNT_COLUMNS} FROM wardround.account_dates WHERE user_name = ${OWN_NAME} AND user_host = ${OWN_HOST}`,
    where: { flavour: ['mariadb'] },
    reads: ['wardround.account_dates'],
    grants: MARIADB_ACCOUNT_GRANTS,
    cost: 'cheap',
  },
  {
    id: 'mysql.account',
    text: `SELECT ${MYSQL_ACCOUNT_COLUMNS} FROM mysql.user WHERE User = ${OWN_NAME} AND Host = ${OWN_HOST}`,
    where: { flavour: ['mysql'] },
    reads: ['mysql.user'],
    grants: MYSQL_ACCOUNT_GRANTS,
    cost: 'cheap',
  },
]

/**
 * When the password of the agent's own account expires. Source: its row of mysql.user (MySQL) or of the view wardround.account_dates
 * (MariaDB). Needs: as mysql.user. Since: MySQL 5.7, MariaDB 10.4.
 */
export default defineProbe({
  name: 'mysql.account',
  source: mysql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  cost: 'cheap',
  reads: ACCOUNT_READS,
  needs: ACCOUNT_NEEDS,
  help: {
    zh: '采集代理自身账号的密码到期时间',
    en: 'When the password of the agent’s own account expires',
  },
  measurements: {
    mysql_account: {
      identifyingTags: ['instance'],
      fields: PASSWORD_AGE_FIELDS,
    },
  },
  statements: OWN,
  async sample({ session, emit, signal }) {
    const [row] = await session.rows(OWN, signal)
    if (row === undefined)
      throw new NoDataError({
        zh: '账号列表中没有采集账号自己',
        en: 'our own account is not in the list of accounts',
      })
    const { ageDays, daysToExpiry } = parsePasswordDates(row)
    emit(
      'mysql_account',
      { instance: session.instance },
      { password_age_days: ageDays, days_to_expiry: daysToExpiry },
    )
  },
})
