/** First byte of a record in a segment. */
export const RECORD_TYPE = { batch: 1, ranges: 2 } as const

/** Bits of a stored batch's flag byte. */
export const RECORD_FLAG = { late: 1, clockCorrected: 2 } as const

/** Written before a block: whose its samples are. */
export const BLOCK_SUBJECT = {
  /** That of its first series. */
  ofSeries: 0,
  /** A text of its own follows. */
  written: 1,
} as const
