/** A batch that can't be stored, now or later: its agent is to set it aside. */
export class UnacceptableBatch extends Error {
  override readonly name = 'UnacceptableBatch'
  /** Of the reject. */
  readonly code: string
  readonly retryable = false

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
