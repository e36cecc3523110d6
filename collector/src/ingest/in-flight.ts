/** A connection that can be told to stop reading, so that what it sends waits in the line. */
export interface Pausable {
  pause(): void
  resume(): void
}

/** Bytes of all batches that were received and aren't durable yet; beyond the bound no connection is read. */
export class InFlight {
  readonly #maxBytes: number
  readonly #paused = new Set<Pausable>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get pausedConnections(): number {
    return this.#paused.size
  }

  /** More was received on a connection; over the bound the connection is paused. */
  take(bytes: number, from: Pausable): void {
    this.#bytes += bytes
    if (this.#bytes <= this.#maxBytes || this.#paused.has(from)) return
    this.#paused.add(from)
    from.pause()
  }

  /** So much has become durable or was given up. */
  release(bytes: number): void {
    this.#bytes -= bytes
    if (this.#paused.size === 0 || this.#bytes > this.#maxBytes / 2) return
    for (const connection of this.#paused) connection.resume()
    this.#paused.clear()
  }

  forget(connection: Pausable): void {
    this.#paused.delete(connection)
  }
}
