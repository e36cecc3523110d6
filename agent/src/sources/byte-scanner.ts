import type { LocalizedText } from '@wardround/protocol'
import { ProbeError } from '../probe.ts'

const NEWLINE = 10
const SPACE = 32
const TAB = 9
const ZERO = 48
const NINE = 57
const POINT = 46
const MINUS = 45
/** Any integer of so many digits is a double. */
const EXACT_DIGITS = 15

/**
 * Walks over the bytes of a /proc file, line by line and field by field, without making strings of what
 * is not asked for. Fields are parted by blanks and tabs, and never reach over the end of their line.
 *
 * What is not as expected throws ProbeError UNPARSABLE with file and line.
 */
export class ByteScanner {
  readonly #bytes: Uint8Array
  readonly #file: string
  #at = 0
  /** End of the current line: its newline, or the end of the bytes. */
  #end = 0
  #line = 0

  /** @param file names the bytes in errors */
  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes
    this.#file = file
  }

  /** From 1; 0 before the first nextLine(). */
  get line(): number {
    return this.#line
  }

  /** Goes to the next line, whatever is left of the current one; false after the last. */
  nextLine(): boolean {
    const start = this.#line === 0 ? 0 : this.#end + 1
    if (start >= this.#bytes.length) return false
    const newline = this.#bytes.indexOf(NEWLINE, start)
    this.#at = start
    this.#end = newline === -1 ? this.#bytes.length : newline
    this.#line += 1
    return true
  }

  /** Whether the line has another field. */
  hasField(): boolean {
    this.#skipBlanks()
    return this.#at < this.#end
  }

  /** Takes `text` if the line goes on with it (after blanks). */
  take(text: string): boolean {
    this.#skipBlanks()
    if (this.#end - this.#at < text.length) return false
    for (let i = 0; i < text.length; i += 1) {
      if (this.#bytes[this.#at + i] !== text.charCodeAt(i)) return false
    }
    this.#at += text.length
    return true
  }

  /** Takes `text` if it is the whole next field. */
  takeField(text: string): boolean {
    const start = this.#at
    if (this.take(text) && (this.#at === this.#end || isBlank(this.#bytes[this.#at]))) return true
    this.#at = start
    return false
  }

  /** The next field as text. */
  field(): string {
    this.#skipBlanks()
    const start = this.#at
    while (this.#at < this.#end && !isBlank(this.#bytes[this.#at])) this.#at += 1
    if (this.#at === start) throw this.problem({ zh: '该行不完整', en: 'the line ends early' })
    return decode(this.#bytes, start, this.#at)
  }

  skip(fields: number): void {
    for (let i = 0; i < fields; i += 1) {
      if (!this.hasField()) throw this.problem({ zh: '该行不完整', en: 'the line ends early' })
      while (this.#at < this.#end && !isBlank(this.#bytes[this.#at])) this.#at += 1
    }
  }

  /** The next field up to `stop`, which is taken too; undefined if the line has none. Blanks inside are kept. */
  fieldUntil(stop: string): string | undefined {
    this.#skipBlanks()
    const found = this.#bytes.indexOf(stop.charCodeAt(0), this.#at)
    if (found === -1 || found >= this.#end) return undefined
    const start = this.#at
    this.#at = found + 1
    return decode(this.#bytes, start, found)
  }

  /** What is left of the line, without blanks around it. */
  rest(): string {
    this.#skipBlanks()
    const start = this.#at
    this.#at = this.#end
    return decode(this.#bytes, start, this.#end).trimEnd()
  }

  /** The next field as a number: digits, with a fraction and a sign where there is one. */
  number(): number {
    this.#skipBlanks()
    const start = this.#at
    const negative = this.#bytes[start] === MINUS
    if (negative) this.#at += 1
    const digits = this.#at
    let value = this.#digits()
    if (this.#at === digits) throw this.problem({ zh: '应为数字', en: 'a number was expected' })
    if (this.#at < this.#end && this.#bytes[this.#at] === POINT) value = this.#fraction(value)
    if (this.#at < this.#end && !isBlank(this.#bytes[this.#at])) {
      throw this.problem({ zh: '应为数字', en: 'a number was expected' })
    }
    // Beyond that, digit by digit is not exact any more.
    if (this.#at - digits > EXACT_DIGITS) return Number(decode(this.#bytes, start, this.#at))
    return negative ? -value : value
  }

  /** The next field as a number; undefined if the line has ended. */
  numberIfAny(): number | undefined {
    return this.hasField() ? this.number() : undefined
  }

  problem({ zh, en }: LocalizedText): ProbeError {
    const place = `${this.#file}:${Math.max(1, this.#line)}`
    return new ProbeError('UNPARSABLE', { zh: `${place}：${zh}`, en: `${place}: ${en}` })
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && isBlank(this.#bytes[this.#at])) this.#at += 1
  }

  #digits(): number {
    let value = 0
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined || byte < ZERO || byte > NINE) return value
      value = value * 10 + (byte - ZERO)
    }
    return value
  }

  /** Digits as one integer over a power of ten, which is the double nearest to what is written. */
  #fraction(whole: number): number {
    this.#at += 1
    let value = whole
    let scale = 1
    for (; this.#at < this.#end; this.#at += 1) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined || byte < ZERO || byte > NINE) break
      value = value * 10 + (byte - ZERO)
      scale *= 10
    }
    return value / scale
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8')
}
