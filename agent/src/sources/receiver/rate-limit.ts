/** Senders that are told apart; forged addresses share what is left. */
const MAX_SENDERS = 2_048
const BURST_SECONDS = 10
/** How often those that are idle are looked for, where there are too many: with each packet it would cost more than the packet. */
const FORGET_EVERY_MS = 1_000

interface Bucket {
  tokens: number
  atMs: number
}

/** So many of one sender in a second, ten times that in a burst. */
export class RateLimit {
  readonly #perSecond: number
  readonly #buckets = new Map<string, Bucket>()
  #forgottenAtMs = -Infinity

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Whether one more may be taken. */
  take(sender: string, monotonicMs: number): boolean {
    const bucket = this.#bucket(sender, monotonicMs)
    const most = BURST_SECONDS * this.#perSecond
    const gained = ((monotonicMs - bucket.atMs) / 1000) * this.#perSecond
    bucket.tokens = Math.min(most, bucket.tokens + Math.max(0, gained))
    bucket.atMs = monotonicMs
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  #bucket(sender: string, monotonicMs: number): Bucket {
    const known = this.#buckets.get(sender)
    if (known !== undefined) return known
    if (this.#buckets.size >= MAX_SENDERS) this.#forgetIdle(monotonicMs)
    const name = this.#buckets.size >= MAX_SENDERS ? '' : sender
    const bucket = this.#buckets.get(name) ?? {
      tokens: BURST_SECONDS * this.#perSecond,
      atMs: monotonicMs,
    }
    this.#buckets.set(name, bucket)
    return bucket
  }

  /** Those whose bucket is full again are as good as new. */
  #forgetIdle(monotonicMs: number): void {
    if (monotonicMs - this.#forgottenAtMs < FORGET_EVERY_MS) return
    this.#forgottenAtMs = monotonicMs
    for (const [sender, { atMs }] of this.#buckets)
      if (sender !== '' && monotonicMs - atMs > BURST_SECONDS * 1000) this.#buckets.delete(sender)
  }
}
