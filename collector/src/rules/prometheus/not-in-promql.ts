import type { LocalizedText } from '@wardround/protocol'

/** A rule, or a part of one, that PromQL has no words for. */
export class NotInPromql extends Error {
  override readonly name = 'NotInPromql'
  readonly reason: LocalizedText

  constructor(reason: LocalizedText) {
    super(reason.en)
    this.reason = reason
  }
}
