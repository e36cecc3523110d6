import type { LocalizedText } from '@wardround/protocol'

/** A state's number, systemd's word for it, and what people read. */
type StateRow = readonly [code: number, word: string, zh: string, en: string]

/** Load states, numbered as Telegraf's systemd_units numbers them. */
const LOAD: readonly StateRow[] = [
  [0, 'loaded', '已加载', 'loaded'],
  [1, 'stub', '占位', 'stub'],
  [2, 'not-found', '未找到', 'not found'],
  [3, 'bad-setting', '配置错误', 'bad setting'],
  [4, 'error', '加载出错', 'error'],
  [5, 'merged', '已合并', 'merged'],
  [6, 'masked', '已屏蔽', 'masked'],
]

/** Active states, numbered as Telegraf's systemd_units numbers them. */
const ACTIVE: readonly StateRow[] = [
  [0, 'active', '运行', 'active'],
  [1, 'reloading', '重新加载中', 'reloading'],
  [2, 'inactive', '未运行', 'inactive'],
  [3, 'failed', '失败', 'failed'],
  [4, 'activating', '启动中', 'activating'],
  [5, 'deactivating', '停止中', 'deactivating'],
]

/** Sub-states of services, numbered as Telegraf's systemd_units numbers them: from 0 in this order, and from 0x70. */
const SUB_FROM_0 = [
  ['running', '运行中'],
  ['dead', '已停止'],
  ['start-pre', '启动前准备'],
  ['start', '启动中'],
  ['exited', '已执行完毕'],
  ['reload', '重新加载中'],
  ['stop', '停止中'],
  ['stop-watchdog', '看门狗超时后停止'],
  ['stop-sigterm', '停止中（SIGTERM）'],
  ['stop-sigkill', '停止中（SIGKILL）'],
  ['stop-post', '停止后清理'],
  ['final-sigterm', '最终停止（SIGTERM）'],
  ['failed', '失败'],
  ['auto-restart', '等待自动重启'],
  ['condition', '检查启动条件'],
  ['cleaning', '清理中'],
  ['waiting', '等待'],
  ['reload-signal', '重新加载（信号）'],
  ['reload-notify', '重新加载（通知）'],
  ['final-watchdog', '最终停止（看门狗）'],
  ['dead-before-auto-restart', '自动重启前已停止'],
  ['failed-before-auto-restart', '自动重启前失败'],
  ['dead-resources-pinned', '已停止（保留资源）'],
  ['auto-restart-queued', '自动重启已排队'],
] as const

const SUB_FROM_112 = [
  ['start-chown', '启动：更改属主'],
  ['start-post', '启动后处理'],
  ['listening', '监听'],
  ['stop-pre', '停止前处理'],
  ['stop-pre-sigterm', '停止前（SIGTERM）'],
  ['stop-pre-sigkill', '停止前（SIGKILL）'],
  ['final-sigkill', '最终停止（SIGKILL）'],
] as const

const SUB: readonly StateRow[] = [...numberFrom(0, SUB_FROM_0), ...numberFrom(0x70, SUB_FROM_112)]

/** Number of a word, and what each number means. A word that systemd has learned since has no number. */
export class StateTable {
  readonly meanings: Readonly<Record<number, LocalizedText>>
  readonly #codes: ReadonlyMap<string, number>

  constructor(rows: readonly StateRow[]) {
    this.#codes = new Map(rows.map(([code, word]) => [word, code]))
    this.meanings = Object.fromEntries(rows.map(([code, , zh, en]) => [code, { zh, en }]))
  }

  codeOf(word: string): number | undefined {
    return this.#codes.get(word)
  }
}

export const LOAD_STATES = new StateTable(LOAD)
export const ACTIVE_STATES = new StateTable(ACTIVE)
export const SUB_STATES = new StateTable(SUB)

function numberFrom(start: number, words: readonly (readonly [string, string])[]): StateRow[] {
  return words.map(([word, zh], place) => [start + place, word, zh, word])
}
