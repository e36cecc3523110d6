import { openJournalReader } from '@wardround/journal'
import type { JournalReader, JournalRecord, Position } from '@wardround/journal'
import { ProtocolError, SegmentDecoder } from '@wardround/protocol'
import type { SeriesTable, StoredRecord } from '@wardround/protocol'

/** Read at once; a slice of work is some of these. */
const CHUNK_BYTES = 256 * 1024

/** A record with its place. `record` is undefined where its bytes can't be understood. */
export interface FedRecord {
  readonly start: Position
  readonly end: Position
  readonly record: StoredRecord | undefined
}

/** Reads the journal's records one after the other, each decoded with the definitions of its segment. */
export class JournalFeed implements Disposable {
  readonly #reader: JournalReader
  readonly #series: SeriesTable
  #decoder: SegmentDecoder
  #segment = -1
  #unreadable = 0

  constructor(directory: string, series: SeriesTable) {
    this.#reader = openJournalReader(directory)
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
      yield { start: found.start, end: found.end, record: this.#decode(found.payload) }
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
    for (const { payload } of this.#reader.segmentRecords(start.segment, upTo)) {
      try {
        this.#decoder.learn(payload)
      } catch (error) {
        // Counted when it is decoded.
        if (!(error instanceof ProtocolError)) throw error
      }
    }
  }

  #decode(payload: Uint8Array): StoredRecord | undefined {
    try {
      return this.#decoder.decode(payload)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      this.#unreadable++
      return undefined
    }
  }
}
