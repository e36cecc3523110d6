import { openJournalReader } from '@wardround/journal'
import type { JournalReader, JournalRecord, Position } from '@wardround/journal'
import { ProtocolError, SegmentDecoder } from '@wardround/protocol'
import type { SeriesTable, StoredRecord } from '@wardround/protocol'
import { join } from 'node:path'
import { RecordMarker } from './record-marker.ts'
import { setAsideRecord } from './set-aside-record.ts'

/** Read at once; a slice of work is some of these. */
const CHUNK_BYTES = 256 * 1024

/** A record with its place. `record` is undefined where its bytes can't be understood. */
export interface FedRecord {
  readonly start: Position
  readonly end: Position
  readonly record: StoredRecord | undefined
}

/** What a worker that reads the journal is told of it. */
export interface JournalFeedData {
  /** Records that are passed over are kept in `set-aside/` of it. */
  readonly directory: string
  readonly journalDirectory: string
  /** Memory of a RecordMarker. */
  readonly marker: SharedArrayBuffer
  /** Where the records start that are passed over: the worker died of them. */
  readonly skip: readonly Position[]
}

/** Reads the journal's records one after the other, each decoded with the definitions of its segment. */
export class JournalFeed implements Disposable {
  readonly #reader: JournalReader
  readonly #series: SeriesTable
  readonly #marker: RecordMarker
  readonly #skip: ReadonlySet<string>
  readonly #setAsideDirectory: string
  #decoder: SegmentDecoder
  #segment = -1
  #unreadable = 0

  constructor(data: JournalFeedData, series: SeriesTable) {
    this.#reader = openJournalReader(data.journalDirectory)
    this.#marker = new RecordMarker(data.marker)
    this.#skip = new Set(data.skip.map(toKey))
    this.#setAsideDirectory = join(data.directory, 'set-aside')
    this.#series = series
    this.#decoder = new SegmentDecoder(series)
  }

  /** Records that could not be understood so far. */
  get unreadable(): number {
    return this.#unreadable
  }

  /** The next records from a position on; none if there are no more before `upTo`. @throws JournalError */
  *read(from: Position | 'oldest', upTo: Position): Generator<FedRecord> {
    for (const found of this.#reader.readSync(from, upTo, CHUNK_BYTES)) {
      if (found.start.segment !== this.#segment) this.#openSegment(found, upTo)
      // Stays marked while whoever reads works with the record.
      this.#marker.mark(found.start)
      yield { start: found.start, end: found.end, record: this.#decode(found) }
      this.#marker.clear()
    }
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }

  /**
   * The first record met of a segment may not be its first, and its definitions may stand twice because one copy is damaged: so all of the segment
   * is learnt from first.
   */
  #openSegment({ start }: JournalRecord, upTo: Position): void {
    this.#segment = start.segment
    this.#decoder = new SegmentDecoder(this.#series)
    for (const record of this.#reader.segmentRecords(start.segment, upTo)) {
      if (this.#skip.has(toKey(record.start))) continue
      this.#marker.mark(record.start)
      try {
        this.#decoder.learn(record.payload)
      } catch (error) {
        // Counted when it is decoded.
        if (!(error instanceof ProtocolError)) throw error
      }
      this.#marker.clear()
    }
  }

  #decode(found: JournalRecord): StoredRecord | undefined {
    if (this.#skip.has(toKey(found.start))) {
      setAsideRecord(this.#setAsideDirectory, found)
      return undefined
    }
    try {
      return this.#decoder.decode(found.payload)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#unreadable++
      return undefined
    }
  }
}

function toKey({ segment, offset }: Position): string {
  return `${segment}:${offset}`
}
