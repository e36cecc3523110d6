import type { QueryResult } from '../query.ts'
import type { Accumulator, CellRows, SampleRows } from './accumulator.ts'
import { createAccumulator } from './accumulators.ts'
import { tooManyPoints, tooManySeries } from './query-plan.ts'
import type { QueryPlan } from './query-plan.ts'
import { RateAccumulator, RateSum } from './rate-accumulator.ts'

/** One series (or group) of the answer: times and values side by side. */
export interface AnswerSeries {
  readonly tags: Readonly<Record<string, string>>
  readonly times: Float64Array
  readonly values: Float64Array
}

/** Builds the answer to a query from the series of one subject after the other. */
export interface Answer {
  /** Where the samples of a series go; its rows must come in the order of time. @throws QueryError when there are too many series */
  accumulatorOf(subject: number, shape: number): Accumulator
  /** All samples of a subject have been added. */
  closeSubject(): void
  finish(): AnswerSeries[]
}

export function createAnswer(plan: QueryPlan): Answer {
  const { aggregate } = plan.query
  if (aggregate === 'raw') return new RawAnswer(plan)
  if (aggregate === 'rate') return new RateAnswer(plan)
  return new GroupAnswer(plan, aggregate)
}

export function toQueryResult(series: readonly AnswerSeries[]): QueryResult {
  return {
    series: series.map(({ tags, times, values }) => ({
      tags,
      points: Array.from(times, (timeMs, i) => [timeMs, values[i]!] as const),
    })),
  }
}

/** Groups by the tags that the answer shows. */
class Groups<T> {
  readonly #plan: QueryPlan
  readonly #create: () => T
  readonly #groups = new Map<string, { tags: Record<string, string>; group: T }>()
  #series = 0

  constructor(plan: QueryPlan, create: () => T) {
    this.#plan = plan
    this.#create = create
  }

  /** The group of one more series. */
  of(subject: number, shape: number): T {
    const { bounds, windows } = this.#plan
    if (++this.#series > bounds.series) throw tooManySeries(bounds.series)
    const tags = this.#plan.tagsOf(subject, shape)
    const key = JSON.stringify(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    let known = this.#groups.get(key)
    if (known === undefined) {
      known = { tags, group: this.#create() }
      this.#groups.set(key, known)
      const points = this.#groups.size * windows
      if (points > bounds.points) throw tooManyPoints(points, bounds.points)
    }
    return known.group
  }

  /** In the order of their tags, so that the same question has the same answer. */
  sorted(): { tags: Record<string, string>; group: T }[] {
    return [...this.#groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
  }
}

class GroupAnswer implements Answer {
  readonly #plan: QueryPlan
  readonly #groups: Groups<Accumulator>
  readonly #ofSubject = new Map<number, Accumulator>()

  constructor(plan: QueryPlan, aggregate: Parameters<typeof createAccumulator>[0]) {
    this.#plan = plan
    this.#groups = new Groups(plan, () => createAccumulator(aggregate, plan.windows))
  }

  accumulatorOf(subject: number, shape: number): Accumulator {
    let known = this.#ofSubject.get(shape)
    if (known === undefined) {
      known = this.#groups.of(subject, shape)
      this.#ofSubject.set(shape, known)
    }
    return known
  }

  closeSubject(): void {
    this.#ofSubject.clear()
  }

  finish(): AnswerSeries[] {
    return this.#groups
      .sorted()
      .map(({ tags, group }) => toSeries(this.#plan, tags, group.finish()))
      .filter(({ times }) => times.length > 0)
  }
}

class RateAnswer implements Answer {
  readonly #plan: QueryPlan
  readonly #groups: Groups<RateSum>
  readonly #ofSubject = new Map<number, { group: RateSum; rate: RateAccumulator }>()

  constructor(plan: QueryPlan) {
    this.#plan = plan
    this.#groups = new Groups(plan, () => new RateSum(plan.windows))
  }

  accumulatorOf(subject: number, shape: number): Accumulator {
    let known = this.#ofSubject.get(shape)
    if (known === undefined) {
      const rate = new RateAccumulator(this.#plan.windows, this.#plan.isCounter(shape))
      known = { group: this.#groups.of(subject, shape), rate }
      this.#ofSubject.set(shape, known)
    }
    return known.rate
  }

  closeSubject(): void {
    for (const { group, rate } of this.#ofSubject.values()) group.add(rate)
    this.#ofSubject.clear()
  }

  finish(): AnswerSeries[] {
    return this.#groups
      .sorted()
      .map(({ tags, group }) => toSeries(this.#plan, tags, group.finish()))
      .filter(({ times }) => times.length > 0)
  }
}

function toSeries(
  plan: QueryPlan,
  tags: Record<string, string>,
  values: Float64Array,
): AnswerSeries {
  let points = 0
  for (const value of values) if (!Number.isNaN(value)) points++
  const series = { tags, times: new Float64Array(points), values: new Float64Array(points) }
  let at = 0
  for (let window = 0; window < values.length; window++) {
    if (Number.isNaN(values[window]!)) continue
    series.times[at] = plan.gridMs + window * plan.query.stepMs
    series.values[at++] = values[window]!
  }
  return series
}

/** Every sample as it is, one answer per series. */
class RawAnswer implements Answer {
  readonly #groups: Groups<RawSamples>
  readonly #ofSubject = new Map<number, RawSamples>()
  #points = 0

  constructor(plan: QueryPlan) {
    const count = (points: number): void => {
      this.#points += points
      if (this.#points > plan.bounds.points) throw tooManyPoints(this.#points, plan.bounds.points)
    }
    this.#groups = new Groups(plan, () => new RawSamples(count))
  }

  accumulatorOf(subject: number, shape: number): Accumulator {
    let known = this.#ofSubject.get(shape)
    if (known === undefined) {
      known = this.#groups.of(subject, shape)
      this.#ofSubject.set(shape, known)
    }
    return known
  }

  closeSubject(): void {
    this.#ofSubject.clear()
  }

  finish(): AnswerSeries[] {
    return this.#groups
      .sorted()
      .filter(({ group }) => group.times.length > 0)
      .map(({ tags, group }) => {
        const times = Float64Array.from(group.times)
        return { tags, times, values: group.finish() }
      })
  }
}

class RawSamples implements Accumulator {
  readonly times: number[] = []
  readonly #values: number[] = []
  readonly #count: (points: number) => void

  constructor(count: (points: number) => void) {
    this.#count = count
  }

  addSamples({ rows, times, windows }: SampleRows, values: Float64Array): void {
    const before = this.times.length
    for (let row = 0; row < rows; row++) {
      if (windows[row]! < 0 || Number.isNaN(values[row]!)) continue
      this.times.push(times[row]!)
      this.#values.push(values[row]!)
    }
    this.#count(this.times.length - before)
  }

  addCells(_rows: CellRows): void {
    throw new Error('raw samples are never answered from rollups')
  }

  finish(): Float64Array {
    return Float64Array.from(this.#values)
  }
}
