/** Statements of one request. */
export const MAX_STATEMENTS = 200
/** Values in one request's answer. */
export const MAX_POINTS = 1_000_000
/** Rows of a piece of a chunked answer, where nobody says how many. */
export const DEFAULT_CHUNK_ROWS = 10_000
