import { BACKSLASH, COMMA, EQUALS, NEWLINE, QUOTE, RETURN, SPACE, TAB } from './bytes.ts'
import { endsValue } from './field-value.ts'
import { unparsable } from './line-error.ts'

/** Behind the equals sign of a field's name. @throws LineError */
export function endOfKey(bytes: Uint8Array, from: number): number {
  const first = bytes[from]
  if (endsLine(first)) throw unparsable('missing fields')
  if (first === EQUALS) throw unparsable('missing field key')
  for (let at = from; ; at++) {
    const byte = bytes[at]
    if (byte === undefined || byte === NEWLINE) throw unparsable('invalid field format')
    if (byte === BACKSLASH && bytes[at + 1] !== NEWLINE) at++
    else if (byte === EQUALS) return at + 1
    else if (byte === COMMA || byte === SPACE) throw unparsable('invalid field format')
  }
}

/** Behind the quote that ends the text which begins with one. @throws LineError */
export function endOfText(bytes: Uint8Array, from: number): number {
  let at = from + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  if (at >= bytes.length) throw unparsable('unbalanced quotes')
  if (!endsValue(bytes[at + 1])) throw unparsable('invalid field format')
  return at + 1
}

export function skipBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === SPACE || bytes[at] === TAB) at++
  return at
}

export function endsLine(byte: number | undefined): boolean {
  return byte === NEWLINE || byte === RETURN || byte === undefined
}
