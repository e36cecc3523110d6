/** Which of a table's series has which number of a connection, both ways. 8 bytes a series. */
export class ConnectionNumbers {
  /** Connection number + 1 by series; 0 = none yet. */
  #numbers = new Uint32Array(64)
  /** Series by connection number. */
  #series = new Uint32Array(64)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** The number of a series, −1 where it has none. */
  numberOf(series: number): number {
    return (this.#numbers[series] ?? 0) - 1
  }

  /** The series that has a number, −1 where there is none. */
  seriesOf(number: number): number {
    return number < this.#count ? (this.#series[number] ?? -1) : -1
  }

  /** Gives the next number to a series that has none. */
  add(series: number): void {
    this.#numbers = withRoom(this.#numbers, series + 1)
    this.#series = withRoom(this.#series, this.#count + 1)
    this.#series[this.#count++] = series
    this.#numbers[series] = this.#count
  }
}

function withRoom(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const larger = new Uint32Array(Math.max(length, array.length + (array.length >> 1)))
  larger.set(array)
  return larger
}
