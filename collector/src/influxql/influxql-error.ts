import type { LocalizedText } from '@wardround/protocol'

/** What is asked is no InfluxQL: the whole request is refused, in InfluxDB's words. */
export class InfluxQlSyntaxError extends Error {
  override readonly name = 'InfluxQlSyntaxError'
  readonly code = 'INFLUXQL_SYNTAX'
  readonly retryable = false

  constructor(what: string) {
    super(`error parsing query: ${what}`)
  }
}

/** A statement that can't be answered; the others of its request can. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  readonly code = 'INFLUXQL_STATEMENT'
  readonly retryable = false
  readonly text: LocalizedText

  constructor(text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}

/** What InfluxDB says of the same mistake, in its words, which programs know. */
export function asInfluxSays(words: string): StatementError {
  return new StatementError({ zh: words, en: words })
}
