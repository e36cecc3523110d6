import type { SampleBlock, SeriesTable } from '@wardround/protocol'
import type { Part } from './part.ts'
import type { SiteSubject } from './site-parts.ts'

/** Lists of series that are kept to be used again: what is due together at one time is due together at many. */
const KEPT_LISTS = 48

/** Makes the blocks of one subject: who is due says what, rounded as an agent rounds it. */
export class BlockBuilder {
  readonly #subject: string
  readonly #parts: readonly Part[]
  readonly #table: SeriesTable
  readonly #series = new Map<
    Part,
    Map<string, { readonly number: number; readonly inverse: number }>
  >()
  #numbers = new Uint32Array(64)
  #values = new Float64Array(64)
  #lists: Uint32Array[] = []

  constructor({ subject, parts }: SiteSubject, table: SeriesTable) {
    this.#subject = subject
    this.#parts = parts
    this.#table = table
  }

  /** What is due at a time; undefined: nothing is. */
  build(timeMs: number, isDue: (part: Part) => boolean): SampleBlock | undefined {
    let count = 0
    for (const part of this.#parts) {
      const fields = isDue(part) ? part.sample(timeMs) : undefined
      if (fields === undefined) continue
      const known = this.#seriesOf(part)
      for (const name in fields) {
        const value = fields[name]
        if (value === undefined) continue
        if (count === this.#values.length) this.#grow()
        const { number, inverse } = known.get(name) ?? this.#define(part, known, name)
        this.#numbers[count] = number
        this.#values[count++] = Math.round(value * inverse) / inverse
      }
    }
    if (count === 0) return undefined
    return {
      subject: this.#subject,
      timeMs,
      series: this.#listOf(count),
      values: this.#values.slice(0, count),
    }
  }

  #seriesOf(part: Part) {
    const known = this.#series.get(part)
    if (known !== undefined) return known
    const fresh = new Map<string, { readonly number: number; readonly inverse: number }>()
    this.#series.set(part, fresh)
    return fresh
  }

  #define(
    part: Part,
    known: Map<string, { readonly number: number; readonly inverse: number }>,
    name: string,
  ) {
    const { shape, inverse } = part.field(name)
    const series = { number: this.#table.intern({ subject: this.#subject, ...shape }), inverse }
    known.set(name, series)
    return series
  }

  #grow(): void {
    const [numbers, values] = [this.#numbers, this.#values]
    this.#numbers = new Uint32Array(2 * numbers.length)
    this.#values = new Float64Array(2 * values.length)
    this.#numbers.set(numbers)
    this.#values.set(values)
  }

  /** The same list again where it was there before. */
  #listOf(count: number): Uint32Array {
    const found = this.#lists.find((list) => list.length === count && this.#isEqual(list))
    if (found !== undefined) return found
    const list = this.#numbers.slice(0, count)
    this.#lists = [list, ...this.#lists.slice(0, KEPT_LISTS - 1)]
    return list
  }

  #isEqual(list: Uint32Array): boolean {
    for (let at = 0; at < list.length; at++) if (list[at] !== this.#numbers[at]) return false
    return true
  }
}
