import { tagKey, tooManyPoints } from '@wardround/query'
import type { AnswerSeries, Windows } from '@wardround/query'
import type { Accumulator, CellRows, SampleRows } from './accumulator.ts'
import { createAccumulator } from './accumulators.ts'
import { PercentileAccumulator } from './percentile-accumulator.ts'
import { tooManySamples, tooManySeries } from './query-plan.ts'
import type { QueryPlan } from './query-plan.ts'
import { RateAccumulator, RateSum } from './rate-accumulator.ts'

/** Builds the answer to a query from the series of one subject after the other. */
export interface Answer {
  /** Where the samples of a series go; its rows must come in the order of time. @throws QueryError when there are too many series */
  accumulatorOf(subject: number, shape: number): Accumulator
  /** All samples of a subject have been added. */
  closeSubject(): void
  finish(): AnswerSeries[]
}

export function createAnswer(plan: QueryPlan): Answer {
  const { aggregate, percentile = 0 } = plan.query
  const { windows } = plan
  if (aggregate === 'raw' || windows === undefined) return new RawAnswer(plan)
  if (aggregate === 'rate') return new RateAnswer(plan, windows)
  if (aggregate !== 'percentile')
    return new GroupAnswer(plan, windows, () => createAccumulator(aggregate, windows.count))
  const allowed = plan.bounds.percentileSamples
  const count = bounded(allowed, () => tooManySamples(allowed))
  return new GroupAnswer(
    plan,
    windows,
    () => new PercentileAccumulator(windows.count, percentile, count),
  )
}

/** Counts up to a bound. */
function bounded(allowed: number, refusal: (counted: number) => Error): (more: number) => void {
  let counted = 0
  return (more) => {
    counted += more
    if (counted > allowed) throw refusal(counted)
  }
}

interface Group<T> {
  readonly field: string
  readonly tags: Record<string, string>
  readonly group: T
}

/** Groups by field and by the tags that the answer shows. */
class Groups<T> {
  readonly #plan: QueryPlan
  readonly #create: () => T
  readonly #groups = new Map<string, Group<T>>()
  #series = 0

  constructor(plan: QueryPlan, create: () => T) {
    this.#plan = plan
    this.#create = create
  }

  /** The group of one more series. */
  of(subject: number, shape: number): T {
    const { bounds, windowCount } = this.#plan
    if (++this.#series > bounds.series) throw tooManySeries(bounds.series)
    const tags = this.#plan.tagsOf(subject, shape)
    const field = this.#plan.fieldOf(shape)
    const key = `${field} ${tagKey(tags)}`
    let known = this.#groups.get(key)
    if (known === undefined) {
      known = { field, tags, group: this.#create() }
      this.#groups.set(key, known)
      const points = this.#groups.size * windowCount
      if (points > bounds.points) throw tooManyPoints(points, bounds.points)
    }
    return known.group
  }

  all(): Iterable<Group<T>> {
    return this.#groups.values()
  }
}

class GroupAnswer implements Answer {
  readonly #windows: Windows
  readonly #groups: Groups<Accumulator>
  readonly #ofSubject = new Map<number, Accumulator>()

  constructor(plan: QueryPlan, windows: Windows, create: () => Accumulator) {
    this.#windows = windows
    this.#groups = new Groups(plan, create)
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
    return toSeries(this.#windows, this.#groups.all())
  }
}

class RateAnswer implements Answer {
  readonly #plan: QueryPlan
  readonly #windows: Windows
  readonly #groups: Groups<RateSum>
  readonly #ofSubject = new Map<number, { group: RateSum; rate: RateAccumulator }>()

  constructor(plan: QueryPlan, windows: Windows) {
    this.#plan = plan
    this.#windows = windows
    this.#groups = new Groups(plan, () => new RateSum(windows.count))
  }

  accumulatorOf(subject: number, shape: number): Accumulator {
    let known = this.#ofSubject.get(shape)
    if (known === undefined) {
      const rate = new RateAccumulator(this.#windows.count, this.#plan.isCounter(shape))
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
    return toSeries(this.#windows, this.#groups.all())
  }
}

/** The windows of each group that have a value. */
function toSeries(
  windows: Windows,
  groups: Iterable<Group<{ finish(): Float64Array }>>,
): AnswerSeries[] {
  const starts = windows.starts()
  return Array.from(groups, ({ field, tags, group }) => {
    const values = group.finish()
    const isThere = (_: number, window: number): boolean => !Number.isNaN(values[window]!)
    return { field, tags, times: starts.filter(isThere), values: values.filter(isThere) }
  })
}

/** Every sample as it is, one answer per series. */
class RawAnswer implements Answer {
  readonly #groups: Groups<RawSamples>
  readonly #ofSubject = new Map<number, RawSamples>()

  constructor(plan: QueryPlan) {
    const allowed = plan.bounds.points
    const count = bounded(allowed, (points) => tooManyPoints(points, allowed))
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
    return Array.from(this.#groups.all(), ({ field, tags, group }) => {
      const times = Float64Array.from(group.times)
      return { field, tags, times, values: group.finish() }
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
