import type { SeriesTable, Shape } from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'

/** A point that agents report, as far as project files expect something of it. */
export interface SeenPoint {
  readonly subject: string
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  /** Of the newest sample, epoch ms. */
  atMs: number
  /** Between the two newest samples. */
  gapMs: number
  readonly values: Map<string, number>
}

/** What is remembered: fields by measurement. The first of each is there whenever the point is. */
export const SEEN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  probe: ['success'],
  backup_job: ['status', 'schedule_seconds'],
  backup_copy: ['state'],
  exchange: ['periods_without_success', 'units_expected'],
  x509_cert: ['days_left'],
}

/** Points and subjects beyond these are left out and counted: a fleet of a thousand hosts has some twenty points each. */
const MAX_POINTS = 50_000
const MAX_SUBJECTS = 20_000

type SeenShape = Pick<Shape, 'measurement' | 'tags' | 'field'>

interface Place {
  readonly place: number
  readonly shape: Shape
}

/** What project files expect is looked for among these: the newest of each point, and when each host and device was last seen. */
export class SeenPoints {
  readonly #table: SeriesTable
  readonly #maxPoints: number
  readonly #maxSubjects: number
  readonly #points = new Map<string, SeenPoint>()
  readonly #bySubject = new Map<string, SeenPoint[]>()
  readonly #subjects = new Map<string, number>()
  /** Connections repeat their lists of series: each is looked through once. */
  readonly #places = new WeakMap<Uint32Array, readonly Place[]>()

  /** Samples that were left out because there was no room. */
  leftOut = 0

  constructor(
    table: SeriesTable,
    { points = MAX_POINTS, subjects = MAX_SUBJECTS }: { points?: number; subjects?: number } = {},
  ) {
    this.#table = table
    this.#maxPoints = points
    this.#maxSubjects = subjects
  }

  /** Late batches say nothing about now. */
  take({ late, batch }: AcceptedBatch): void {
    if (late) return
    for (const { subject, timeMs, series, values } of batch.blocks) {
      this.#see(subject, timeMs)
      for (const { place, shape } of this.#placesIn(series))
        this.recallPoint(subject, shape, timeMs, values[place] ?? Number.NaN)
    }
  }

  /** One sample, of now or from the store. */
  recall(subject: string, shape: SeenShape, atMs: number, value: number): void {
    this.#see(subject, atMs)
    this.recallPoint(subject, shape, atMs, value)
  }

  /** A host or device was seen at a time. */
  recallSubject(subject: string, atMs: number): void {
    this.#see(subject, atMs)
  }

  /** A sample of a point whose subject is told of otherwise. */
  recallPoint(
    subject: string,
    { measurement, tags, field }: SeenShape,
    atMs: number,
    value: number,
  ): void {
    const key = JSON.stringify([subject, measurement, tags])
    const known = this.#points.get(key)
    if (known === undefined && this.#points.size >= this.#maxPoints) {
      this.leftOut++
      return
    }
    const point = known ?? this.#add(key, subject, measurement, tags)
    if (atMs > point.atMs) {
      point.gapMs = point.atMs === 0 ? 0 : atMs - point.atMs
      point.atMs = atMs
    }
    point.values.set(field, value)
  }

  /** Names of all hosts and devices that were ever seen. */
  subjects(): Iterable<string> {
    return this.#subjects.keys()
  }

  /** When a host or device was last seen; undefined: never. */
  seenAtMs(subject: string): number | undefined {
    return this.#subjects.get(subject)
  }

  /** Points of a measurement of a host or device, with these tags. */
  find(
    subject: string,
    measurement: string,
    tags: Readonly<Record<string, string>> = {},
  ): readonly SeenPoint[] {
    const wanted = Object.entries(tags)
    return (this.#bySubject.get(subject) ?? []).filter(
      (point) =>
        point.measurement === measurement &&
        wanted.every(([tag, value]) => point.tags[tag] === value),
    )
  }

  #see(subject: string, atMs: number): void {
    const before = this.#subjects.get(subject)
    if (before === undefined && this.#subjects.size >= this.#maxSubjects) this.leftOut++
    else if (atMs > (before ?? 0)) this.#subjects.set(subject, atMs)
  }

  #add(key: string, subject: string, measurement: string, tags: Shape['tags']): SeenPoint {
    const own = tags.filter(([tag]) => tag !== 'project' && tag !== 'role')
    const point: SeenPoint = {
      subject,
      measurement,
      tags: Object.fromEntries(own),
      atMs: 0,
      gapMs: 0,
      values: new Map(),
    }
    this.#points.set(key, point)
    const others = this.#bySubject.get(subject)
    if (others === undefined) this.#bySubject.set(subject, [point])
    else others.push(point)
    return point
  }

  #placesIn(series: Uint32Array): readonly Place[] {
    const known = this.#places.get(series)
    if (known !== undefined) return known
    const places = [...series].flatMap((number, place) => {
      const shape = this.#table.shapeOf(number)
      return SEEN_FIELDS[shape.measurement]?.includes(shape.field) === true
        ? [{ place, shape }]
        : []
    })
    this.#places.set(series, places)
    return places
  }
}
