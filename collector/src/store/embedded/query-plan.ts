import type { SeriesTable } from '@wardround/protocol'
import { AGGREGATES, QueryError } from '../query.ts'
import type { Query } from '../query.ts'
import type { Registry } from './file-names.ts'
import type { ShapeIndex } from './shape-index.ts'
import { toTagTest } from './tag-filter.ts'
import type { TagTest } from './tag-filter.ts'
import { FINE_MS, floorTo, HOUR_MS } from './time-spans.ts'

/** What one query may cost. */
export interface QueryBounds {
  /** Series that may match. */
  readonly series: number
  /** Points of the whole answer; windows × groups, or raw samples. */
  readonly points: number
}

export const DEFAULT_BOUNDS: QueryBounds = { series: 20_000, points: 1_000_000 }

/** The column of a set in which a wanted series stands. */
export interface WantedColumn {
  readonly column: number
  readonly shape: number
}

/** A checked query, and which series it is about. */
export class QueryPlan {
  readonly query: Query
  readonly bounds: QueryBounds
  /** Start of the first window. */
  readonly gridMs: number
  /** Windows, from `gridMs` on. */
  readonly windows: number
  /** Samples in [readFromMs, query.toMs) are looked at: a rate needs the window before the first. */
  readonly readFromMs: number
  readonly #registry: Registry
  readonly #index: ShapeIndex
  readonly #hostTests: readonly TagTest[]
  readonly #tagTests: readonly { tag: string; passes: TagTest }[]
  #shapes: ReadonlySet<number> | undefined
  readonly #columns = new Map<number, readonly WantedColumn[]>()

  /** @throws QueryError */
  constructor(query: Query, registry: Registry, index: ShapeIndex, bounds: QueryBounds) {
    check(query)
    this.query = query
    this.bounds = bounds
    this.#registry = registry
    this.#index = index
    const isRaw = query.aggregate === 'raw'
    this.gridMs = floorTo(query.fromMs, query.stepMs)
    this.windows = isRaw ? 1 : Math.ceil((query.toMs - this.gridMs) / query.stepMs)
    if (this.windows > bounds.points) throw tooManyPoints(this.windows, bounds.points)
    this.readFromMs = query.aggregate === 'rate' ? this.gridMs - query.stepMs : query.fromMs
    const tests = query.where.map((filter) => ({ tag: filter.tag, passes: toTagTest(filter) }))
    this.#hostTests = tests.filter(({ tag }) => tag === 'host').map(({ passes }) => passes)
    this.#tagTests = tests.filter(({ tag }) => tag !== 'host')
  }

  /** Rollups that answer the step exactly. */
  get canUseFine(): boolean {
    return this.query.aggregate !== 'raw' && this.query.stepMs % FINE_MS === 0
  }

  get canUseCoarse(): boolean {
    return this.query.aggregate !== 'raw' && this.query.stepMs % HOUR_MS === 0
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
    const shown =
      this.query.aggregate === 'raw' ? ['host', ...tags.map(([key]) => key)] : this.query.groupBy
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

  /** The window of a time; below 0 for the window before the first. The time must be in the range that is looked at. */
  windowOf(timeMs: number): number {
    return this.query.aggregate === 'raw'
      ? 0
      : Math.floor((timeMs - this.gridMs) / this.query.stepMs)
  }

  /** Looked for at the first need: by then the files in question are open and their shapes known. */
  #findShapes(): ReadonlySet<number> {
    const { measurement, field } = this.query
    this.#shapes ??= new Set(
      this.#index
        .find(measurement, field)
        .filter((shape) =>
          this.#tagTests.every(({ tag, passes }) => passes(this.tagOf(shape, tag))),
        ),
    )
    return this.#shapes
  }

  /** Where a window ends. */
  endOf(window: number): number {
    if (this.query.aggregate === 'raw') return Infinity
    return this.gridMs + (window + 1) * this.query.stepMs
  }

  get #table(): SeriesTable {
    return this.#registry.series
  }
}

export function tooManyPoints(points: number, allowed: number): QueryError {
  return new QueryError({
    zh: `结果至少有 ${points} 个点，超过上限 ${allowed}；请加大 step、缩短时间范围或减少分组`,
    en: `The answer would have ${points} points or more, above ${allowed}: choose a longer step, a shorter time or fewer groups`,
  })
}

export function tooManySeries(allowed: number): QueryError {
  return new QueryError({
    zh: `匹配的时间序列超过 ${allowed} 条；请用 where 缩小范围，例如限定一台主机或一个项目`,
    en: `More than ${allowed} series match: narrow the query with where, for example to one host or project`,
  })
}

function check(query: Query): void {
  const { fromMs, toMs, stepMs, aggregate } = query
  if (!AGGREGATES.includes(aggregate)) {
    throw new QueryError({
      zh: `aggregate：没有“${aggregate}”；应为 ${AGGREGATES.join('、')} 之一`,
      en: `aggregate: "${aggregate}" is unknown; one of ${AGGREGATES.join(', ')}`,
    })
  }
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs) || fromMs >= toMs) {
    throw new QueryError({
      zh: `from（${fromMs}）必须早于 to（${toMs}）`,
      en: `from (${fromMs}) must be a time before to (${toMs})`,
    })
  }
  if (aggregate !== 'raw' && (!Number.isSafeInteger(stepMs) || stepMs < 1)) {
    throw new QueryError({
      zh: `step：${stepMs} 毫秒；应为大于 0 的整数毫秒`,
      en: `step: ${stepMs} ms; a whole number of milliseconds above 0 is expected`,
    })
  }
}
