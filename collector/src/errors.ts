import type { LocalizedText } from '@wardround/program'

/** The collector can't start as it is asked to; the message says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly code: 'PORT_IN_USE' | 'ADDRESS_NOT_HERE' | 'ADDRESS_NOT_PERMITTED'
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
