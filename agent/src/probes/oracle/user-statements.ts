import type { Statement } from '../../statement.ts'
import { selectOn } from '../../sources/oracle/grant.ts'
import { ORACLE_MAINTAINED, quotedNames } from './oracle-maintained.ts'
import { perContainer, type Reach } from './per-container.ts'

/** Accounts that are reported of one source. */
export const MOST_USERS = 1000

const COLUMNS = `T.USERNAME, T.ACCOUNT_STATUS, T.PROFILE, T.AUTHENTICATION_TYPE,
         TO_CHAR(T.CREATED, 'YYYY-MM-DD') AS CREATED_AT,
         TO_CHAR(T.LOCK_DATE, 'YYYY-MM-DD HH24:MI:SS') AS LOCKED_AT,
         TO_CHAR(T.EXPIRY_DATE, 'YYYY-MM-DD HH24:MI:SS') AS EXPIRES_AT,
         T.EXPIRY_DATE - SYSDATE AS DAYS_TO_EXPIRY`

/** Those that can log on first, the next to expire before the others. */
const ORDER = `CASE WHEN T.ACCOUNT_STATUS LIKE '%LOCKED%' THEN 1 ELSE 0 END, T.EXPIRY_DATE NULLS LAST`

const OF_PEOPLE = `(T.ORACLE_MAINTAINED = 'N' OR T.USERNAME IN ('SYS', 'SYSTEM'))`
/** A common account has one password, which the root keeps. */
const ONCE = `(T.COMMON = 'NO' OR T.CON_ID = 1)`

function listUsers(age: string, ofPeople: string): (reach: Reach) => string {
  return (reach) => {
    const once = reach.containerOf('T') === '' ? '' : ` AND ${ONCE}`
    return `
SELECT PDB, USERNAME, ACCOUNT_STATUS, PROFILE, AUTHENTICATION_TYPE, CREATED_AT, LOCKED_AT, EXPIRES_AT,
       DAYS_TO_EXPIRY, PASSWORD_AGE_DAYS
FROM (
  SELECT ${reach.pdb} AS PDB, ${COLUMNS},
         ${age} AS PASSWORD_AGE_DAYS
  ${reach.rows(reach.view('USERS'), ofPeople + once)}
  ORDER BY ${ORDER})
WHERE ROWNUM <= ${MOST_USERS + 1}`
  }
}

const QUESTION = { id: 'oracle.user', cost: 'moderate', views: ['USERS'] } as const

export const USERS: readonly Statement[] = [
  ...perContainer({
    ...QUESTION,
    since: [18],
    text: listUsers('SYSDATE - T.PASSWORD_CHANGE_DATE', OF_PEOPLE),
  }),
  ...perContainer({
    ...QUESTION,
    since: [12, 1, 0, 2],
    before: [18],
    text: listUsers('NULL', OF_PEOPLE),
  }),
  {
    ...QUESTION,
    before: [12, 1, 0, 2],
    text: `
SELECT NULL AS PDB, USERNAME, ACCOUNT_STATUS, PROFILE, AUTHENTICATION_TYPE, CREATED_AT, LOCKED_AT, EXPIRES_AT,
       DAYS_TO_EXPIRY, NULL AS PASSWORD_AGE_DAYS
FROM (
  SELECT ${COLUMNS} FROM DBA_USERS T WHERE T.USERNAME NOT IN ${quotedNames(ORACLE_MAINTAINED)}
  ORDER BY ${ORDER})
WHERE ROWNUM <= ${MOST_USERS + 1}`,
    reads: ['DBA_USERS'],
    grants: [selectOn('DBA_USERS')],
  },
]

/**
 * Before 18c only SYS.USER$ knows when a password was changed, and it shows the verifiers too: it must not be granted. So the DBA makes
 * a view of the date alone, in each database or PDB that the agent connects to, and grants that. It stands in SYS: any other owner would
 * need USER$ itself, with the right to pass it on. Without it, password_age_days is missing.
 */
export const PASSWORD_AGES: readonly Statement[] = [
  {
    id: 'oracle.user.password-age',
    text: `SELECT USERNAME, SYSDATE - PASSWORD_CHANGE_DATE AS PASSWORD_AGE_DAYS FROM SYS.WARDROUND_PASSWORD_AGE`,
    before: [18],
    reads: ['SYS.WARDROUND_PASSWORD_AGE'],
    grants: [
      'CREATE OR REPLACE VIEW SYS.WARDROUND_PASSWORD_AGE AS SELECT NAME AS USERNAME, PTIME AS PASSWORD_CHANGE_DATE FROM SYS.USER$ WHERE TYPE# = 1',
      selectOn('WARDROUND_PASSWORD_AGE'),
    ],
    cost: 'cheap',
  },
]

/** What the profiles in use say of passwords. */
export const PROFILES: readonly Statement[] = perContainer({
  id: 'oracle.user.profiles',
  cost: 'moderate',
  views: ['PROFILES'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.PROFILE, T.RESOURCE_NAME, T.LIMIT
${reach.rows(reach.view('PROFILES'), `T.RESOURCE_NAME IN ('PASSWORD_LIFE_TIME', 'PASSWORD_GRACE_TIME', 'FAILED_LOGIN_ATTEMPTS', 'PASSWORD_LOCK_TIME', 'PASSWORD_REUSE_TIME')`)}
ORDER BY 1, 2, 3`,
})

export const USER_STATEMENTS: readonly Statement[] = [...USERS, ...PASSWORD_AGES, ...PROFILES]
