import { EXIT, type LocalizedText } from '@wardround/program'

/** Why Grafana did not take something, in words for who asked. Its exit code is one of interfaces.md. */
export class GrafanaError extends Error {
  override readonly name = 'GrafanaError'
  readonly text: LocalizedText
  readonly exitCode: number

  constructor(text: LocalizedText, exitCode: number = EXIT.failed, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
    this.exitCode = exitCode
  }
}
