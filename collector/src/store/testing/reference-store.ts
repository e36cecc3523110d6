import type { SeriesDefinition } from '@wardround/protocol'
import type { Query, QueryResult, TagFilter } from '@wardround/query'
import { referenceWindows } from './reference-windows.ts'
import type { ReferenceWindow } from './reference-windows.ts'

interface ReferenceSeries {
  readonly definition: SeriesDefinition
  readonly samples: Map<number, number>
}

type Answer = QueryResult['series'][number]

/** What a store is: a Map of samples, searched from end to end for each question. Slow and plain, so that it can be believed. */
export class ReferenceStore {
  readonly #series = new Map<string, ReferenceSeries>()

  /** The first value of a series and time stays. */
  write(definition: SeriesDefinition, timeMs: number, value: number): void {
    const key = JSON.stringify(definition)
    const series = this.#series.get(key) ?? { definition, samples: new Map<number, number>() }
    this.#series.set(key, series)
    if (!series.samples.has(timeMs)) series.samples.set(timeMs, value)
  }

  get samples(): number {
    return [...this.#series.values()].reduce((sum, { samples }) => sum + samples.size, 0)
  }

  query(query: Query): QueryResult {
    const windows = query.aggregate === 'raw' ? [] : referenceWindows(query)
    const series = query.fields.flatMap((field) => {
      const found = this.#groups(query, field)
        .map(({ tags, members }) => ({ field, tags, points: pointsOf(query, windows, members) }))
        .filter(({ points }) => points.length > 0)
      return topOf(query, found).map((one) => fill(query, windows, one))
    })
    return { series }
  }

  #groups(query: Query, field: string) {
    const groups = new Map<string, { tags: Record<string, string>; members: ReferenceSeries[] }>()
    for (const series of this.#series.values()) {
      const { definition } = series
      if (definition.measurement !== query.measurement || definition.field !== field) continue
      const all: Record<string, string> = {
        host: definition.subject,
        ...Object.fromEntries(definition.tags),
      }
      if (query.projects !== 'all' && !query.projects.includes(all['project'] ?? '')) continue
      if (!query.where.every((filter) => passes(filter, all[filter.tag] ?? ''))) continue
      const shown = query.aggregate === 'raw' ? Object.keys(all) : query.groupBy
      const tags = Object.fromEntries(
        shown.flatMap((tag) =>
          all[tag] === undefined || all[tag] === '' ? [] : [[tag, all[tag]]],
        ),
      )
      const key = groupKey(tags)
      const group = groups.get(key) ?? { tags, members: [] }
      groups.set(key, group)
      group.members.push(series)
    }
    return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  }
}

/** A key that is the same for the same tags, whatever their order. */
export function groupKey(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function passes(filter: TagFilter, candidate: string): boolean {
  if (filter.operator === 'in') return filter.values.includes(candidate)
  const { operator, value } = filter
  const matches = operator.endsWith('~')
    ? new RegExp(`^(?:${value})$`, 's').test(candidate)
    : candidate === value
  return operator.startsWith('!') ? !matches : matches
}

type Sample = readonly [number, number]

function pointsOf(
  query: Query,
  windows: readonly ReferenceWindow[],
  members: readonly ReferenceSeries[],
): Sample[] {
  const { aggregate, fromMs, toMs } = query
  if (aggregate === 'raw') return members.flatMap((series) => samplesIn(series, fromMs, toMs))
  if (aggregate === 'rate') return rates(query, windows, members)
  return windows.slice(1).flatMap(({ startMs, endMs }) => {
    const [from, to] = [Math.max(startMs, fromMs), Math.min(endMs, toMs)]
    const samples = members.flatMap((series) => samplesIn(series, from, to))
    return samples.length === 0 ? [] : [[startMs, valueOf(query, samples)] as const]
  })
}

function samplesIn({ samples }: ReferenceSeries, fromMs: number, toMs: number): Sample[] {
  return [...samples].filter(([at]) => at >= fromMs && at < toMs).toSorted(([a], [b]) => a - b)
}

function valueOf({ aggregate, percentile = 0 }: Query, samples: readonly Sample[]): number {
  const values = samples.map(([, value]) => value)
  const times = samples.map(([at]) => at)
  const sum = values.reduce((total, value) => total + value, 0)
  const edge = aggregate === 'first' ? Math.min(...times) : Math.max(...times)
  if (aggregate === 'mean') return sum / values.length
  if (aggregate === 'sum') return sum
  if (aggregate === 'count') return values.length
  if (aggregate === 'min') return Math.min(...values)
  if (aggregate === 'max') return Math.max(...values)
  if (aggregate === 'percentile') {
    const rank = Math.max(1, Math.floor((values.length * percentile) / 100 + 0.5))
    return values.toSorted((a, b) => a - b)[rank - 1]!
  }
  return Math.max(...samples.filter(([at]) => at === edge).map(([, value]) => value))
}

function rates(
  { toMs }: Query,
  windows: readonly ReferenceWindow[],
  members: readonly ReferenceSeries[],
): Sample[] {
  return windows.slice(1).flatMap(({ startMs, endMs }, i) => {
    const found = members.flatMap((series) => {
      const before = samplesIn(series, windows[i]!.startMs, windows[i]!.endMs).at(-1)
      const samples = samplesIn(series, startMs, Math.min(endMs, toMs))
      if (before === undefined || samples.length === 0) return []
      const isCounter = series.definition.kind === 'counter'
      return [riseOf([before, ...samples], isCounter) / ((samples.at(-1)![0] - before[0]) / 1000)]
    })
    return found.length === 0 ? [] : [[startMs, found.reduce((sum, rate) => sum + rate, 0)]]
  })
}

function riseOf(samples: readonly Sample[], isCounter: boolean): number {
  let rise = 0
  for (const [index, [, value]] of samples.entries()) {
    if (index === 0) continue
    const before = samples[index - 1]![1]
    rise += isCounter && value < before ? value : value - before
  }
  return rise
}

function topOf({ top }: Query, series: readonly Answer[]): readonly Answer[] {
  if (top === undefined) return series
  const rank = ({ points }: Answer): number => {
    const values = points.map(([, value]) => value ?? Number.NaN)
    if (top.by === 'last') return values.at(-1)!
    if (top.by === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length
    return top.by === 'max' ? Math.max(...values) : Math.min(...values)
  }
  const sorted = series.toSorted((a, b) =>
    top.order === 'lowest' ? rank(a) - rank(b) : rank(b) - rank(a),
  )
  return sorted.slice(0, top.count)
}

function fill(query: Query, windows: readonly ReferenceWindow[], series: Answer): Answer {
  if (query.fill === undefined || query.fill === 'none') return series
  const values = new Map(series.points)
  let previous: number | null = null
  const points = windows.slice(1).map(({ startMs }): readonly [number, number | null] => {
    const value = values.get(startMs) ?? null
    previous = value ?? previous
    return [startMs, query.fill === 'previous' ? previous : value]
  })
  return {
    ...series,
    points: query.fill === 'null' ? points : points.filter(([, value]) => value !== null),
  }
}
