import type { LineErrorCode } from './line-error.ts'
import type { Refusals } from './refusals.ts'

/** Since the collector started, of one write token. */
export interface TokenLedger {
  writes: number
  bytes: number
  lines: number
  /** Lines that are events. */
  events: number
  /** Values that are texts: never samples, left out. */
  texts: number
  readonly refused: Map<LineErrorCode, number>
}

/** What came by line protocol, by the token that it came under. What became of the samples is in the hosts' own ledgers. */
export class WriteLedger {
  /** Tries with a token that is none. */
  failedTries = 0
  readonly #byToken = new Map<string, TokenLedger>()

  count(
    token: string,
    write: { lines: number; texts: number; events: number; bytes: number; refusals: Refusals },
  ): void {
    const known = this.#byToken.get(token)
    const ledger = known ?? {
      writes: 0,
      bytes: 0,
      lines: 0,
      events: 0,
      texts: 0,
      refused: new Map(),
    }
    if (known === undefined) this.#byToken.set(token, ledger)
    ledger.writes++
    ledger.bytes += write.bytes
    ledger.lines += write.lines
    ledger.events += write.events
    ledger.texts += write.texts
    for (const [code, count] of write.refusals.byCode)
      ledger.refused.set(code, (ledger.refused.get(code) ?? 0) + count)
  }

  [Symbol.iterator](): IterableIterator<[string, TokenLedger]> {
    return this.#byToken.entries()
  }
}
