import { utf8Length } from '@wardround/protocol'
import { labelFingerprint } from '../alerts/fingerprint.ts'

/** Longest text that is put into a label or a message, in bytes of UTF-8: as long as a tag's value may be. */
const MAX_BYTES = 1024

/** What a terminal, a chat or a page may act on: controls (C0, C1), line separators, and what turns the writing's direction. */
// oxlint-disable-next-line no-control-regex -- it is these that are looked for
const ACTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text from outside as it may stand in a label or a message: control characters are spelled out, and what is too long is cut between two
 * characters, with an ellipsis, its whole length and a few digits that keep texts apart that begin alike: `aaaa…[65536 B 5f0c21aa]`.
 */
export function plainText(text: string, maxBytes = MAX_BYTES): string {
  const spelled = text.toWellFormed().replace(ACTIVE, spellOut)
  // A UTF-16 unit is at most three bytes.
  if (spelled.length * 3 <= maxBytes) return spelled
  const bytes = utf8Length(spelled)
  return bytes <= maxBytes ? spelled : cut(spelled, maxBytes, bytes)
}

function spellOut(character: string): string {
  const code = character.charCodeAt(0).toString(16)
  return (
    SHORT[character] ??
    (code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`)
  )
}

function cut(text: string, maxBytes: number, bytes: number): string {
  const end = `…[${bytes} B ${labelFingerprint({ text }).slice(0, 8)}]`
  let room = maxBytes - utf8Length(end)
  let length = 0
  for (const character of text) {
    room -= utf8Length(character)
    if (room < 0) break
    length += character.length
  }
  return text.slice(0, length) + end
}
