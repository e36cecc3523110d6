import { DamageLedger } from './damage-ledger.ts'
import { toJournalError } from './errors.ts'
import { systemFiles } from './file-layer.ts'
import type { FileLayer } from './file-layer.ts'
import { closeFileSync, scanSync } from './file-io.ts'
import type { JournalRecord } from './journal-record.ts'
import { comparePositions } from './position.ts'
import type { Position } from './position.ts'
import { inspectSegment } from './segment-inspection.ts'
import { listSegmentFiles, openIfThere } from './segment-listing.ts'
import type { SegmentFile } from './segment-listing.ts'
import { isLoss, scannerOf, toRecord } from './segment-reading.ts'
import type { SegmentScanner } from './segment-scanner.ts'

export interface JournalReaderOptions {
  readonly files?: FileLayer
}

/** A segment that is open for reading, and how far it has been read. */
interface RunningScan {
  readonly segment: number
  readonly file: number
  readonly scanner: SegmentScanner
}

const BEGINNING: Position = { segment: 0, offset: 0 }

/** Opens the segments of a directory for reading, beside the journal that writes them: in another thread or process, or when nobody does. Changes nothing. */
export function openJournalReader(
  directory: string,
  options: JournalReaderOptions = {},
): JournalReader {
  return new JournalReader(directory, options.files ?? systemFiles)
}

export type { JournalReader }

class JournalReader implements Disposable {
  readonly #directory: string
  readonly #files: FileLayer
  readonly #ledger = new DamageLedger()
  #scan: RunningScan | undefined
  /** The position that the running scan has come to, in the caller's terms. */
  #position: Position = BEGINNING

  constructor(directory: string, files: FileLayer) {
    this.#directory = directory
    this.#files = files
  }

  /** What this reader found lost to damage so far, each place counted once. */
  get damage(): { readonly records: number; readonly bytes: number } {
    return { records: this.#ledger.records, bytes: this.#ledger.bytes }
  }

  /**
   * Records from a position on (or the oldest), up to `upTo`, which the journal's owner announces as durable; about `maxBytes` of payload, at least one record
   * if there is one. None: there are no more. Going on at the last record's end costs no more than what is new. A segment that was deleted meanwhile is
   * passed over. @throws JournalError
   */
  readSync(from: Position | 'oldest', upTo: Position, maxBytes: number): JournalRecord[] {
    const first = from === 'oldest' ? BEGINNING : from
    const records: JournalRecord[] = []
    let bytes = 0
    try {
      for (const record of this.#recordsFrom(first, upTo)) {
        records.push(record)
        this.#position = record.end
        bytes += record.payload.length
        if (bytes >= maxBytes) break
      }
      return records
    } catch (error) {
      this.#close()
      throw toJournalError(error, 'read', this.#directory)
    }
  }

  /**
   * All records of one segment from its start, up to `upTo`; none when it is gone. Can be iterated as often as wished: a decoder that starts in the middle of a segment
   * learns its definitions in a first pass. @throws JournalError while iterating
   */
  segmentRecords(segment: number, upTo: Position): Iterable<JournalRecord> {
    return { [Symbol.iterator]: () => this.#iterateSegment(segment, upTo) }
  }

  /** Numbers of the segments that are there now, rising. @throws JournalError */
  segmentsSync(): number[] {
    try {
      return this.#list().map(({ segment }) => segment)
    } catch (error) {
      throw toJournalError(error, 'list', this.#directory)
    }
  }

  [Symbol.dispose](): void {
    this.#close()
  }

  *#recordsFrom(first: Position, upTo: Position): Generator<JournalRecord, void> {
    this.#moveTo(first, upTo)
    while (this.#scan !== undefined) {
      const scan = this.#scan
      for (const record of this.#take(scan)) {
        if (comparePositions(record.start, first) >= 0) yield record
      }
      if (scan.segment >= upTo.segment) return
      this.#openFrom(scan.segment + 1, upTo)
    }
  }

  /** Goes on with the running scan if it stands there, else starts one. */
  #moveTo(first: Position, upTo: Position): void {
    if (this.#scan !== undefined && comparePositions(first, this.#position) === 0) {
      const { segment, file, scanner } = this.#scan
      const { end, stopNumber } = this.#limitsOf(segment, file, upTo)
      scanner.extend(end, stopNumber)
    } else {
      this.#openFrom(first.segment, upTo)
      this.#position = first
    }
  }

  /** Starts to read the first segment with this number or a higher one; none when there is none up to `upTo`. */
  #openFrom(segment: number, upTo: Position): void {
    this.#close()
    for (const found of this.#list()) {
      if (found.segment < segment) continue
      if (found.segment > upTo.segment) return
      this.#scan = this.#start(found, upTo)
      if (this.#scan !== undefined) return
    }
  }

  *#take({ segment, file, scanner }: RunningScan): Generator<JournalRecord, void> {
    for (const item of scanSync(this.#files, file, scanner)) {
      if (item.kind === 'record') yield toRecord(segment, item)
      else if (item.kind !== 'void' && isLoss(item))
        this.#ledger.note(segment, item.start, item.end - item.start, item.records)
    }
  }

  *#iterateSegment(segment: number, upTo: Position): Generator<JournalRecord, void> {
    try {
      const found = this.#list().find((candidate) => candidate.segment === segment)
      const scan = found && this.#start(found, upTo)
      if (scan === undefined) return
      try {
        yield* this.#take(scan)
      } finally {
        closeFileSync(this.#files, scan.file)
      }
    } catch (error) {
      throw toJournalError(error, 'read', this.#directory)
    }
  }

  /** Opens a segment; undefined when it is gone or no segment of ours. */
  #start(found: SegmentFile, upTo: Position): RunningScan | undefined {
    const { segment, path } = found
    const file = openIfThere(this.#files, path)
    if (file === undefined) return undefined
    const { state, firstNumber } = inspectSegment(this.#files, found, file)
    if (state !== 'readable') {
      closeFileSync(this.#files, file)
      return undefined
    }
    const { end, stopNumber } = this.#limitsOf(segment, file, upTo)
    const scanner = scannerOf({ segment, path, firstNumber, end, stopNumber })
    return { segment, file, scanner }
  }

  /** The open segment is read up to `upTo`; one before it up to the number with which the next starts. */
  #limitsOf(
    segment: number,
    file: number,
    upTo: Position,
  ): { end: number; stopNumber: number | undefined } {
    const bytes = this.#files.sizeSync(file)
    if (segment >= upTo.segment) return { end: Math.min(bytes, upTo.offset), stopNumber: undefined }
    return { end: bytes, stopNumber: this.#firstNumberAfter(segment, upTo) }
  }

  #firstNumberAfter(segment: number, upTo: Position): number | undefined {
    for (const next of this.#list()) {
      if (next.segment <= segment || next.segment > upTo.segment) continue
      const file = openIfThere(this.#files, next.path)
      if (file === undefined) continue
      try {
        const { state, firstNumber } = inspectSegment(this.#files, next, file)
        if (state === 'readable') return firstNumber
      } finally {
        closeFileSync(this.#files, file)
      }
    }
    return undefined
  }

  /** Files on their way to another name are left to the journal that moves them. */
  #list(): SegmentFile[] {
    return listSegmentFiles(this.#files, this.#directory).filter(({ path }) =>
      path.endsWith('.seg'),
    )
  }

  #close(): void {
    const file = this.#scan?.file
    this.#scan = undefined
    if (file !== undefined) closeFileSync(this.#files, file)
  }
}
