/** Longest that one fact may be; what is beyond it is of use to nobody on a phone. */
const MAX_FACT_CHARACTERS = 500

const GRAPHEMES = new Intl.Segmenter('zh', { granularity: 'grapheme' })

/**
 * Text of unknown origin (labels, values, log lines) as one line that no terminal, log or chat takes for more than text: without control characters, escape
 * sequences, line separators, marks that turn the direction of writing and spaces without width, and cut to a length that a person reads.
 */
export function inertText(text: string, maxCharacters = MAX_FACT_CHARACTERS): string {
  const plain = text
    // More than can stay is not looked at: a label may have 64 kB.
    .slice(0, maxCharacters * 16)
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- escape sequences of terminals are what is looked for
    .replace(/\u001b(\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)?|.)?/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g, '')
    .trim()
  return cutCharacters(plain, maxCharacters)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function inertHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** The first characters as people count them; an ellipsis where something is gone. */
function cutCharacters(text: string, max: number): string {
  if (text.length <= max) return text
  let count = 0
  for (const { index } of GRAPHEMES.segment(text)) {
    if (count === max) return `${text.slice(0, index)}…`
    count++
  }
  return text
}

/** The beginning of a text that takes at most so many bytes of UTF-8, with an ellipsis where something is gone; no character and no emoji is cut in two. */
export function cutBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  const room = maxBytes - Buffer.byteLength('…')
  let bytes = 0
  let end = 0
  for (const { segment, index } of GRAPHEMES.segment(text)) {
    bytes += Buffer.byteLength(segment)
    if (bytes > room) break
    end = index + segment.length
  }
  return room < 0 ? '' : `${text.slice(0, end)}…`
}
