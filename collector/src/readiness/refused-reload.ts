import { ConfigError, textOf, type LocalizedText } from '@wardround/program'
import type { UnreadyReason } from '../http/routes/health.ts'

/** The newest re-reading of the configuration that was refused: what was in force before goes on, and somebody thinks that it doesn't. */
export class RefusedReload {
  #refusal: UnreadyReason | undefined

  /** Why nothing was put in force; the moment is epoch ms. */
  refuse(error: unknown, atMs: number): void {
    const at = new Date(atMs).toISOString()
    const { zh, en } = describe(error)
    this.#refusal = {
      code: 'CONFIG_REFUSED',
      message: {
        zh: `${at} 重新读取的配置有误，未生效，仍按原配置运行：${zh}`,
        en: `the configuration that was re-read at ${at} was refused, the old one stays: ${en}`,
      },
    }
  }

  /** Another one is in force. */
  forget(): void {
    this.#refusal = undefined
  }

  /** What `/readyz` says of it. */
  notices(): UnreadyReason[] {
    return this.#refusal === undefined ? [] : [this.#refusal]
  }
}

/** The first problem, and how many others there are. */
function describe(error: unknown): LocalizedText {
  if (!(error instanceof ConfigError)) return textOf(error)
  const [first] = error.problems
  const others = error.problems.length + error.more - 1
  if (first === undefined) return textOf(error)
  const only = new ConfigError([first])
  return {
    zh: `${only.format('zh-CN')}${others > 0 ? `（另有 ${others} 处，见日志）` : ''}`,
    en: `${only.format('en')}${others > 0 ? ` (and ${others} more: see the log)` : ''}`,
  }
}
