import type { LocalizedText } from '@wardround/program'

/** Why a line, or one of its series, is not taken. Programs read the codes; metrics count by them. */
export type LineErrorCode = 'unparsable' | 'host' | 'time' | 'series-limit' | 'host-limit' | 'shape'

/** One line is refused; the others stand. */
export class LineError extends Error {
  override readonly name = 'LineError'
  readonly code: LineErrorCode
  readonly text: LocalizedText

  constructor(code: LineErrorCode, text: LocalizedText) {
    super(text.en)
    this.code = code
    this.text = text
  }
}

/** What InfluxDB says in the same case, in its words, which programs look for: not translated. */
export function unparsable(words: string): LineError {
  return new LineError('unparsable', { zh: words, en: words })
}
