/** A line as text. */
export interface TextLine {
  readonly offset: number
  readonly text: string
}

/** What belongs together in a log: a line and those that continue it, such as a stack trace. */
export interface LogRecord {
  /** Of its first line. */
  readonly offset: number
  /** The first ones, within MAX_RECORD_LINES and MAX_RECORD_LENGTH. */
  readonly lines: readonly string[]
}

/** Whether a line continues the record whose lines are given. */
export type Continues = (line: string, record: readonly string[]) => boolean

const MAX_RECORD_LINES = 400
const MAX_RECORD_LENGTH = 65_536

/** Every line for itself. */
export const eachLine: Continues = () => false

/** Groups lines into records. A record ends where the next one begins, or when it is taken because nothing follows; where each line is one, at once. */
export class RecordGrouper {
  readonly #continues: Continues
  #open: { offset: number; lines: string[]; length: number } | undefined

  constructor(continues: Continues) {
    this.#continues = continues
  }

  /** Of the record that is not complete yet. */
  get openOffset(): number | undefined {
    return this.#open?.offset
  }

  /** Returns the record that ended with the line before, if it did; this line, where each is a record. */
  push({ offset, text }: TextLine): LogRecord | undefined {
    if (this.#continues === eachLine) return { offset, lines: [text] }
    const open = this.#open
    if (open !== undefined && this.#continues(text, open.lines)) {
      open.length += text.length
      if (open.lines.length < MAX_RECORD_LINES && open.length <= MAX_RECORD_LENGTH)
        open.lines.push(text)
      return undefined
    }
    this.#open = { offset, lines: [text], length: text.length }
    return open
  }

  /** The record that is open, as complete. */
  take(): LogRecord | undefined {
    const open = this.#open
    this.#open = undefined
    return open
  }
}
