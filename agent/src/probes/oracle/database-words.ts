import type { LocalizedText } from '@wardround/protocol'

/** States of a column of V$DATABASE: `en` is the word as Oracle writes it, in its own letters; 0 is any other. */
export type DatabaseWords = Readonly<Record<number, LocalizedText>>

const OTHER = { zh: '其他', en: 'other' }

export const OPEN_MODES: DatabaseWords = {
  0: OTHER,
  1: { zh: '已装载', en: 'MOUNTED' },
  2: { zh: '读写', en: 'READ WRITE' },
  3: { zh: '只读', en: 'READ ONLY' },
  4: { zh: '只读并应用日志', en: 'READ ONLY WITH APPLY' },
}

export const LOG_MODES: DatabaseWords = {
  0: OTHER,
  1: { zh: '归档', en: 'ARCHIVELOG' },
  2: { zh: '非归档', en: 'NOARCHIVELOG' },
  3: { zh: '手动归档', en: 'MANUAL' },
}

export const ROLES: DatabaseWords = {
  0: OTHER,
  1: { zh: '主库', en: 'PRIMARY' },
  2: { zh: '物理备库', en: 'PHYSICAL STANDBY' },
  3: { zh: '逻辑备库', en: 'LOGICAL STANDBY' },
  4: { zh: '快照备库', en: 'SNAPSHOT STANDBY' },
  5: { zh: '远程同步实例', en: 'FAR SYNC' },
}

export const FORCE_LOGGING: DatabaseWords = {
  0: OTHER,
  1: { zh: '否', en: 'NO' },
  2: { zh: '是', en: 'YES' },
  3: { zh: '备库免日志（加载性能优先）', en: 'STANDBY NOLOGGING FOR LOAD PERFORMANCE' },
  4: { zh: '备库免日志（数据可用优先）', en: 'STANDBY NOLOGGING FOR DATA AVAILABILITY' },
}

export const FLASHBACK: DatabaseWords = {
  0: OTHER,
  1: { zh: '关闭', en: 'NO' },
  2: { zh: '开启', en: 'YES' },
  3: { zh: '仅保证恢复点（RESTORE POINT ONLY）', en: 'RESTORE POINT ONLY' },
}

export const SWITCHOVER_STATUSES: DatabaseWords = {
  0: OTHER,
  1: { zh: '不允许切换', en: 'NOT ALLOWED' },
  2: { zh: '有活动会话', en: 'SESSIONS ACTIVE' },
  3: { zh: '切换请求待处理', en: 'SWITCHOVER PENDING' },
  4: { zh: '切换未完成，可回到主库', en: 'SWITCHOVER LATENT' },
  5: { zh: '可切换为主库', en: 'TO PRIMARY' },
  6: { zh: '可切换为备库', en: 'TO STANDBY' },
  7: { zh: '需要恢复', en: 'RECOVERY NEEDED' },
  8: { zh: '正在准备切换', en: 'PREPARING SWITCHOVER' },
  9: { zh: '正在准备数据字典', en: 'PREPARING DICTIONARY' },
  10: { zh: '可切换为逻辑备库', en: 'TO LOGICAL STANDBY' },
  11: { zh: '备库目的地出错', en: 'FAILED DESTINATION' },
  12: { zh: '日志缺口可自动补齐', en: 'RESOLVABLE GAP' },
  13: { zh: '日志缺口无法自动补齐', en: 'UNRESOLVABLE GAP' },
  14: { zh: '缺少刚切换的日志', en: 'LOG SWITCH GAP' },
}

export const PROTECTION_MODES: DatabaseWords = {
  0: OTHER,
  1: { zh: '最大性能', en: 'MAXIMUM PERFORMANCE' },
  2: { zh: '最大可用', en: 'MAXIMUM AVAILABILITY' },
  3: { zh: '最大保护', en: 'MAXIMUM PROTECTION' },
  4: { zh: '重新同步中', en: 'RESYNCHRONIZATION' },
  5: { zh: '无保护', en: 'UNPROTECTED' },
}

/** The words in order of their states, from 1: for placeOf(). */
export function wordsOf(words: DatabaseWords): readonly string[] {
  return Object.entries(words)
    .filter(([place]) => place !== '0')
    .map(([, { en }]) => en)
}
