import type { LocalizedText } from '@wardround/protocol'

/** DBA_USERS.ACCOUNT_STATUS in the order of Oracle's documents; 0 is a word that they do not know. */
export const ACCOUNT_STATES: Readonly<Record<number, LocalizedText>> = {
  0: { zh: '其他', en: 'another' },
  1: { zh: '正常', en: 'OPEN' },
  2: { zh: '密码已过期', en: 'EXPIRED' },
  3: { zh: '密码已过期，宽限期内', en: 'EXPIRED(GRACE)' },
  4: { zh: '因多次输错密码锁定', en: 'LOCKED(TIMED)' },
  5: { zh: '已锁定', en: 'LOCKED' },
  6: { zh: '密码已过期，因多次输错密码锁定', en: 'EXPIRED & LOCKED(TIMED)' },
  7: { zh: '宽限期内，因多次输错密码锁定', en: 'EXPIRED(GRACE) & LOCKED(TIMED)' },
  8: { zh: '密码已过期且已锁定', en: 'EXPIRED & LOCKED' },
  9: { zh: '宽限期内且已锁定', en: 'EXPIRED(GRACE) & LOCKED' },
}

const WORDS = new Map(Object.entries(ACCOUNT_STATES).map(([value, { en }]) => [en, Number(value)]))

/** The state of a status; while both the old and the new password are good (IN ROLLOVER, from 19.12), that of the account beneath. */
export function toAccountState(status: string | undefined): number | undefined {
  return status === undefined ? undefined : (WORDS.get(status.replace(' & IN ROLLOVER', '')) ?? 0)
}

/** 1 or 0. */
export function isLocked(status: string | undefined): number | undefined {
  return status === undefined ? undefined : Number(status.includes('LOCKED'))
}
