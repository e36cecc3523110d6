import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelAnswer } from './panel-answer.ts'

export type Cell = number | string | undefined
export type Row = ReadonlyMap<string, Cell>

interface Transformation {
  readonly id: string
  readonly options: TransformationOptions
}

interface TransformationOptions {
  readonly reduce?: { readonly include: readonly string[] }
  readonly alias?: string
  readonly filters?: readonly {
    readonly fieldName: string
    readonly config: { readonly id: string; readonly options: { readonly value: number } }
  }[]
  readonly indexByName?: Readonly<Record<string, number>>
}

/** A table as Grafana makes it of its queries' answers, by the transformations that our boards use. */
export function toTable(
  panel: Panel,
  answers: readonly PanelAnswer[],
): { readonly columns: readonly string[]; readonly rows: readonly Row[] } {
  let rows = merge(answers)
  let columns = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  for (const { id, options } of transformationsOf(panel)) {
    if (id === 'filterByValue') rows = rows.filter((row) => isKept(row, options))
    else if (id === 'calculateField') {
      rows = rows.map((row) => withHighest(row, options))
      columns.push(options.alias ?? '')
    } else if (id === 'organize') columns = inOrder(columns, options.indexByName ?? {})
  }
  return { columns, rows }
}

function transformationsOf({ transformations = [] }: Panel): readonly Transformation[] {
  return transformations
}

/** Rows with the same tags become one. */
function merge(answers: readonly PanelAnswer[]): Map<string, Cell>[] {
  const rows = new Map<string, Map<string, Cell>>()
  for (const { series } of answers)
    for (const { tags = {}, columns, values } of series) {
      const key = JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      const row = rows.get(key) ?? new Map<string, Cell>(Object.entries(tags))
      rows.set(key, row)
      const last = values.at(-1) ?? []
      for (const [at, column] of columns.entries())
        if (column !== 'time') row.set(column, last[at] ?? undefined)
    }
  return [...rows.values()]
}

const TESTS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  equal: (value, bound) => value === bound,
  greater: (value, bound) => value > bound,
  greaterOrEqual: (value, bound) => value >= bound,
  lower: (value, bound) => value < bound,
  lowerOrEqual: (value, bound) => value <= bound,
}

function isKept(row: Row, { filters = [] }: TransformationOptions): boolean {
  return filters.some(({ fieldName, config }) => {
    const value = row.get(fieldName)
    const test = TESTS[config.id]
    if (test === undefined) throw new Error(`a filter "${config.id}" can't be drawn`)
    return typeof value === 'number' && test(value, config.options.value)
  })
}

function withHighest(row: Row, { reduce, alias = '' }: TransformationOptions): Map<string, Cell> {
  const values = (reduce?.include ?? []).map((name) => row.get(name))
  const numbers = values.filter((value) => typeof value === 'number')
  return new Map([...row, [alias, numbers.length === 0 ? undefined : Math.max(...numbers)]])
}

function inOrder(columns: string[], places: Readonly<Record<string, number>>): string[] {
  const placeOf = (name: string) => places[name] ?? Infinity
  return columns.toSorted((a, b) => placeOf(a) - placeOf(b) || 0)
}
