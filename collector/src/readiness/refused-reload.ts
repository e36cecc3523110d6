import {
  ConfigError,
  pickText,
  textOf,
  type Language,
  type LocalizedText,
  type Logger,
} from '@wardround/program'
import type { UnreadyReason } from '../http/routes/health.ts'
import type { SayMoment } from './readiness.ts'

/** The newest re-reading of the configuration that was refused: what was in force before goes on, and somebody thinks that it doesn't. */
export class RefusedReload {
  #refusal: { readonly error: unknown; readonly atMs: number } | undefined
  readonly #log: Logger
  readonly #nowMs: () => number

  /** `nowMs`: epoch ms. */
  constructor(log: Logger, nowMs: () => number) {
    this.#log = log
    this.#nowMs = nowMs
  }

  /** Lets a re-reading happen; one that fails is logged in the configured language, said from now on, and thrown on. */
  async watch<T>(reread: () => Promise<T>, language: Language): Promise<T> {
    try {
      const inForce = await reread()
      this.#refusal = undefined
      return inForce
    } catch (error) {
      this.#log.error(toLogged(error, language), pickText(OLD_STAYS, language))
      this.#refusal = { error, atMs: this.#nowMs() }
      throw error
    }
  }

  /** What `/readyz` says of it. */
  notices(sayMoment: SayMoment): UnreadyReason[] {
    if (this.#refusal === undefined) return []
    const { error, atMs } = this.#refusal
    return [toNotice(error, sayMoment(atMs))]
  }
}

/** What is wrong with a configuration is said by its problems, in the reader's language; the error itself would repeat them in English, with a stack. */
function toLogged(error: unknown, language: Language): object {
  return error instanceof ConfigError
    ? { problems: error.format(language).split('\n') }
    : { err: error, reason: pickText(textOf(error), language) }
}

function toNotice(error: unknown, at: string): UnreadyReason {
  const { zh, en } = describe(error)
  return {
    code: 'CONFIG_REFUSED',
    message: {
      zh: `${at} 重新读取的配置有误，未生效，仍按原配置运行：${zh}`,
      en: `the configuration that was re-read at ${at} was refused, the old one stays: ${en}`,
    },
  }
}

const OLD_STAYS: LocalizedText = {
  zh: '配置有误，未生效，仍按原配置运行',
  en: 'the configuration was refused; the old one stays',
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
