import {
  type NumberedDefinition,
  ProtocolError,
  type SampleBlock,
  type SeriesTable,
} from '@wardround/protocol'
import type { HostDirectory } from './host-directory.ts'
import type { SeriesCensus } from './series-census.ts'

/** Why a series is not taken. */
export type RefusalCode =
  | 'SUBJECT_NOT_REGISTERED'
  | 'SERIES_PER_SUBJECT'
  | 'SERIES_PER_AGENT'
  | 'SHAPE_INVALID'

export interface Refusal {
  readonly code: RefusalCode
  readonly reason: string
  /** Numbers of the connection. */
  readonly series: number[]
}

export interface SeriesLimits {
  readonly seriesPerSubject: number
  readonly seriesPerAgent: number
}

/** Which host or device a subject that an agent names stands for; undefined: it may not speak for that one. */
export type SubjectResolver = (subject: string) => string | undefined

/** One list of series as the connection repeats it, translated once. */
interface TranslatedList {
  readonly series: Uint32Array
  /** Places in the connection's list whose samples are kept; undefined: all. */
  readonly kept: Uint32Array | undefined
}

const REFUSED = -1

/**
 * The series of one connection: from the connection's numbers to the collector's, with subjects resolved and tags stamped.
 * A number that is refused stays so for the life of the connection.
 */
export class ConnectionSeries {
  readonly #table: SeriesTable
  readonly #census: SeriesCensus
  readonly #hosts: HostDirectory
  readonly #resolve: SubjectResolver
  readonly #whyRefused: (subject: string) => string | undefined
  readonly #limits: SeriesLimits
  #numbers = new Int32Array(64)
  #defined = 0
  #accepted = 0
  readonly #lists = new WeakMap<Uint32Array, TranslatedList>()

  constructor(parts: {
    readonly table: SeriesTable
    readonly census: SeriesCensus
    readonly hosts: HostDirectory
    readonly resolve: SubjectResolver
    /** In words, for a subject that resolve() did not take. */
    readonly whyRefused: (subject: string) => string | undefined
    readonly limits: SeriesLimits
  }) {
    this.#table = parts.table
    this.#census = parts.census
    this.#hosts = parts.hosts
    this.#resolve = parts.resolve
    this.#whyRefused = parts.whyRefused
    this.#limits = parts.limits
  }

  /** The collector's numbers of all series of this connection; negative where refused. */
  get numbers(): Int32Array {
    return this.#numbers.subarray(0, this.#defined)
  }

  /** Takes new series; what is over a limit is refused, the rest stands. */
  define(definitions: readonly NumberedDefinition[]): Refusal[] {
    const refusals = new Map<RefusalCode, Refusal>()
    for (const definition of definitions) {
      const refused = this.#defineOne(definition)
      if (refused === undefined) continue
      const known = refusals.get(refused.code)
      if (known === undefined)
        refusals.set(refused.code, { ...refused, series: [definition.number] })
      else known.series.push(definition.number)
    }
    return [...refusals.values()]
  }

  /** A block with the collector's numbers, under the name of its subject; undefined when all its series are refused. */
  translate(block: SampleBlock): SampleBlock | undefined {
    const { series, kept } = this.#list(block.series)
    const subject = this.#resolve(block.subject)
    if (subject === undefined || series.length === 0) return undefined
    const values = kept === undefined ? block.values : pick(block.values, kept)
    return { subject, timeMs: block.timeMs, series, values }
  }

  #defineOne({ number, definition }: NumberedDefinition): Omit<Refusal, 'series'> | undefined {
    this.#numbers = withRoom(this.#numbers, number)
    this.#defined = Math.max(this.#defined, number + 1)
    this.#numbers[number] = REFUSED
    const subject = this.#resolve(definition.subject)
    if (subject === undefined) {
      return {
        code: 'SUBJECT_NOT_REGISTERED',
        reason:
          this.#whyRefused(definition.subject) ??
          `"${definition.subject}" is not registered to this agent`,
      }
    }
    if (this.#accepted >= this.#limits.seriesPerAgent) {
      return {
        code: 'SERIES_PER_AGENT',
        reason: `limits.seriesPerAgent is ${this.#limits.seriesPerAgent}`,
      }
    }
    try {
      return this.#accept(number, subject, this.#hosts.stamp(subject, definition))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      return { code: 'SHAPE_INVALID', reason: error.message }
    }
  }

  #accept(
    number: number,
    subject: string,
    shape: ReturnType<HostDirectory['stamp']>,
  ): Omit<Refusal, 'series'> | undefined {
    const subjectId = this.#table.internSubject(subject)
    if (this.#census.countOf(subjectId) >= this.#limits.seriesPerSubject) {
      // Only looked up: a subject over its limit must not fill the table.
      const shapeId = this.#table.findShape(shape)
      const known = shapeId < 0 ? -1 : this.#table.findPair(subjectId, shapeId)
      if (known < 0 || !this.#census.isCounted(known)) {
        return {
          code: 'SERIES_PER_SUBJECT',
          reason: `limits.seriesPerSubject is ${this.#limits.seriesPerSubject} and "${subject}" has as many`,
        }
      }
    }
    const series = this.#table.internPair(subjectId, this.#table.internShape(shape))
    this.#census.count(series)
    this.#numbers[number] = series
    this.#accepted++
    return undefined
  }

  #list(connection: Uint32Array): TranslatedList {
    const known = this.#lists.get(connection)
    if (known !== undefined) return known
    const translated = this.#translateList(connection)
    this.#lists.set(connection, translated)
    return translated
  }

  #translateList(connection: Uint32Array): TranslatedList {
    const series = new Uint32Array(connection.length)
    const kept = new Uint32Array(connection.length)
    let count = 0
    for (let place = 0; place < connection.length; place++) {
      const number = this.#numbers[connection[place]!]!
      if (number === REFUSED) continue
      series[count] = number
      kept[count++] = place
    }
    if (count === connection.length) return { series, kept: undefined }
    return { series: series.slice(0, count), kept: kept.slice(0, count) }
  }
}

function pick(values: Float64Array, places: Uint32Array): Float64Array {
  const picked = new Float64Array(places.length)
  for (let i = 0; i < places.length; i++) picked[i] = values[places[i]!]!
  return picked
}

function withRoom(numbers: Int32Array<ArrayBuffer>, number: number): Int32Array<ArrayBuffer> {
  if (number < numbers.length) return numbers
  const larger = new Int32Array(Math.max(number + 1, numbers.length + (numbers.length >> 1)))
  larger.set(numbers)
  return larger
}
