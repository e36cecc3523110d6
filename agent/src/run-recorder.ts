import {
  MAX_EVENT_KEY_BYTES,
  MAX_NAME_BYTES,
  type JsonValue,
  type LocalizedText,
} from '@wardround/protocol'
import {
  MAX_DOCUMENTS_PER_RUN,
  MAX_DOCUMENT_BYTES,
  MAX_EVENTS_PER_RUN,
  MAX_EVENT_BYTES,
  MAX_SAMPLES_PER_RUN,
} from './limits.ts'
import {
  ProbeError,
  type EventOrigin,
  type Measurements,
  type ProbeErrorCode,
  type ProbeRun,
} from './probe.ts'
import type { Options } from './option.ts'
import type { SampleSink } from './sample-sink.ts'
import type { Tick } from './scheduler.ts'
import {
  NO_SERIES,
  type IndexedMeasurement,
  type RowTags,
  type SeriesIndex,
  type SeriesRow,
} from './series-index.ts'
import type { SubjectIndexes } from './subject-indexes.ts'

/** Where samples of one emit belong. */
interface IndexedRow {
  readonly index: SeriesIndex
  readonly row: SeriesRow
  readonly tags: RowTags
}

type AnyRun = ProbeRun<unknown, Measurements, unknown, Options>

/**
 * What one run emits: checked against the declaration, rounded, handed on. A wrong name or number costs that sample and makes the
 * run a failed one; too many samples end it. After close() nothing is taken, so that a run past its deadline can't write any more.
 */
export class RunRecorder {
  readonly #tick: Tick
  readonly #run: number
  readonly #sink: SampleSink
  readonly #monotonicMs: number
  readonly #onRemark: (text: LocalizedText) => void
  #indexes: SubjectIndexes | undefined
  #closed = false
  #abort: AbortController | undefined
  #documents = 0
  #events = 0
  samples = 0
  /** The first thing that was wrong with what was emitted. */
  problem: ProbeError | undefined

  constructor(options: {
    readonly tick: Tick
    /** Differs from run to run of one probe. */
    readonly run: number
    readonly sink: SampleSink
    readonly monotonicMs: number
    readonly onRemark: (text: LocalizedText) => void
  }) {
    this.#tick = options.tick
    this.#run = options.run
    this.#sink = options.sink
    this.#monotonicMs = options.monotonicMs
    this.#onRemark = options.onRemark
  }

  /** What the probe is given. */
  open(
    session: unknown,
    indexes: SubjectIndexes,
    options: Readonly<Record<string, unknown>>,
    memory: unknown,
  ): AnyRun {
    this.#indexes = indexes
    const signal = () => this.#signal()
    return {
      session,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- config.ts checked them against the probe's declaration
      options: options as AnyRun['options'],
      emit: (measurement, tags, fields, about) =>
        this.#emit(about?.subject, measurement, tags, fields),
      emitDocument: (name, keep, body) => this.#emitDocument(name, keep, body),
      emitEvent: (kind, key, body, about) => this.#emitEvent(kind, key, body, about),
      remark: (text) => this.#onRemark(text),
      memory,
      timeMs: this.#tick.timeMs,
      monotonicMs: this.#monotonicMs,
      // made when asked for: most probes are done before anything could be aborted
      get signal() {
        return signal()
      },
    }
  }

  /** Ends the run: its signal is aborted if it still goes on. */
  close(): void {
    this.#closed = true
    this.#abort?.abort()
  }

  #signal(): AbortSignal {
    this.#abort ??= new AbortController()
    if (this.#closed) this.#abort.abort()
    return this.#abort.signal
  }

  /** Undefined where no samples of that subject can be taken, which is noted or counted. */
  #indexOf(subject: string | undefined): SeriesIndex | undefined {
    if (subject === undefined) return this.#indexes?.own
    // the codec would refuse the whole batch
    if (!isName(`-${subject}`, MAX_NAME_BYTES)) {
      this.#note('BAD_NAME', 'samples of a subject without a usable name')
      return undefined
    }
    const index = this.#indexes?.of(subject)
    if (index === undefined) this.#sink.countDropped('series_cap', 1)
    return index
  }

  #emit(
    subject: string | undefined,
    name: string,
    tags: RowTags,
    fields: Readonly<Record<string, number | undefined>>,
  ): void {
    this.#refuseWhenClosed()
    const index = this.#indexOf(subject)
    if (index === undefined) return
    const measurement = index.measurement(name)
    if (measurement === undefined)
      return this.#note('BAD_NAME', `measurement ${name} is not declared`)
    const wrongTag = findWrongTag(measurement, tags)
    if (wrongTag !== undefined) return this.#note('BAD_NAME', wrongTag)
    const row = index.row(measurement, tags)
    for (const field in fields) {
      const value = fields[field]
      if (value !== undefined) this.#addSample({ index, row, tags }, field, value)
    }
  }

  #addSample(at: IndexedRow, name: string, value: number): void {
    const { index, row } = at
    const { measurement } = row
    const place = measurement.places.get(name)
    const field = place === undefined ? undefined : measurement.fields[place]
    if (place === undefined || field === undefined)
      return this.#note('BAD_NAME', `field ${measurement.name}.${name} is not declared`)
    if (!Number.isFinite(value))
      return this.#note('NOT_A_NUMBER', `field ${measurement.name}.${name} is ${String(value)}`)
    if (!index.isFirstOfRun(row, place, this.#run))
      return this.#note('BAD_NAME', `field ${measurement.name}.${name} twice with the same tags`)
    if (this.samples >= MAX_SAMPLES_PER_RUN)
      this.#flood(MAX_SAMPLES_PER_RUN, { zh: '个样本', en: 'samples' })
    const series = this.#seriesOf(at, place)
    if (series === NO_SERIES) return
    this.samples++
    this.#sink.addSample(index.subject, this.#tick, series, field.round(value))
  }

  #seriesOf({ index, row, tags }: IndexedRow, place: number): number {
    try {
      const series = index.seriesOf(row, place, tags)
      if (series === NO_SERIES) this.#sink.countDropped('series_cap', 1)
      return series
    } catch (error) {
      // a tag that is too long or no Unicode: the codec would refuse the whole batch
      this.#note('BAD_NAME', error instanceof Error ? error.message : String(error))
      return NO_SERIES
    }
  }

  #emitDocument(name: string, keep: 'history' | 'newest', body: JsonValue): void {
    this.#refuseWhenClosed()
    if (++this.#documents > MAX_DOCUMENTS_PER_RUN)
      this.#flood(MAX_DOCUMENTS_PER_RUN, { zh: '份文档', en: 'documents' })
    const bytes = Buffer.byteLength(JSON.stringify(body))
    if (bytes > MAX_DOCUMENT_BYTES)
      return this.#note(
        'FLOOD',
        `document ${name} has ${bytes} bytes, ${MAX_DOCUMENT_BYTES} at most`,
      )
    const subject = this.#indexes?.own.subject ?? ''
    this.#sink.addDocument({ subject, timeMs: this.#tick.timeMs, name, keep, body }, this.#tick)
  }

  #emitEvent(kind: string, key: string, body: JsonValue, about: EventOrigin = {}): void {
    this.#refuseWhenClosed()
    if (++this.#events > MAX_EVENTS_PER_RUN)
      this.#flood(MAX_EVENTS_PER_RUN, { zh: '个事件', en: 'events' })
    const bytes = Buffer.byteLength(JSON.stringify(body))
    if (bytes > MAX_EVENT_BYTES)
      return this.#note('FLOOD', `event ${kind} has ${bytes} bytes, ${MAX_EVENT_BYTES} at most`)
    // the codec would refuse the whole batch
    if (!isName(kind, MAX_NAME_BYTES) || !isName(key, MAX_EVENT_KEY_BYTES))
      return this.#note('BAD_NAME', `event ${kind} has no usable kind or key`)
    const { subject = this.#indexes?.own.subject ?? '', timeMs = this.#tick.timeMs } = about
    if (!isName(`-${subject}`, MAX_NAME_BYTES) || !Number.isSafeInteger(timeMs) || timeMs < 0)
      return this.#note('BAD_NAME', `event ${kind} has no usable subject or time`)
    this.#sink.addEvent({ subject, timeMs, key, kind, body }, this.#tick)
  }

  #refuseWhenClosed(): void {
    if (this.#closed)
      throw new ProbeError('DEADLINE', {
        zh: '本次运行已结束，不再接收数据',
        en: 'the run is over; nothing more is taken',
      })
  }

  #flood(limit: number, of: LocalizedText): never {
    this.problem = new ProbeError('FLOOD', {
      zh: `一次运行中超过 ${limit} ${of.zh}`,
      en: `more than ${limit} ${of.en} in one run`,
    })
    throw this.problem
  }

  #note(code: ProbeErrorCode, message: string): void {
    this.problem ??= new ProbeError(code, message)
  }
}

function isName(text: string, maxBytes: number): boolean {
  return text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= maxBytes
}

/** Why these tags are not the declared ones; undefined where they are. An identifying tag may be '' (the thing has none), not missing. */
function findWrongTag(measurement: IndexedMeasurement, tags: RowTags): string | undefined {
  for (const name of measurement.identifying)
    if (typeof tags[name] !== 'string') return `tag ${measurement.name}.${name} is missing`
  for (const name in tags)
    if (!measurement.tagNames.includes(name))
      return `tag ${measurement.name}.${name} is not declared`
  return undefined
}
