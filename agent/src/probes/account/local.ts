import type { JsonValue } from '@wardround/protocol'
import { toDocumentTable } from '@wardround/protocol'
import { gauge, state } from '../../field.ts'
import { defineProbe, remembers, type ProbeRun } from '../../probe.ts'
import { account, type AccountSession } from '../../sources/account.ts'
import type { LocalAccount } from '../../sources/account/read-accounts.ts'

const DAY_SECONDS = 86_400
const NO_LIMIT_DAYS = 99_999
/** Accounts that a document lists by their age. */
const LISTED = 50
const PASSWORDS = {
  set: 1,
  locked: 2,
  none: 3,
  empty: 4,
} as const

const MEASUREMENTS = {
  account: {
    identifyingTags: ['name'],
    fields: {
      password: state('密码状态', 'What its password is', {
        1: { zh: '已设置', en: 'set' },
        2: { zh: '已锁定', en: 'locked' },
        3: { zh: '不能用密码登录', en: 'no password logs on' },
        4: { zh: '空密码', en: 'empty' },
      }),
      password_age_days: gauge('count', '密码已使用天数', 'Days since the password was changed'),
      max_days: gauge('count', '密码最长使用天数', 'Days after which it must be changed'),
      expires_days: gauge(
        'count',
        '账号距到期天数，负数为已过期',
        'Days until the account expires; negative: it has',
      ),
      last_login_days: gauge('count', '距上次登录天数', 'Days since the last logon'),
    },
  },
  accounts: {
    identifyingTags: [],
    fields: {
      total: gauge('count', '本地账号数', 'Local accounts'),
      with_password: gauge('count', '可用密码登录的账号数', 'Accounts that log on with a password'),
      empty_password: gauge('count', '空密码账号数', 'Accounts with an empty password'),
      oldest_password_days: gauge(
        'count',
        '可用密码中使用最久的天数',
        'Age in days of the oldest password that logs on',
      ),
      nearest_expiry_days: gauge(
        'count',
        '最近到期的账号距到期天数',
        'Days until the first of these accounts expires',
      ),
      added_7d: gauge('count', '近 7 天新增账号数', 'Accounts that are new since 7 days'),
      removed_7d: gauge('count', '近 7 天删除账号数', 'Accounts that were removed within 7 days'),
    },
  },
} as const

/**
 * Local accounts: ages of passwords, locked and expiring accounts, new and removed ones. Source: passwd(5), group(5), shadow(5) fields 3, 5 and 8 (of field 2 only
 * its kind: never a hash), lastlog. Needs: to read /etc/shadow, or the privileged helper; without either all but the ages.
 */
export default defineProbe({
  name: 'account.local',
  source: account,
  platforms: ['linux'],
  everySeconds: 21_600,
  cost: 'cheap',
  reads: {
    zh: '/etc/passwd、/etc/group、/etc/shadow（只取日期）、/var/log/lastlog',
    en: '/etc/passwd, /etc/group, /etc/shadow (its dates alone), /var/log/lastlog',
  },
  needs: {
    zh: '读取 /etc/shadow 的权限，或安装特权助手；没有时不采集密码天数',
    en: 'to read /etc/shadow, or the privileged helper; without it the ages of passwords are missing',
  },
  help: {
    zh: '本地账号：密码使用天数、锁定与到期、新增与删除',
    en: 'Local accounts: ages of passwords, locked and expiring, new and removed',
  },
  measurements: MEASUREMENTS,
  remembers: remembers<{ readonly sent: string }>(),
  async sample(run) {
    const { session, timeMs, signal, remark, emitDocument } = run
    const { accounts, lacks } = await session.read(signal)
    if (lacks !== undefined)
      remark({
        zh: `密码天数缺失：无权读取 /etc/shadow；${lacks.zh}`,
        en: `ages of passwords are missing: /etc/shadow may not be read; ${lacks.en}`,
      })
    const hasAges = lacks === undefined
    const usable = accounts.filter(({ ages }) => ages?.password === 'set')
    for (const one of accounts) if (one.ages?.password !== 'none') emitAccount(run, one)
    const known = await watchNames(run, accounts)
    run.emit(
      'accounts',
      {},
      {
        total: accounts.length,
        with_password: hasAges ? usable.length : undefined,
        empty_password: hasAges
          ? accounts.filter(({ ages }) => ages?.password === 'empty').length
          : undefined,
        oldest_password_days: largest(usable.map((one) => passwordDays(one, timeMs))),
        nearest_expiry_days: smallest(usable.map((one) => expiryDays(one, timeMs))),
        ...known,
      },
    )
    emitDocument('account_ages', 'newest', { byAge: listByAge(usable, timeMs) })
    return sendOnChange(run, accounts)
  },
})

type Run = ProbeRun<AccountSession, typeof MEASUREMENTS, { readonly sent: string }>

function emitAccount({ emit, timeMs }: Run, one: LocalAccount): void {
  const { name, ages, lastLoginSeconds } = one
  const login = lastLoginSeconds === undefined ? undefined : timeMs / 1000 - lastLoginSeconds
  const fields = {
    password: ages === undefined ? undefined : PASSWORDS[ages.password],
    password_age_days: passwordDays(one, timeMs),
    max_days: maxDays(ages?.maxDays),
    expires_days: expiryDays(one, timeMs),
    last_login_days: login === undefined ? undefined : Math.max(0, Math.floor(login / DAY_SECONDS)),
  }
  if (Object.values(fields).some((value) => value !== undefined)) emit('account', { name }, fields)
}

function passwordDays({ ages }: LocalAccount, timeMs: number): number | undefined {
  if (ages?.lastChangeDay === undefined || ages.password === 'none') return undefined
  return Math.max(0, today(timeMs) - ages.lastChangeDay)
}

function expiryDays({ ages }: LocalAccount, timeMs: number): number | undefined {
  return ages?.expireDay === undefined ? undefined : ages.expireDay - today(timeMs)
}

/** shadow(5): 99999 is written where there is no limit. */
function maxDays(days: number | undefined): number | undefined {
  return days === undefined || days >= NO_LIMIT_DAYS ? undefined : days
}

function today(timeMs: number): number {
  return Math.floor(timeMs / 1000 / DAY_SECONDS)
}

function listByAge(accounts: readonly LocalAccount[], timeMs: number): JsonValue {
  const aged = accounts
    .map((one) => ({ name: one.name, days: passwordDays(one, timeMs) ?? null }))
    .toSorted((a, b) => (b.days ?? 0) - (a.days ?? 0))
  return toDocumentTable(['name', 'days'], aged.slice(0, LISTED))
}

/** Tells of accounts that came and went since the last run, over restarts too. */
async function watchNames(
  { session, timeMs, emitEvent, remark }: Run,
  accounts: readonly LocalAccount[],
): Promise<{ added_7d: number; removed_7d: number }> {
  const names = accounts.map(({ name }) => name)
  const { fresh, recent, isKept } = await session.known.compare(names, timeMs)
  for (const { name, change, atMs } of fresh)
    emitEvent(`account_${change}`, `${change}:${name}:${atMs}`, { name })
  if (!isKept)
    remark({
      zh: '状态目录无法写入：代理重启后，期间增删的账号可能漏报或重报',
      en: 'the state directory can’t be written: after a restart, accounts that came and went may be told twice or not at all',
    })
  const count = (wanted: string) => recent.filter(({ change }) => change === wanted).length
  return { added_7d: count('added'), removed_7d: count('removed') }
}

/** The list with groups and shells is inventory: sent at start and when it changes. */
function sendOnChange(
  { emitDocument, memory }: Run,
  accounts: readonly LocalAccount[],
): { readonly sent: string } {
  const body = {
    accounts: accounts.map(({ name, uid, shell, groups, ages }) => ({
      name,
      uid,
      shell,
      groups: [...groups],
      password: ages?.password ?? null,
    })),
  }
  const sent = JSON.stringify(body)
  if (sent !== memory?.sent) emitDocument('accounts', 'history', body)
  return { sent }
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}

function smallest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
