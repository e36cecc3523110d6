import { COMMA, QUOTE } from './bytes.ts'
import { beginsNumber, endsValue, NO_NUMBER, readBoolean, readNumber } from './field-value.ts'
import { unparsable } from './line-error.ts'
import { parseFieldKey, textOf } from './line-head.ts'
import { endOfKey, endOfText } from './line-parts.ts'
import type { FieldValue } from './windows-event.ts'

/** Fields of one event beyond this are refused. */
const MAX_FIELDS = 512

/** All fields of a line, with their texts. @throws LineError */
export function readFields(
  bytes: Uint8Array,
  from: number,
): { readonly fields: ReadonlyMap<string, FieldValue>; readonly end: number } {
  const fields = new Map<string, FieldValue>()
  const number = new Float64Array(1)
  for (let at = from; ; at++) {
    const key = endOfKey(bytes, at)
    const name = parseFieldKey(bytes, at, key - 1)
    if (fields.size >= MAX_FIELDS) throw unparsable(`more than ${MAX_FIELDS} fields`)
    at = endOfValue(bytes, key, number)
    fields.set(name, bytes[key] === QUOTE ? unquote(bytes, key, at) : number[0]!)
    if (bytes[at] !== COMMA) return { fields, end: at }
  }
}

function endOfValue(bytes: Uint8Array, at: number, number: Float64Array): number {
  const byte = bytes[at]
  if (byte === QUOTE) return endOfText(bytes, at)
  if (endsValue(byte)) throw unparsable('missing field value')
  const isNumber = beginsNumber(byte!)
  const end = isNumber ? readNumber(bytes, at, number, 0) : readBoolean(bytes, at, number, 0)
  if (end === NO_NUMBER) throw unparsable(isNumber ? 'invalid number' : 'invalid boolean')
  return end
}

function unquote(bytes: Uint8Array, from: number, to: number): string {
  return textOf(bytes, from + 1, to - 1).replaceAll(/\\(["\\])/g, '$1')
}
