/** What has a place: a program that runs. */
export interface Occupant {
  /** Resolves when it left its place. */
  readonly gone: Promise<void>
  /** It had its time, and may hang in the kernel: there is no use in waiting for it for long. */
  readonly isGivenUp: boolean
}

/** A program that was ended takes a moment to go; one that hangs in the kernel stays. */
const GRACE_MS = 2_000

/** Places by name, each for one occupant at a time. One that hangs keeps its place until it is gone. */
export class OneAtATime<O extends Occupant> {
  readonly #occupants = new Map<string, O>()

  get occupants(): Iterable<O> {
    return this.#occupants.values()
  }

  /**
   * Begins when the place is free; `begin` takes it, by occupy().
   * @throws what `taken` gives, where whoever has the place does not leave it: in the time that the signal allows, or soon once it is given up
   */
  async begin<T>(
    name: string,
    signal: AbortSignal,
    { begin, taken }: { readonly begin: () => Promise<T>; readonly taken: () => Error },
  ): Promise<T> {
    // Finding the place free and taking it happen in one go: no await stands between them.
    for (let other = this.#occupants.get(name); other; other = this.#occupants.get(name)) {
      const { isGivenUp } = other
      await Promise.race([other.gone, aborted(isGivenUp ? soon(signal) : signal)])
      if (this.#occupants.get(name) === other && (isGivenUp || signal.aborted)) throw taken()
    }
    return await begin()
  }

  occupy(name: string, occupant: O): void {
    this.#occupants.set(name, occupant)
    void occupant.gone.then(() => this.#occupants.delete(name))
  }
}

function soon(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(GRACE_MS)])
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
