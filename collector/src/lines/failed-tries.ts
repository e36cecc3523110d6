interface Tries {
  count: number
  sinceMs: number
}

const WINDOW_MS = 60_000
const ALLOWED = 10
/** Addresses that are remembered; beyond it the oldest are forgotten. */
const MAX_ADDRESSES = 10_000

/** Counts who shows tokens that are none: beyond ten in a minute an address is told to wait. A token that is one passes all the same. */
export class FailedTries {
  readonly #monotonicMs: () => number
  readonly #byAddress = new Map<string, Tries>()

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
  }

  /** One more of an address. Returns in how many seconds it may try again; undefined: it isn't over the limit. */
  add(address: string): number | undefined {
    const nowMs = this.#monotonicMs()
    const known = this.#byAddress.get(address)
    const isNew = known === undefined || nowMs - known.sinceMs >= WINDOW_MS
    const tries = isNew ? { count: 0, sinceMs: nowMs } : known
    if (isNew) this.#remember(address, tries)
    tries.count++
    if (tries.count <= ALLOWED) return undefined
    return Math.max(1, Math.ceil((tries.sinceMs + WINDOW_MS - nowMs) / 1000))
  }

  #remember(address: string, tries: Tries): void {
    this.#byAddress.delete(address)
    const [oldest] = this.#byAddress.keys()
    if (this.#byAddress.size >= MAX_ADDRESSES && oldest !== undefined)
      this.#byAddress.delete(oldest)
    this.#byAddress.set(address, tries)
  }
}
