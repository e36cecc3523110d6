import type { Clocks } from '../../clocks.ts'

/** An answer that is dear to get: good for a while. A failure is none, and is asked again at the next turn. */
export class SlowAnswer<T> {
  readonly #forMs: number
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  #last: { readonly value: T; readonly untilMs: number } | undefined

  constructor(forMs: number, clocks: Pick<Clocks, 'monotonicMs'>) {
    this.#forMs = forMs
    this.#clocks = clocks
  }

  async get(ask: () => Promise<T>): Promise<T> {
    const last = this.#last
    if (last !== undefined && this.#clocks.monotonicMs() < last.untilMs) return last.value
    const value = await ask()
    this.#last = { value, untilMs: this.#clocks.monotonicMs() + this.#forMs }
    return value
  }
}
