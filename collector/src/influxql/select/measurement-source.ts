import { tagKey } from '@wardround/query'
import type { Aggregate, AnswerSeries, ProjectLimit, Query, TagFilter } from '@wardround/query'
import type { SeriesListing, Store } from '../../store/store.ts'
import type { Block, DataSource, Grouping, Points, Span, WindowFunction } from './data-source.ts'
import type { TimeGrid } from './time-grid.ts'

/** What statements are asked of: the store, on behalf of somebody. */
export interface StoreReader {
  readonly store: Pick<Store, 'answer' | 'series'>
  readonly projects: ProjectLimit
  readonly signal?: AbortSignal | undefined
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** What the store computes by itself. */
const OF_THE_STORE = new Map<string, Aggregate>(
  (['mean', 'min', 'max', 'sum', 'count', 'first', 'last', 'percentile'] as const).map((name) => [
    name,
    name,
  ]),
)

/** A measurement of the store. */
export class MeasurementSource implements DataSource {
  readonly name: string
  readonly #reader: StoreReader
  readonly #where: readonly TagFilter[]
  #listing: Promise<SeriesListing['measurements'][number] | undefined> | undefined
  readonly #blocks = new Map<string, Promise<readonly Block[]>>()

  constructor(name: string, where: readonly TagFilter[], reader: StoreReader) {
    this.name = name
    this.#where = where
    this.#reader = reader
  }

  async fields(): Promise<readonly string[]> {
    return (await this.#listed())?.fields ?? []
  }

  async tags(): Promise<readonly string[]> {
    return Object.keys((await this.#listed())?.tags ?? {}).toSorted()
  }

  blocks(fields: readonly string[], span: Span): Promise<readonly Block[]> {
    const key = JSON.stringify([fields, span])
    const known = this.#blocks.get(key) ?? this.#readBlocks(fields, span)
    this.#blocks.set(key, known)
    return known
  }

  async windows(
    { name, field, argument }: WindowFunction,
    span: Span,
    grouping: Grouping,
    grid: TimeGrid | undefined,
  ): Promise<readonly Points[] | undefined> {
    const aggregate = OF_THE_STORE.get(name)
    if (aggregate === undefined) return undefined
    const answer = await this.#answer(
      {
        fields: [field],
        aggregate,
        percentile: argument,
        groupBy: grouping.tags,
        ...(grid?.query ?? oneWindow(span)),
        ...span,
      },
      grouping.isAll,
    )
    const known = grouping.isAll ? await this.tags() : grouping.tags
    const tags = grouping.isAll ? allTags(known, answer) : known
    return answer.map((series) => ({
      tags: Object.fromEntries(tags.map((tag) => [tag, series.tags[tag] ?? ''])),
      times: grid === undefined ? series.times.fill(span.fromMs) : series.times,
      values: series.values,
    }))
  }

  async beginning(toMs: number): Promise<number> {
    const days = Math.ceil(toMs / DAY_MS)
    const fields = await this.fields()
    if (fields.length === 0) return 0
    const span = { fromMs: 0, toMs: days * DAY_MS }
    const answer = await this.#answer(
      { fields, aggregate: 'count', groupBy: [], stepMs: DAY_MS, ...span },
      false,
    )
    const firsts = answer.flatMap(({ times }) => [...times.subarray(0, 1)])
    return firsts.length === 0 ? 0 : Math.min(...firsts)
  }

  async #readBlocks(fields: readonly string[], span: Span): Promise<readonly Block[]> {
    if (fields.length === 0) return []
    const answer = await this.#answer(
      { fields, aggregate: 'raw', groupBy: [], stepMs: DAY_MS, ...span },
      true,
    )
    const bySeries = new Map<string, AnswerSeries[]>()
    for (const series of answer) {
      const key = tagKey(series.tags)
      const known = bySeries.get(key)
      if (known === undefined) bySeries.set(key, [series])
      else known.push(series)
    }
    return Array.from(bySeries.values(), (series) => joinFields(fields, series))
  }

  #answer(
    query: Omit<Query, 'measurement' | 'projects' | 'where'>,
    eachSeries: boolean,
  ): Promise<AnswerSeries[]> {
    const { store, projects, signal } = this.#reader
    const whole: Query = { ...query, measurement: this.name, projects, where: this.#where }
    return store.answer(whole, { signal, eachSeries })
  }

  #listed(): Promise<SeriesListing['measurements'][number] | undefined> {
    const { store, projects } = this.#reader
    this.#listing ??= store
      .series({ projects, measurement: this.name })
      .then(({ measurements }) => measurements[0])
    return this.#listing
  }
}

/** One window over the whole of a span, of hours so that rollups can answer. */
function oneWindow({ toMs }: Span): Pick<Query, 'stepMs'> {
  return { stepMs: Math.ceil(toMs / HOUR_MS) * HOUR_MS }
}

/** Those that are listed, and those of series that were not measured of late. */
function allTags(listed: readonly string[], answer: readonly AnswerSeries[]): readonly string[] {
  return [...new Set([...listed, ...answer.flatMap(({ tags }) => Object.keys(tags))])].toSorted()
}

/** The fields of one series side by side. */
function joinFields(fields: readonly string[], series: readonly AnswerSeries[]): Block {
  const [first] = series
  const { tags } = first!
  if (series.length === 1) {
    const { times, values } = first!
    const none = new Float64Array(times.length).fill(Number.NaN)
    return { tags, times, columns: fields.map((field) => (field === first!.field ? values : none)) }
  }
  const times = Float64Array.from(new Set(series.flatMap((one) => [...one.times]))).toSorted()
  const columns = fields.map((field) => {
    const own = series.find((one) => one.field === field)
    const column = new Float64Array(times.length).fill(Number.NaN)
    if (own === undefined) return column
    let row = 0
    for (const [at, timeMs] of own.times.entries()) {
      while (times[row]! < timeMs) row++
      column[row] = own.values[at]!
    }
    return column
  })
  return { tags, times, columns }
}
