import { BACKSLASH, COMMA, EQUALS, SPACE } from './bytes.ts'
import { unparsable } from './line-error.ts'

/** What a line is about: everything before its fields. */
export interface LineHead {
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads measurement and tags, `bytes` without the space that ends them. A backslash escapes the comma, space or equals sign after it and is itself anywhere else.
 * @throws LineError in InfluxDB's words
 */
export function parseHead(bytes: Uint8Array): LineHead {
  const measurementEnd = endOfPart(bytes, 0, COMMA)
  if (measurementEnd === 0) throw unparsable('missing measurement')
  const measurement = textOf(bytes, 0, measurementEnd).replaceAll(/\\([, ])/g, '$1')
  const tags = new Map<string, string>()
  for (let at = measurementEnd; at < bytes.length; at = readTag(bytes, at + 1, tags));
  return { measurement, tags }
}

/** A field's name as it stands before its equals sign. @throws LineError */
export function parseFieldKey(bytes: Uint8Array, from: number, to: number): string {
  return unescape(textOf(bytes, from, to))
}

function readTag(bytes: Uint8Array, from: number, tags: Map<string, string>): number {
  const first = bytes[from]
  if (first === undefined || first === COMMA || first === EQUALS)
    throw unparsable('missing tag key')
  let equals = from + 1
  for (; ; equals++) {
    const byte = bytes[equals]
    const isEscaped = bytes[equals - 1] === BACKSLASH
    if (byte === undefined || (byte === COMMA && !isEscaped)) throw unparsable('missing tag value')
    if (byte === EQUALS && !isEscaped) break
  }
  const end = endOfPart(bytes, equals + 1, COMMA)
  if (end === equals + 1) throw unparsable('missing tag value')
  for (let at = equals + 2; at < end; at++)
    if (bytes[at] === EQUALS && bytes[at - 1] !== BACKSLASH) throw unparsable('invalid tag format')
  const key = unescape(textOf(bytes, from, equals))
  if (tags.has(key)) throw unparsable('duplicate tags')
  tags.set(key, unescape(textOf(bytes, equals + 1, end)))
  return end
}

/** The first separator that no backslash stands before; the first byte of a part is never escaped. */
function endOfPart(bytes: Uint8Array, from: number, separator: number): number {
  for (let at = from; at < bytes.length; at++)
    if (bytes[at] === separator && (at === from || bytes[at - 1] !== BACKSLASH)) return at
  return bytes.length
}

function unescape(text: string): string {
  return text.replaceAll(/\\([,= ])/g, '$1')
}

/** @throws LineError where the bytes are no UTF-8: a name in GBK would be kept as replacement characters */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  try {
    return UTF_8.decode(bytes.subarray(from, to))
  } catch {
    throw unparsable('invalid UTF-8')
  }
}

/** Where the space is that ends the head which starts at `start`; −1 where the line has none before `end`. */
export function endOfHead(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 1; at < end; at++)
    if (bytes[at] === SPACE && bytes[at - 1] !== BACKSLASH) return at
  return -1
}
