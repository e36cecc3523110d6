import { EXIT, type LocalizedText } from '@wardround/program'

/** The collector can't start as it is asked to; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly code:
    | 'PORT_IN_USE'
    | 'ADDRESS_NOT_HERE'
    | 'ADDRESS_NOT_PERMITTED'
    | 'STATE_NOT_OPENED'
    | 'STORE_NOT_OPENED'
    | 'STATE_IS_DEMO'
    | 'STATE_IS_REAL'
  readonly retryable = false
  /** Of the process. */
  readonly exitCode: number

  readonly text: LocalizedText

  constructor(
    code: StartError['code'],
    text: LocalizedText,
    exitCode: number,
    options?: ErrorOptions,
  ) {
    super(text.en, options)
    this.text = text
    this.code = code
    this.exitCode = exitCode
  }
}

/** A worker thread ended before it was ready. What it said for people itself (`text`) stays. */
export function toWorkerStartError(
  code: 'STATE_NOT_OPENED' | 'STORE_NOT_OPENED',
  directory: string,
  error: unknown,
): Error {
  if (error instanceof Error && 'text' in error) return error
  const reason = error instanceof Error ? error.message : String(error)
  const part = PARTS[code]
  const text = {
    zh: `${directory} 中的${part.zh}无法打开：${reason}；请确认当前用户可以写入该目录，且安装完整`,
    en: `the ${part.en} in ${directory} can't be opened: ${reason}; make sure that this user may write there and that the installation is whole`,
  }
  return new StartError(code, text, EXIT.failed, { cause: error })
}

const PARTS = {
  STATE_NOT_OPENED: { zh: '状态库', en: 'state database' },
  STORE_NOT_OPENED: { zh: '时序库', en: 'time-series store' },
} as const
