import type { SeriesTable } from '@wardround/protocol'
import {
  beyondRaw,
  checkQuery,
  QueryError,
  tooManyPoints,
  toProjectTest,
  toTagTest,
  windowsOf,
} from '@wardround/query'
import type { Query, TagTest, Windows } from '@wardround/query'
import type { Registry } from './file-names.ts'
import type { ShapeIndex } from './shape-index.ts'
import { FINE_MS, HOUR_MS } from './time-spans.ts'

/** What one query may cost. */
export interface QueryBounds {
  /** Series that may match. */
  readonly series: number
  /** Points of the whole answer; windows × groups, or raw samples. */
  readonly points: number
  /** Samples that a percentile keeps to choose among. */
  readonly percentileSamples: number
}

export const DEFAULT_BOUNDS: QueryBounds = {
  series: 20_000,
  points: 1_000_000,
  percentileSamples: 5_000_000,
}

/** The column of a set in which a wanted series stands. */
export interface WantedColumn {
  readonly column: number
  readonly shape: number
}

/** What a query is planned with. */
export interface PlanContext {
  readonly registry: Registry
  readonly index: ShapeIndex
  readonly bounds: QueryBounds
  /** Raw data are kept from here on. */
  readonly rawSinceMs: number
  /** Each series is a group of its own. */
  readonly eachSeries: boolean
}

/** A checked query, and which series it is about. */
export class QueryPlan {
  readonly query: Query
  readonly bounds: QueryBounds
  /** Rollups that may answer some of the hours exactly: those in which no window ends within one of them, see areWhole. */
  readonly canUseFine: boolean
  readonly canUseCoarse: boolean
  /** None with `raw`. */
  readonly windows: Windows | undefined
  /** Samples in [readFromMs, query.toMs) are looked at: a rate needs the window before the first. */
  readonly readFromMs: number
  readonly #registry: Registry
  readonly #index: ShapeIndex
  readonly #hostTests: readonly TagTest[]
  readonly #eachSeries: boolean
  readonly #tagTests: readonly { tag: string; passes: TagTest }[]
  #shapes: ReadonlySet<number> | undefined
  readonly #columns = new Map<number, readonly WantedColumn[]>()

  /** @throws QueryError */
  constructor(query: Query, { registry, index, bounds, rawSinceMs, eachSeries }: PlanContext) {
    checkQuery(query)
    this.query = query
    this.bounds = bounds
    this.#eachSeries = eachSeries || query.aggregate === 'raw'
    this.#registry = registry
    this.#index = index
    this.windows = query.aggregate === 'raw' ? undefined : windowsOf(query)
    if (this.windowCount > bounds.points) throw tooManyPoints(this.windowCount, bounds.points)
    const isRate = query.aggregate === 'rate' && this.windows !== undefined
    this.readFromMs = isRate ? this.windows.beforeMs : query.fromMs
    if (query.aggregate === 'percentile' && query.fromMs < rawSinceMs)
      throw beyondRaw(query.fromMs, rawSinceMs)
    this.canUseFine = this.#areAsLongAs(FINE_MS)
    this.canUseCoarse = this.#areAsLongAs(HOUR_MS)
    const tests = [
      { tag: 'project', passes: toProjectTest(query.projects) },
      ...query.where.map((filter) => ({ tag: filter.tag, passes: toTagTest(filter) })),
    ]
    this.#hostTests = tests.filter(({ tag }) => tag === 'host').map(({ passes }) => passes)
    this.#tagTests = tests.filter(({ tag }) => tag !== 'host')
  }

  /** Whether windows can be made of rollups of a span, and rollups say what is asked. */
  #areAsLongAs(spanMs: number): boolean {
    const { aggregate } = this.query
    if (aggregate === 'raw' || aggregate === 'percentile') return false
    return (this.windows?.runs ?? []).every(({ stepMs }) => stepMs >= spanMs)
  }

  /** Whether between two times no window ends within a rollup of a span: each rollup is of one window. */
  areWhole(spanMs: number, { fromMs, toMs }: { fromMs: number; toMs: number }): boolean {
    const { windows } = this
    if (windows === undefined) return false
    let window = windows.indexOf(fromMs)
    for (let endMs = windows.endOf(window); endMs < toMs; endMs = windows.endOf(++window))
      if (endMs % spanMs !== 0) return false
    return true
  }

  /** Windows of each series of the answer; 1 with `raw`. */
  get windowCount(): number {
    return this.windows?.count ?? 1
  }

  wantsSubject(subject: number): boolean {
    const host = this.#registry.series.subject(subject)
    return this.#hostTests.every((passes) => passes(host))
  }

  /** Where a set has wanted series. */
  columnsOf(set: number): readonly WantedColumn[] {
    let columns = this.#columns.get(set)
    if (columns === undefined) {
      const shapes = this.#findShapes()
      columns = [...this.#registry.sets.shapes(set)].flatMap((shape, column) =>
        shapes.has(shape) ? [{ column, shape }] : [],
      )
      this.#columns.set(set, columns)
    }
    return columns
  }

  /** Those of the sets that have wanted series. */
  wantedSets(sets: Iterable<number>): Set<number> {
    const wanted = new Set<number>()
    for (const set of sets) if (this.columnsOf(set).length > 0) wanted.add(set)
    return wanted
  }

  isCounter(shape: number): boolean {
    return this.#table.shape(shape).kind === 'counter'
  }

  /** The tags that the answer shows for a series. */
  tagsOf(subject: number, shape: number): Record<string, string> {
    const tags = this.#table.shape(shape).tags
    const shown = this.#eachSeries ? ['host', ...tags.map(([key]) => key)] : this.query.groupBy
    const found: Record<string, string> = {}
    for (const tag of shown) {
      const value = tag === 'host' ? this.#table.subject(subject) : this.tagOf(shape, tag)
      if (value !== '') found[tag] = value
    }
    return found
  }

  /** '' where the shape has no such tag. */
  tagOf(shape: number, tag: string): string {
    return this.#table.shape(shape).tags.find(([key]) => key === tag)?.[1] ?? ''
  }

  fieldOf(shape: number): string {
    return this.#table.shape(shape).field
  }

  /** The window of a time; below 0 for the window before the first. The time must be in the range that is looked at. */
  windowOf(timeMs: number): number {
    return this.windows?.indexOf(timeMs) ?? 0
  }

  /** Looked for at the first need: by then the files in question are open and their shapes known. */
  #findShapes(): ReadonlySet<number> {
    const { measurement, fields } = this.query
    this.#shapes ??= new Set(
      fields
        .flatMap((field) => this.#index.find(measurement, field))
        .filter((shape) =>
          this.#tagTests.every(({ tag, passes }) => passes(this.tagOf(shape, tag))),
        ),
    )
    return this.#shapes
  }

  /** Where a window ends. */
  endOf(window: number): number {
    return this.windows?.endOf(window) ?? Infinity
  }

  get #table(): SeriesTable {
    return this.#registry.series
  }
}

export function tooManySeries(allowed: number): QueryError {
  return new QueryError({
    zh: `匹配的时间序列超过 ${allowed} 条；请用 where 缩小范围，例如限定一台主机或一个项目`,
    en: `More than ${allowed} series match: narrow the query with where, for example to one host or project`,
  })
}

export function tooManySamples(allowed: number): QueryError {
  return new QueryError({
    zh: `百分位数需要的样本超过 ${allowed} 个；请缩短时间范围，或用 where 缩小范围`,
    en: `The percentile is of more than ${allowed} samples: choose a shorter time, or narrow the query with where`,
  })
}
