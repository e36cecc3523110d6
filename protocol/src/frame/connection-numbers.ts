/**
 * Which of a table's series has which number of a connection, both ways. 4 bytes for each number of the table between the connection's lowest and
 * highest series, and 4 for each of its series: of a table that many connections share, each pays for its own part.
 */
export class ConnectionNumbers {
  /** Connection number + 1 by series − #base; 0 = none yet. */
  #numbers = new Uint32Array(0)
  #base = 0
  /** Series by connection number. */
  #series = new Uint32Array(0)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The number of a series, −1 where it has none. */
  numberOf(series: number): number {
    return (this.#numbers[series - this.#base] ?? 0) - 1
  }

  /** The series that has a number, −1 where there is none. */
  seriesOf(number: number): number {
    return number < this.#count ? (this.#series[number] ?? -1) : -1
  }

  /** Gives the next number to a series that has none. */
  add(series: number): void {
    this.#cover(series)
    if (this.#count === this.#series.length) {
      this.#series = moved(this.#series, 0, grownLength(this.#count))
    }
    this.#series[this.#count++] = series
    this.#numbers[series - this.#base] = this.#count
  }

  /** Makes #numbers reach to a series. */
  #cover(series: number): void {
    const { length } = this.#numbers
    if (length === 0) this.#base = series
    if (series < this.#base) {
      const base = Math.max(0, series - (length >> 1))
      this.#numbers = moved(this.#numbers, this.#base - base, this.#base - base + length)
      this.#base = base
    } else if (series - this.#base >= length) {
      const needed = series - this.#base + 1
      this.#numbers = moved(this.#numbers, 0, Math.max(needed, grownLength(length)))
    }
  }
}

function grownLength(length: number): number {
  return Math.max(64, length + (length >> 1))
}

/** A longer copy in which everything has moved up by `by`. */
function moved(
  array: Uint32Array<ArrayBuffer>,
  by: number,
  length: number,
): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length)
  larger.set(array, by)
  return larger
}
