/** Bytes that mean something in line protocol. */
export const NEWLINE = 0x0a
export const RETURN = 0x0d
export const SPACE = 0x20
export const TAB = 0x09
export const QUOTE = 0x22
export const HASH = 0x23
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const ZERO = 0x30
export const NINE = 0x39
export const EQUALS = 0x3d
export const BACKSLASH = 0x5c

/** Whether `part` stands at a place; false where the bytes end before it does. */
export function standsAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  const { length } = part
  if (at + length > bytes.length) return false
  for (let i = 0; i < length; i++) if (bytes[at + i] !== part[i]) return false
  return true
}

/**
 * The line feed that ends the line which starts at `start`, or the end of the bytes. A line feed within a quoted value is part of it; InfluxDB finds the ends
 * of lines in the same way, so that one bad line swallows as much here as there.
 */
export function endOfLine(bytes: Uint8Array, start: number): number {
  const { length } = bytes
  let inFields = false
  let quoted = false
  let equals = 0
  let commas = 0
  let at = start
  while (at < length) {
    const byte = bytes[at]!
    if (byte === BACKSLASH && at + 2 < length) {
      at += 2
      continue
    }
    if (byte === SPACE) inFields = true
    if (inFields) {
      if (!quoted && byte === EQUALS) equals++
      else if (!quoted && byte === COMMA) commas++
      else if (byte === QUOTE && equals > commas) quoted = !quoted
    }
    if (byte === NEWLINE && !quoted) return at
    at++
  }
  return length
}
