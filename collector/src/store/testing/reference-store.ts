import type { SeriesDefinition } from '@wardround/protocol'
import type { Query, QueryResult, TagFilter } from '../query.ts'

interface ReferenceSeries {
  readonly definition: SeriesDefinition
  readonly samples: Map<number, number>
}

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
    const groups = new Map<string, { tags: Record<string, string>; members: ReferenceSeries[] }>()
    for (const series of this.#series.values()) {
      const { definition } = series
      if (definition.measurement !== query.measurement || definition.field !== query.field) continue
      const all: Record<string, string> = {
        host: definition.subject,
        ...Object.fromEntries(definition.tags),
      }
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
    const series = [...groups]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { tags, members }]) => ({ tags, points: pointsOf(query, members) }))
    return { series: series.filter(({ points }) => points.length > 0) }
  }
}

/** A key that is the same for the same tags, whatever their order. */
export function groupKey(tags: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function passes({ operator, value }: TagFilter, candidate: string): boolean {
  const matches = operator.endsWith('~')
    ? new RegExp(`^(?:${value})$`).test(candidate)
    : candidate === value
  return operator.startsWith('!') ? !matches : matches
}

type Sample = readonly [number, number]

function pointsOf(query: Query, members: readonly ReferenceSeries[]): Sample[] {
  const { aggregate, fromMs, toMs, stepMs } = query
  if (aggregate === 'raw') return members.flatMap((series) => samplesIn(series, fromMs, toMs))
  if (aggregate === 'rate') return rates(query, members)
  const all = members.flatMap((series) => samplesIn(series, fromMs, toMs))
  return [...byWindow(all, stepMs)].map(([startMs, samples]) => [
    startMs,
    valueOf(aggregate, samples),
  ])
}

function samplesIn({ samples }: ReferenceSeries, fromMs: number, toMs: number): Sample[] {
  return [...samples].filter(([at]) => at >= fromMs && at < toMs).toSorted(([a], [b]) => a - b)
}

/** The samples of each window that has any, by its start, rising. */
function byWindow(samples: readonly Sample[], stepMs: number): Map<number, Sample[]> {
  const windows = new Map<number, Sample[]>()
  for (const sample of samples) {
    const startMs = Math.floor(sample[0] / stepMs) * stepMs
    const window = windows.get(startMs)
    if (window === undefined) windows.set(startMs, [sample])
    else window.push(sample)
  }
  return new Map([...windows].toSorted(([a], [b]) => a - b))
}

function valueOf(aggregate: string, samples: readonly Sample[]): number {
  const values = samples.map(([, value]) => value)
  const times = samples.map(([at]) => at)
  const sum = values.reduce((total, value) => total + value, 0)
  const edge = aggregate === 'first' ? Math.min(...times) : Math.max(...times)
  switch (aggregate) {
    case 'mean':
      return sum / values.length
    case 'sum':
      return sum
    case 'count':
      return values.length
    case 'min':
      return Math.min(...values)
    case 'max':
      return Math.max(...values)
    default:
      return Math.max(...samples.filter(([at]) => at === edge).map(([, value]) => value))
  }
}

function rates({ fromMs, toMs, stepMs }: Query, members: readonly ReferenceSeries[]): Sample[] {
  const gridMs = Math.floor(fromMs / stepMs) * stepMs
  const sums = new Map<number, number>()
  for (const series of members) {
    const windows = byWindow(samplesIn(series, gridMs - stepMs, toMs), stepMs)
    for (const [startMs, samples] of windows) {
      const before = windows.get(startMs - stepMs)?.at(-1)
      if (startMs < gridMs || before === undefined) continue
      const isCounter = series.definition.kind === 'counter'
      const rise = riseOf([before, ...samples], isCounter)
      const rate = rise / ((samples.at(-1)![0] - before[0]) / 1000)
      sums.set(startMs, (sums.get(startMs) ?? 0) + rate)
    }
  }
  return [...sums].toSorted(([a], [b]) => a - b)
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
