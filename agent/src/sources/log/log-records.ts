import type { LineFilter } from './line-filter.ts'
import type { LineTaker, LogLine } from './log-file.ts'
import { LogText, type LogEncoding } from './log-text.ts'
import { keyOf } from './record-key.ts'
import { eachLine, RecordGrouper, type Continues, type LogRecord } from './record-grouper.ts'

export interface LogRecordsOptions {
  readonly label: string
  readonly encoding: LogEncoding
  readonly continues: Continues
  /** Finds the lines that are worth reading, where each line stands for itself; all are read where it is absent. */
  readonly filter?: LineFilter | undefined
}

/** A record that was read, with the key of its event. */
export interface ReadRecord extends LogRecord {
  /** Names it for ever. */
  key(): string
}

export type OnRecord = (record: ReadRecord) => void

/** Since the log was first followed. */
export interface LogTotals {
  lines: number
  bytes: number
  /** Lines that were longer than MAX_LINE_BYTES. */
  cutLines: number
  /** Files of which an unread part could not be found again. */
  lostFiles: number
}

/** What the lines of one log become, whichever of its files they stand in; counts them. */
export class LogRecords {
  readonly totals: LogTotals = { lines: 0, bytes: 0, cutLines: 0, lostFiles: 0 }
  readonly #with: LogRecordsOptions
  readonly #text: LogText

  constructor(options: LogRecordsOptions) {
    this.#with = options
    this.#text = new LogText(options.encoding)
  }

  /** For the records of one file. */
  newGrouper(): RecordGrouper {
    return new RecordGrouper(this.#with.continues)
  }

  taker(grouper: RecordGrouper, onRecord: OnRecord): LineTaker {
    const { continues, filter } = this.#with
    return {
      filter: continues === eachLine ? filter : undefined,
      take: (line) => this.#take(grouper, line, onRecord),
      pass: () => void this.totals.lines++,
    }
  }

  give(record: LogRecord | undefined, onRecord: OnRecord): void {
    if (record === undefined) return
    onRecord({ ...record, key: () => keyOf(this.#with.label, record) })
  }

  #take(grouper: RecordGrouper, line: LogLine, onRecord: OnRecord): void {
    this.totals.lines++
    if (line.isCut) this.totals.cutLines++
    const text = this.#text.decode(line.bytes, line.isCut)
    this.give(grouper.push({ offset: line.offset, text }), onRecord)
  }
}
