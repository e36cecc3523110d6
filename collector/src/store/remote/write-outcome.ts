/** What became of lines that were sent to a store. */
export type WriteOutcome =
  | { readonly kind: 'stored' }
  /** The store can't take them now: the same lines again, later. */
  | {
      readonly kind: 'later'
      readonly reason: string
      readonly afterMs: number | undefined
      /** The store itself said nothing: its process may have ended, with what it held in memory. */
      readonly mayHaveDied: boolean
    }
  /** The store doesn't let us write: sign-in, rights or the database's name. Only a person can mend it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Some of the lines are bad in the store's eyes; the others may have been stored. `words`: the store's own. */
  | { readonly kind: 'bad-lines'; readonly words: string }
  /** More than the store takes at once. */
  | { readonly kind: 'too-long'; readonly words: string }

/** Sends lines to one store, once. */
export interface LineWriter {
  /** Never rejects, but with the signal's reason when it is given up. */
  write(lines: string, signal: AbortSignal): Promise<WriteOutcome>
}

const REFUSED = new Set([401, 402, 403, 404, 405])
const TOO_LONG = 413
const BAD_LINES = new Set([400, 422])
/** Of a proxy that reaches no store. */
const BAD_GATEWAY = 502

/**
 * An answer by its HTTP status: 2xx is stored; 400 and 422 are about lines; 401, 403 and 404 about who writes where; 413 about the length; everything else, 429 and
 * 5xx above all, is about now.
 */
export function toOutcome(
  status: number,
  words: string,
  afterMs: number | undefined,
): WriteOutcome {
  if (status >= 200 && status < 300) return { kind: 'stored' }
  const reason = `HTTP ${status}${words === '' ? '' : `: ${words}`}`
  if (BAD_LINES.has(status)) return { kind: 'bad-lines', words: reason }
  if (status === TOO_LONG) return { kind: 'too-long', words: reason }
  if (REFUSED.has(status)) return { kind: 'refused', reason }
  return { kind: 'later', reason, afterMs, mayHaveDied: status === BAD_GATEWAY }
}
