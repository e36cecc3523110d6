import { gauge } from '../../field.ts'
import { flagOf, numberOf, type Row } from '../../row.ts'

/** Dates of a password, as a statement gives them in the columns `password_age_days`, `lifetime_days`, `is_expired` and `is_locked`. */
export interface PasswordDates {
  readonly ageDays: number | undefined
  /** Below 0 once it is over; undefined for a password that does not expire. */
  readonly daysToExpiry: number | undefined
  readonly isExpired: boolean
  readonly isLocked: boolean
}

/** What both probes of accounts read and need, for people. */
export const ACCOUNT_READS = {
  zh: 'mysql.user（仅日期等列），wardround.account_dates（MariaDB）',
  en: 'mysql.user (dates), wardround.account_dates (MariaDB)',
}
export const ACCOUNT_NEEDS = {
  zh: 'SELECT on mysql.user 的六个列；MariaDB：SELECT on 视图 wardround.account_dates',
  en: 'SELECT on six columns of mysql.user; MariaDB: SELECT on the view wardround.account_dates',
}

/** The fields that both probes of accounts give. */
export const PASSWORD_AGE_FIELDS = {
  password_age_days: gauge('count', '密码已使用天数', 'Days since the password was changed', 0.1),
  days_to_expiry: gauge(
    'count',
    '距密码到期天数；永不过期时缺失',
    'Days until the password expires; missing where it does not',
    0.1,
  ),
}

/** @throws ProbeError UNPARSABLE */
export function parsePasswordDates(row: Row): PasswordDates {
  const ageDays = numberOf(row, 'password_age_days')
  const lifetimeDays = numberOf(row, 'lifetime_days') ?? 0
  const daysToExpiry =
    ageDays === undefined || lifetimeDays <= 0 ? undefined : lifetimeDays - ageDays
  return {
    ageDays,
    daysToExpiry,
    isExpired: flagOf(row, 'is_expired') === 1 || (daysToExpiry !== undefined && daysToExpiry <= 0),
    isLocked: flagOf(row, 'is_locked') === 1,
  }
}

/**
 * What both probes of accounts read: not one column with a password's hash in it. MySQL by a grant on six columns; MariaDB keeps dates
 * and hashes in one JSON text, so that a view of the DBA's has to give the dates alone.
 */
export const MYSQL_ACCOUNT_COLUMNS =
  "TIMESTAMPDIFF(SECOND, password_last_changed, NOW()) / 86400 AS password_age_days, COALESCE(password_lifetime, @@GLOBAL.default_password_lifetime) AS lifetime_days, password_expired = 'Y' AS is_expired, account_locked = 'Y' AS is_locked"

export const MARIADB_ACCOUNT_COLUMNS =
  '(UNIX_TIMESTAMP() - NULLIF(changed_at, 0)) / 86400 AS password_age_days, COALESCE(NULLIF(lifetime_days, -1), @@GLOBAL.default_password_lifetime) AS lifetime_days, COALESCE(changed_at = 0, 0) AS is_expired, COALESCE(is_locked, 0) AS is_locked'

export const MYSQL_ACCOUNT_GRANTS = [
  'GRANT SELECT (User, Host, password_last_changed, password_lifetime, password_expired, account_locked) ON mysql.user TO wardround',
] as const

export const MARIADB_ACCOUNT_GRANTS = [
  'CREATE DATABASE IF NOT EXISTS wardround',
  "CREATE OR REPLACE SQL SECURITY DEFINER VIEW wardround.account_dates AS SELECT User AS user_name, Host AS user_host, CAST(JSON_VALUE(Priv, '$.password_last_changed') AS SIGNED) AS changed_at, CAST(JSON_VALUE(Priv, '$.password_lifetime') AS SIGNED) AS lifetime_days, JSON_VALUE(Priv, '$.account_locked') = 1 AS is_locked FROM mysql.global_priv WHERE JSON_VALUE(Priv, '$.is_role') IS NULL",
  'GRANT SELECT ON wardround.account_dates TO wardround',
] as const
