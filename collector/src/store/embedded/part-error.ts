/** A part that doesn't hold what it should: its bytes are damaged. Whoever reads it leaves it out and counts it. */
export class PartError extends Error {
  override readonly name = 'PartError'
  readonly code = 'STORE_PART_DAMAGED'
  readonly retryable = false
}
