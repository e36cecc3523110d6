import { gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import { ACCOUNT_STATES, isLocked, toAccountState } from './account-status.ts'
import { describeRows } from './describe-rows.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'
import { MOST_USERS, PASSWORD_AGES, PROFILES, USERS, USER_STATEMENTS } from './user-statements.ts'

/**
 * Accounts that people and programs log on with: those that Oracle made for itself are left out, but for SYS and SYSTEM. Source:
 * DBA_USERS, DBA_PROFILES (in CDB$ROOT the CDB_ views and V$CONTAINERS). Needs: SELECT on them. Since: 11.2. A password's age is known
 * from 18c on; before, only where the DBA has made the view of it that user-statements.ts shows. Never a password or its hash.
 * Account, profile and the profile's limits go into the document `oracle_users`.
 */
export default defineProbe({
  name: 'oracle.user',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 21_600,
  deadlineMs: 60_000,
  cost: 'moderate',
  reads: {
    zh: 'DBA_USERS，DBA_PROFILES（根容器中为 CDB_）；18c 之前另有 SYS.WARDROUND_PASSWORD_AGE',
    en: 'DBA_USERS, DBA_PROFILES (CDB_ in the root); before 18c SYS.WARDROUND_PASSWORD_AGE',
  },
  needs: {
    zh: 'SELECT on 上述视图；根容器中另加 V_$CONTAINERS；18c 之前须由 DBA 建立密码使用天数的视图',
    en: 'SELECT on them; in the root also V_$CONTAINERS; before 18c a view of the DBA’s for the age of passwords',
  },
  help: {
    zh: '数据库账号：状态、到期时间、密码使用天数（从不读取密码或其散列值）',
    en: 'Accounts of the database: status, expiry, age of the password (never a password or its hash)',
  },
  measurements: {
    oracle_user: {
      identifyingTags: ['database', 'pdb', 'user'],
      fields: {
        days_to_expiry: gauge(
          'count',
          '距密码到期的天数；负数表示已过期，永不过期时缺失',
          'Days until the password expires; negative when it has, missing when it never does',
          0.01,
        ),
        password_age_days: gauge(
          'count',
          '密码已使用天数',
          'Days since the password was changed',
          0.01,
        ),
        account_status: state('账号状态', 'Status of the account', ACCOUNT_STATES),
        locked: gauge('boolean', '是否锁定', 'Whether it is locked'),
      },
    },
  },
  statements: USER_STATEMENTS,
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, remark, memory } = run
    const tags = await session.databaseTags(signal)
    const parts = new Parts(remark)
    const users = await parts.ask(session.rows(USERS, signal))
    const ages = agesByUser(await parts.ask(session.rows(PASSWORD_AGES, signal)))
    const profiles = await parts.ask(session.rows(PROFILES, signal))
    if (users !== undefined && users.length > MOST_USERS) remark(TOO_MANY)
    const kept = users?.slice(0, MOST_USERS) ?? []
    for (const row of kept) {
      const user = textOf(row, 'USERNAME') ?? ''
      const status = textOf(row, 'ACCOUNT_STATUS')
      emit(
        'oracle_user',
        { ...tags, pdb: textOf(row, 'PDB') ?? '', user },
        {
          days_to_expiry: numberOf(row, 'DAYS_TO_EXPIRY'),
          password_age_days: numberOf(row, 'PASSWORD_AGE_DAYS') ?? ages.get(user),
          account_status: toAccountState(status),
          locked: isLocked(status),
        },
      )
    }
    const body = {
      users: describeRows(kept, USER_COLUMNS, MOST_USERS),
      profiles: describeRows(profiles ?? [], PROFILE_COLUMNS, MOST_PROFILE_LIMITS),
    }
    parts.settle()
    return users && sendWhenChanged(run, `oracle_users:${session.instance}`, body, memory)
  },
})

/** Rows of profiles in the document, five to a profile. */
const MOST_PROFILE_LIMITS = 500

const TOO_MANY = {
  zh: `账号超过 ${MOST_USERS} 个，只采集未锁定且最早到期的 ${MOST_USERS} 个`,
  en: `more than ${MOST_USERS} accounts: only the ${MOST_USERS} that are open and expire first are reported`,
}

function agesByUser(rows: readonly Row[] | undefined): ReadonlyMap<string, number | undefined> {
  return new Map(
    rows?.map((row) => [textOf(row, 'USERNAME') ?? '', numberOf(row, 'PASSWORD_AGE_DAYS')]),
  )
}

const USER_COLUMNS = {
  pdb: 'PDB',
  user: 'USERNAME',
  status: 'ACCOUNT_STATUS',
  profile: 'PROFILE',
  authentication: 'AUTHENTICATION_TYPE',
  created: 'CREATED_AT',
  locked: 'LOCKED_AT',
  expires: 'EXPIRES_AT',
}

const PROFILE_COLUMNS = { pdb: 'PDB', profile: 'PROFILE', limit: 'RESOURCE_NAME', value: 'LIMIT' }
