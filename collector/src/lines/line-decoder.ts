import {
  COMMA,
  HASH,
  MINUS,
  NEWLINE,
  NINE,
  QUOTE,
  RETURN,
  SPACE,
  TAB,
  ZERO,
  endOfLine,
  standsAt,
} from './bytes.ts'
import { beginsNumber, endsValue, NO_NUMBER, readBoolean, readNumber } from './field-value.ts'
import { endOfKey, endOfText, endsLine, skipBlanks } from './line-parts.ts'
import { LineError, unparsable } from './line-error.ts'
import { endOfHead } from './line-head.ts'
import { type KnownHead, UNDEFINED_SERIES } from './known-heads.ts'
import type { Precision } from './precision.ts'
import { readFields } from './event-fields.ts'
import type { FieldValue } from './windows-event.ts'

/** Who knows what lines are about. */
export interface HeadSource {
  /** The head that stands between two places, the space behind it included. @throws LineError where it may not be written */
  head(bytes: Uint8Array, from: number, to: number): KnownHead
  /** Makes the field known whose name stands there; returns its place in the head. @throws LineError */
  addField(head: KnownHead, bytes: Uint8Array, from: number, to: number): number
  /** Gives a field its series. @throws LineError */
  define(head: KnownHead, field: number): number
}

/** Who takes what lines say. */
export interface LineTaker {
  /** The samples of one line: the first `count` of both. `timeMs` is undefined where the line gives none. @throws LineError */
  take(
    head: KnownHead,
    timeMs: number | undefined,
    series: Uint32Array,
    values: Float64Array,
    count: number,
  ): void
  /** A line that is an event: its fields by name, texts among them. @throws LineError */
  takeEvent(
    head: KnownHead,
    timeMs: number | undefined,
    fields: ReadonlyMap<string, FieldValue>,
  ): void
  /** A line is refused; `line` counts from 1. */
  refuse(error: LineError, line: number, text: Uint8Array): void
}

/** Fields of one line beyond this are refused: no input of Telegraf has a tenth of it. */
const MAX_FIELDS = 4_096
/** Digits of a time in its own steps that are exact. */
const MAX_TIME_DIGITS = 15

/**
 * Reads lines byte by byte. What a line is about, and the names of its fields, are known by their bytes after the first time: such a line makes no string and no object.
 */
export class LineDecoder {
  readonly #source: HeadSource
  readonly #taker: LineTaker
  readonly #precision: Precision
  readonly #series = new Uint32Array(MAX_FIELDS)
  readonly #values = new Float64Array(MAX_FIELDS)
  /** Of the line that is read. */
  #count = 0
  #previous: KnownHead | undefined
  #line = 0
  lines = 0
  /** Lines that are events. */
  events = 0
  /** Values that are texts: never samples. */
  texts = 0

  constructor(source: HeadSource, taker: LineTaker, precision: Precision) {
    this.#source = source
    this.#taker = taker
    this.#precision = precision
  }

  /** Reads whole lines from a place on until at least `upTo` is reached; returns where the next one begins. */
  decode(bytes: Uint8Array, from: number, upTo: number): number {
    let at = from
    while (at < upTo) {
      const byte = bytes[at]!
      if (byte === NEWLINE) {
        this.#line++
        at++
      } else if (byte === SPACE || byte === TAB || byte === RETURN || byte === 0) at++
      else if (byte === HASH) at = endOfComment(bytes, at)
      else at = this.#readLine(bytes, at)
    }
    return at
  }

  /** Returns where the line feed behind the line is. */
  #readLine(bytes: Uint8Array, start: number): number {
    this.lines++
    this.#count = 0
    const line = this.#line
    try {
      return this.#read(bytes, start)
    } catch (error) {
      if (!(error instanceof LineError)) throw error
      const end = endOfLine(bytes, start)
      this.#line = line
      this.#taker.refuse(error, line + 1, bytes.subarray(start, end))
      for (let at = start; at < end; at++) if (bytes[at] === NEWLINE) this.#line++
      return end
    }
  }

  #read(bytes: Uint8Array, start: number): number {
    const head = this.#headAt(bytes, start)
    let at = skipBlanks(bytes, start + head.bytes.length)
    if (head.isEvents) return this.#readEvent(head, bytes, at)
    let expected = 0
    for (;;) {
      const field = this.#fieldAt(head, bytes, at, expected)
      expected = field + 1
      at = this.#readValue(head, field, bytes, at + head.keys[field]!.length)
      if (bytes[at] !== COMMA) break
      at++
    }
    return this.#finish(head, bytes, at)
  }

  #readEvent(head: KnownHead, bytes: Uint8Array, from: number): number {
    const { fields, end } = readFields(bytes, from)
    for (let at = from; at < end; at++) if (bytes[at] === NEWLINE) this.#line++
    const { timeMs, at } = this.#readTime(bytes, end)
    this.#taker.takeEvent(head, timeMs, fields)
    this.events++
    return at
  }

  #headAt(bytes: Uint8Array, start: number): KnownHead {
    const guess = this.#previous?.next
    const isGuessed = guess !== undefined && standsAt(bytes, start, guess.bytes)
    const head = isGuessed ? guess : this.#findHead(bytes, start)
    if (this.#previous !== undefined && !isGuessed) this.#previous.next = head
    this.#previous = head
    head.isUsed = true
    return head
  }

  #findHead(bytes: Uint8Array, start: number): KnownHead {
    const end = lineFeedOrEnd(bytes, start)
    const space = endOfHead(bytes, start, end)
    if (bytes[start] === COMMA) throw unparsable('missing measurement')
    if (space < 0) throw unparsable('missing fields')
    return this.#source.head(bytes, start, space + 1)
  }

  #fieldAt(head: KnownHead, bytes: Uint8Array, at: number, expected: number): number {
    const near = head.fieldNear(bytes, at, expected)
    if (near >= 0) return near
    const end = endOfKey(bytes, at)
    const known = head.findField(bytes, at, end)
    if (known >= 0) return known
    if (head.keys.length >= MAX_FIELDS) throw unparsable(`more than ${MAX_FIELDS} fields`)
    return this.#source.addField(head, bytes, at, end)
  }

  /** Returns where the value ends. */
  #readValue(head: KnownHead, field: number, bytes: Uint8Array, at: number): number {
    const byte = bytes[at]
    if (byte === QUOTE) return this.#skipText(bytes, at)
    if (endsValue(byte)) throw unparsable('missing field value')
    const place = this.#count
    if (place >= MAX_FIELDS) throw unparsable(`more than ${MAX_FIELDS} fields`)
    let end: number
    if (beginsNumber(byte!)) {
      end = readNumber(bytes, at, this.#values, place)
      if (end === NO_NUMBER) throw unparsable('invalid number')
    } else {
      end = readBoolean(bytes, at, this.#values, place)
      if (end === NO_NUMBER) throw unparsable(isNaN(byte!) ? 'invalid number' : 'invalid boolean')
    }
    const known = head.series[field]!
    this.#series[place] = known === UNDEFINED_SERIES ? this.#source.define(head, field) : known
    this.#count = place + 1
    return end
  }

  #skipText(bytes: Uint8Array, from: number): number {
    const end = endOfText(bytes, from)
    for (let at = from; at < end; at++) if (bytes[at] === NEWLINE) this.#line++
    this.texts++
    return end
  }

  #finish(head: KnownHead, bytes: Uint8Array, from: number): number {
    const { timeMs, at } = this.#readTime(bytes, from)
    if (this.#count > 0) this.#taker.take(head, timeMs, this.#series, this.#values, this.#count)
    return at
  }

  /** The time, and the end of the line. */
  #readTime(bytes: Uint8Array, from: number): { timeMs: number | undefined; at: number } {
    let at = skipBlanks(bytes, from)
    if (endsLine(bytes[at])) return { timeMs: undefined, at }
    const first = at
    if (bytes[at] === MINUS) at++
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE) at++
    const timeMs = this.#timeBetween(bytes, first, at)
    at = skipBlanks(bytes, at)
    if (!endsLine(bytes[at])) throw unparsable('bad timestamp')
    return { timeMs, at }
  }

  #timeBetween(bytes: Uint8Array, from: number, to: number): number {
    const { finerDigits, stepMs } = this.#precision
    if (from === to || (bytes[from] === MINUS && to === from + 1)) throw unparsable('bad timestamp')
    if (bytes[from] === MINUS) return -1
    const last = to - finerDigits
    if (last - from > MAX_TIME_DIGITS) throw unparsable('bad timestamp')
    let steps = 0
    for (let at = from; at < last; at++) steps = steps * 10 + (bytes[at]! - ZERO)
    return steps * stepMs
  }
}

function lineFeedOrEnd(bytes: Uint8Array, from: number): number {
  const found = bytes.indexOf(NEWLINE, from)
  return found < 0 ? bytes.length : found
}

function endOfComment(bytes: Uint8Array, from: number): number {
  return lineFeedOrEnd(bytes, from)
}

/** NaN, in any case of its letters. */
function isNaN(byte: number): boolean {
  return (byte | 0x20) === 0x6e
}
