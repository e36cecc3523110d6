import type { RowTest, RowValue } from '../conditions/row-condition.ts'
import type { ResultSeries } from '../result.ts'
import type { Block, DataSource } from './data-source.ts'

/** What another SELECT gave of one measurement. */
export class SubquerySource implements DataSource {
  readonly name: string
  readonly #series: readonly ResultSeries[]
  readonly #passes: RowTest | undefined
  readonly #filtered = new Map<ResultSeries, Uint32Array | undefined>()

  /** `passes` says which rows count; without it all do. */
  constructor(name: string, series: readonly ResultSeries[], passes: RowTest | undefined) {
    this.name = name
    this.#series = series
    this.#passes = passes
  }

  async fields(): Promise<readonly string[]> {
    const names = this.#series.flatMap(({ columns }) => columns.map(({ name }) => name))
    return [...new Set(names)].toSorted()
  }

  async tags(): Promise<readonly string[]> {
    return [...new Set(this.#series.flatMap(({ tags = {} }) => Object.keys(tags)))].toSorted()
  }

  async blocks(fields: readonly string[]): Promise<readonly Block[]> {
    return this.#series.map((series) => {
      const rows = this.#rowsOf(series)
      const { tags = {}, times } = series
      return {
        tags: Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== '')),
        times: pick(times, rows),
        columns: fields.map((field) => pick(numbersOf(series, field), rows)),
      }
    })
  }

  /** Computed of the rows. */
  async windows(): Promise<undefined> {
    return undefined
  }

  async beginning(): Promise<number> {
    const firsts = this.#series.flatMap(({ times }) => [...times.subarray(0, 1)])
    return firsts.length === 0 ? 0 : Math.min(...firsts)
  }

  /** The rows that count; undefined for all. */
  #rowsOf(series: ResultSeries): Uint32Array | undefined {
    const passes = this.#passes
    if (passes === undefined) return undefined
    const known = this.#filtered.get(series)
    if (known !== undefined) return known
    const columns = new Map(series.columns.map(({ name, values }) => [name, values]))
    const found: number[] = []
    for (let row = 0; row < series.times.length; row++) {
      const names = (name: string): RowValue => {
        const value = columns.get(name)?.[row]
        if (value === undefined || value === null) return series.tags?.[name]
        return typeof value === 'number' && Number.isNaN(value) ? undefined : value
      }
      if (passes(names)) found.push(row)
    }
    const rows = Uint32Array.from(found)
    this.#filtered.set(series, rows)
    return rows
  }
}

function numbersOf({ columns, times }: ResultSeries, field: string): Float64Array {
  const values = columns.find(({ name }) => name === field)?.values
  return values instanceof Float64Array ? values : new Float64Array(times.length).fill(Number.NaN)
}

function pick(values: Float64Array, rows: Uint32Array | undefined): Float64Array {
  return rows === undefined ? values : Float64Array.from(rows, (row) => values[row]!)
}
