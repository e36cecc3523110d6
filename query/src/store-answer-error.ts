import type { LocalizedText } from '@wardround/protocol'

/** A store answered, and not with numbers: it refused what was asked, or its answer is none of its API's. */
export class StoreAnswerError extends Error {
  override readonly name = 'StoreAnswerError'
  readonly code = 'STORE_ANSWER'
  readonly retryable = false
  readonly text: LocalizedText

  constructor(store: 'InfluxDB' | 'PromQL', said: string) {
    const text = {
      zh: `存储（${store}）没有给出结果：${said}`,
      en: `The store (${store}) gave no answer: ${said}`,
    }
    super(text.en)
    this.text = text
  }
}
