import type { LocalizedText } from '@wardround/protocol'

export const BACKUP_STATES: Readonly<Record<number, LocalizedText>> = {
  0: { zh: '成功', en: 'completed' },
  1: { zh: '完成，有警告', en: 'completed with warnings' },
  2: { zh: '正在运行', en: 'running' },
  3: { zh: '失败', en: 'failed' },
}

/** STATUS of V$RMAN_BACKUP_JOB_DETAILS and V$RMAN_STATUS; undefined for a word that Oracle's documents do not know. */
export function toBackupState(status: string | undefined): number | undefined {
  if (status === undefined) return undefined
  if (status.startsWith('RUNNING')) return 2
  const place = ['COMPLETED', 'COMPLETED WITH WARNINGS'].indexOf(status)
  if (place >= 0) return place
  return status === 'FAILED' || status === 'COMPLETED WITH ERRORS' ? 3 : undefined
}
