/**
 * Lets so many pieces of work go on at once, the others wait their turn. Node has few threads for files: directories that hang (a dead NFS)
 * may hold these and no more of them.
 */
export class Lane {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}

/** Looks at files of all jobs. */
export const LOOKS = new Lane(2)

/** Files that are read through, one after the other: the rate holds for the host. */
export const READS_THROUGH = new Lane(1)
