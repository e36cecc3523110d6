import { MAX_SERIES_LISTS } from '../limits.ts'

/*
 * The lists of series that blocks have had on a connection, in MAX_SERIES_LISTS places that are filled in turn and then anew
 * from the first: both ends do the same, so a place number names the same list at both. A block repeats the list of the
 * interval before, hence its series cost one byte.
 */

/** Ring of the last lists; `T` is what an end keeps for each. */
export class SeriesLists<T> {
  readonly #places: T[] = []
  #next = 0

  /** The list at a place, undefined where none is yet. */
  at(place: number): T | undefined {
    return this.#places[place]
  }

  /** Puts a list into the next place. */
  add(list: T): void {
    this.#places[this.#next] = list
    this.#next = (this.#next + 1) % MAX_SERIES_LISTS
  }

  /** The place of the first list that passes, or −1. */
  findIndex(test: (list: T) => boolean): number {
    return this.#places.findIndex(test)
  }
}
