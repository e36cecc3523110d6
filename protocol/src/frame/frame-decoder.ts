import type { SampleBlock } from '../batch.ts'
import { ByteReader } from '../coding/byte-reader.ts'
import { ValueDecoder } from './connection-values.ts'
import { DecodedList } from './decoded-list.ts'
import { readEpoch } from '../coding/epoch-bytes.ts'
import { ProtocolError } from '../errors.ts'
import { FRAME_TYPE } from './frame.ts'
import type {
  BatchFrame,
  BatchProblem,
  BatchProblemCode,
  DefineFrame,
  NumberedDefinition,
} from './frame.ts'
import {
  MAX_BLOCKS_PER_BATCH,
  MAX_DEFINITION_BYTES_PER_CONNECTION,
  MAX_DEFINITIONS_PER_FRAME,
  MAX_FRAME_BYTES,
  MAX_PROBLEMS_PER_BATCH,
  MAX_SAMPLES_PER_BATCH,
  MAX_SERIES_PER_CONNECTION,
  MAX_TIME_MS,
} from '../limits.ts'
import { readRuns } from '../coding/number-runs.ts'
import { SeriesLists } from './series-lists.ts'
import { ShapeReader } from '../coding/shape-coder.ts'
import { checkSubject } from '../shape.ts'
import { readItems } from '../coding/text-items.ts'

/** Bounds that a receiver may set lower than limits.ts. */
export interface FrameLimits {
  readonly frameBytes: number
  readonly seriesPerConnection: number
  readonly samplesPerBatch: number
  readonly definitionBytes: number
}

const LIMITS: FrameLimits = {
  frameBytes: MAX_FRAME_BYTES,
  seriesPerConnection: MAX_SERIES_PER_CONNECTION,
  samplesPerBatch: MAX_SAMPLES_PER_BATCH,
  definitionBytes: MAX_DEFINITION_BYTES_PER_CONNECTION,
}

/**
 * The receiving end of one connection; the layout is FrameEncoder's. Memory: 13 bytes for each series defined, 4 for each entry of
 * its lists (at most 8 MB); one frame takes at most some 12 bytes per sample, 200 per definition and what JSON.parse makes of its bodies.
 */
export class FrameDecoder {
  readonly #limits: FrameLimits
  readonly #values = new ValueDecoder()
  readonly #lists = new SeriesLists<DecodedList>()
  readonly #subjects: string[] = []
  readonly #subjectIds = new Map<string, number>()
  /** Subject of each series number. */
  #subjectOf = new Uint32Array(0)
  #defined = 0
  #definitionBytes = 0
  #broken = false

  constructor(limits: Partial<FrameLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
    this.#growTo(64)
  }

  /** Series numbers defined so far. */
  get definedSeries(): number {
    return this.#defined
  }

  /**
   * Reads one binary frame. A frame that is well formed but not acceptable comes back with its `problems`, and the next frame can be read;
   * after a ProtocolError the state of the connection is lost, and every further frame is refused.
   * @throws ProtocolError (close the connection with its closeCode)
   */
  decode(frame: Uint8Array): DefineFrame | BatchFrame {
    if (this.#broken) {
      throw new ProtocolError(
        'CONNECTION_BROKEN',
        'A frame before this one was refused; connect anew.',
      )
    }
    this.#broken = true
    const decoded = this.#decode(frame)
    this.#broken = false
    return decoded
  }

  #decode(frame: Uint8Array): DefineFrame | BatchFrame {
    if (frame.length > this.#limits.frameBytes) {
      throw new ProtocolError(
        'FRAME_TOO_LARGE',
        `A frame has ${frame.length} bytes; ${this.#limits.frameBytes} is the limit.`,
      )
    }
    const reader = new ByteReader(frame)
    const type = reader.byte()
    if (type === FRAME_TYPE.batch) return this.#batch(reader)
    if (type === FRAME_TYPE.define) return this.#define(reader)
    throw new ProtocolError('FRAME_UNKNOWN', `There is no binary frame of type ${type}.`)
  }

  #define(reader: ByteReader): DefineFrame {
    this.#definitionBytes += reader.bytes.length
    if (this.#definitionBytes > this.#limits.definitionBytes) {
      throw new ProtocolError(
        'LIMIT_EXCEEDED',
        `More than ${this.#limits.definitionBytes} bytes of definitions on one connection.`,
      )
    }
    const first = reader.varint()
    if (first !== this.#defined) {
      throw new ProtocolError(
        'FRAME_MALFORMED',
        `Series ${first} was defined when ${this.#defined} was next.`,
      )
    }
    // subject, measurement, tags, field and kind take a byte each at least
    const count = reader.count('definitions', MAX_DEFINITIONS_PER_FRAME, 5)
    if (first + count > this.#limits.seriesPerConnection) {
      throw new ProtocolError(
        'LIMIT_EXCEEDED',
        `More than ${this.#limits.seriesPerConnection} series on one connection.`,
      )
    }
    this.#growTo(first + count)
    const shapes = new ShapeReader(reader)
    const definitions: NumberedDefinition[] = []
    for (let number = first; number < first + count; number++) {
      const subject = shapes.text('subject')
      this.#subjectOf[number] = this.#subjectId(subject)
      this.#values.reset(number)
      definitions.push({ number, definition: { subject, ...shapes.shape() } })
    }
    reader.expectEnd()
    this.#defined += count
    return { type: 'define', definitions }
  }

  #batch(reader: ByteReader): BatchFrame {
    const problems: BatchProblem[] = []
    const onProblem = (code: BatchProblemCode, detail: string): void => {
      if (problems.length < MAX_PROBLEMS_PER_BATCH) problems.push({ code, detail })
    }
    const epoch = readEpoch(reader)
    const sequence = reader.varint()
    if (sequence < 1) throw new ProtocolError('FRAME_MALFORMED', 'Sequences count from 1.')
    const ageMs = reader.varint()
    const blocks = this.#blocks(reader, onProblem)
    const { events, documents } = readItems(reader, onProblem)
    reader.expectEnd()
    const batch = { blocks, events, documents }
    return { type: 'batch', id: { epoch, sequence }, ageMs, batch, problems }
  }

  #blocks(reader: ByteReader, onProblem: OnProblem): SampleBlock[] {
    const blocks: SampleBlock[] = []
    let samplesLeft = this.#limits.samplesPerBatch
    let timeMs = 0
    // list and time take a byte each at least
    for (let left = reader.count('blocks', MAX_BLOCKS_PER_BATCH, 2); left > 0; left--) {
      const list = this.#list(reader, samplesLeft)
      samplesLeft -= list.numbers.length
      timeMs += reader.signed()
      const values = this.#values.decode(reader, list.stateNumbers(this.#defined))
      if (timeMs < 0 || timeMs > MAX_TIME_MS) {
        onProblem('TIME_OUT_OF_RANGE', `a block has time ${timeMs}`)
        continue
      }
      const block = this.#block(list, timeMs, values, onProblem)
      if (block !== undefined) blocks.push(block)
    }
    return blocks
  }

  #list(reader: ByteReader, samplesLeft: number): DecodedList {
    const reference = reader.varint()
    if (reference === 0) {
      const list = new DecodedList(readRuns(reader, samplesLeft))
      this.#lists.add(list)
      return list
    }
    const list = this.#lists.at(reference - 1)
    if (list === undefined)
      throw new ProtocolError('FRAME_MALFORMED', `There is no list ${reference - 1}.`)
    if (list.numbers.length > samplesLeft) {
      throw new ProtocolError(
        'LIMIT_EXCEEDED',
        `More than ${this.#limits.samplesPerBatch} samples in one batch.`,
      )
    }
    return list
  }

  /** The acceptable part of a block; undefined where nothing is left of it. */
  #block(
    list: DecodedList,
    timeMs: number,
    values: Float64Array,
    onProblem: OnProblem,
  ): SampleBlock | undefined {
    const unknown = list.firstUnknown(this.#defined)
    if (unknown !== undefined) {
      onProblem('UNKNOWN_SERIES', `series ${unknown} was never defined on this connection`)
      return undefined
    }
    const subjectId = list.subjectId(this.#subjectOf)
    if (subjectId === undefined) {
      onProblem(
        'MIXED_SUBJECTS',
        `a block of ${list.numbers.length} series has several subjects, or none`,
      )
      return undefined
    }
    if (this.#values.refused !== -1) {
      const number = list.numbers[this.#values.refused]
      onProblem('NOT_A_NUMBER', `series ${number} has a value that is no finite number`)
      return undefined
    }
    return { subject: this.#subjects[subjectId]!, timeMs, series: list.numbers, values }
  }

  #subjectId(subject: string): number {
    const known = this.#subjectIds.get(subject)
    if (known !== undefined) return known
    checkSubject(subject)
    this.#subjectIds.set(subject, this.#subjects.length)
    return this.#subjects.push(subject) - 1
  }

  /** One place more than series: the values of unknown series are read into it, so that what follows can be read. */
  #growTo(series: number): void {
    this.#values.grow(series + 1)
    if (series <= this.#subjectOf.length) return
    const larger = new Uint32Array(
      Math.max(series, this.#subjectOf.length + (this.#subjectOf.length >> 1)),
    )
    larger.set(this.#subjectOf)
    this.#subjectOf = larger
  }
}

type OnProblem = (code: BatchProblemCode, detail: string) => void
