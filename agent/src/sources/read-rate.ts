/** What the bucket needs of time. */
export interface RateTime {
  monotonicMs(): number
  after(delayMs: number, callback: () => void): () => void
}

/**
 * Keeps reading at or below a rate: whoever wants to read so many bytes waits until all that was read before has been paid for by time. Time that
 * went by unused is not saved up, so that in no stretch of time more is read than rate × time and one piece.
 */
export class ReadRate {
  readonly #bytesPerMs: number
  readonly #time: RateTime
  #freeAtMs = -Infinity

  constructor(bytesPerSecond: number, time: RateTime) {
    this.#bytesPerMs = bytesPerSecond / 1000
    this.#time = time
  }

  /** Comes back when a piece of this size may be read. For one reader: the next piece is asked for when this one was read. */
  async take(bytes: number): Promise<void> {
    const nowMs = this.#time.monotonicMs()
    const startMs = Math.max(nowMs, this.#freeAtMs)
    this.#freeAtMs = startMs + bytes / this.#bytesPerMs
    if (startMs > nowMs)
      await new Promise<void>((resolve) => this.#time.after(startMs - nowMs, resolve))
  }

  /** Size of the pieces: small enough that a slow rate still moves several times a second. */
  get pieceBytes(): number {
    const quarterSecond = Math.floor(this.#bytesPerMs * 250)
    return Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, quarterSecond))
  }
}

const SMALLEST_PIECE = 4096
const LARGEST_PIECE = 1024 * 1024
