import { isLocalizedText } from '@wardround/protocol'
import { type Language, type LocalizedText, pickText } from '@wardround/program'

/** A few words without secrets: a protocol's own, the same in every language (`HTTP 503`, `ECONNREFUSED`), or in both languages. */
export type FailureDetail = string | LocalizedText

export function inBothLanguages(detail: FailureDetail): LocalizedText {
  return typeof detail === 'string' ? { zh: detail, en: detail } : detail
}

export function detailIn(detail: FailureDetail, language: Language): string {
  return pickText(inBothLanguages(detail), language)
}

/** A service did not answer within its time. */
export function timedOut(timeoutMs: number): LocalizedText {
  return { zh: `${timeoutMs} 毫秒内无应答`, en: `no answer in ${timeoutMs} ms` }
}

/** As a column of the outbox holds it. */
export function writeDetail(detail: FailureDetail): string {
  return typeof detail === 'string' ? detail : JSON.stringify(detail)
}

export function readDetail(text: string): FailureDetail {
  if (!text.startsWith('{')) return text
  try {
    const found: unknown = JSON.parse(text)
    return isLocalizedText(found) ? found : text
  } catch {
    return text // words that begin with a brace
  }
}
