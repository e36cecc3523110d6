import type { InFlight, Pausable } from './in-flight.ts'

export interface WindowLimits {
  readonly batches: number
  readonly bytes: number
}

/**
 * What one connection has sent and the collector hasn't made durable: bounded by the window that `welcome` named. Define frames count with the
 * batch that follows them; one batch always fits.
 */
export class Window {
  readonly #limits: WindowLimits
  readonly #total: InFlight
  readonly #connection: Pausable
  #batches = 0
  #bytes = 0
  #definitionBytes = 0

  constructor(limits: WindowLimits, total: InFlight, connection: Pausable) {
    this.#limits = limits
    this.#total = total
    this.#connection = connection
  }

  get batches(): number {
    return this.#batches
  }

  takeDefinitions(bytes: number): void {
    this.#definitionBytes += bytes
    this.#total.take(bytes, this.#connection)
  }

  /** A batch frame came: the bytes to give to release() once it is done with; undefined when it exceeds the window. */
  takeBatch(bytes: number): number | undefined {
    const taken = bytes + this.#definitionBytes
    const fits = this.#batches < this.#limits.batches && this.#bytes + taken <= this.#limits.bytes
    if (!fits && this.#batches > 0) return undefined
    this.#definitionBytes = 0
    this.#batches++
    this.#bytes += taken
    this.#total.take(bytes, this.#connection)
    return taken
  }

  release(taken: number): void {
    this.#batches--
    this.#bytes -= taken
    this.#total.release(taken)
  }

  /** The connection is gone: definitions that no batch followed no longer count. */
  close(): void {
    this.#total.release(this.#definitionBytes)
    this.#definitionBytes = 0
    this.#total.forget(this.#connection)
  }
}
