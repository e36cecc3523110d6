type Piece = '*' | ((character: string) => boolean)

/**
 * Whether a name is as a pattern of `*` (any text) and `?` (one character) says; in time of name × pattern at worst.
 * @param hasClasses whether `[0-9]` and `[!abc]` stand for one character of them, or of the others
 */
export function toWildcard(pattern: string, hasClasses = false): (name: string) => boolean {
  const parts = hasClasses ? (pattern.match(/\[!?[^\]]+\]|[\s\S]/gu) ?? []) : Array.from(pattern)
  const pieces = parts.map(toPiece)
  return (name) => matches(Array.from(name), pieces)
}

/** The usual comparison with two places: on a mismatch the last star takes one more character. */
function matches(name: readonly string[], pieces: readonly Piece[]): boolean {
  let at = 0
  let star = -1
  let resume = 0
  for (let n = 0; n < name.length;) {
    const piece = pieces[at]
    if (piece === '*') {
      star = at++
      resume = n
    } else if (piece?.(name[n] ?? '') === true) {
      at++
      n++
    } else if (star >= 0) {
      at = star + 1
      n = ++resume
    } else return false
  }
  return pieces.slice(at).every((piece) => piece === '*')
}

function toPiece(text: string): Piece {
  if (text === '*') return '*'
  if (text === '?') return () => true
  if (text.length > 2 && text.startsWith('[')) return toClass(text)
  return (character) => character === text
}

/** One that names no range matches nothing. */
function toClass(text: string): (character: string) => boolean {
  const inside = text.slice(1, -1).replaceAll(/[\\[\]^]/g, String.raw`\$&`)
  const isNot = inside.startsWith('!')
  try {
    const expression = new RegExp(isNot ? `^[^${inside.slice(1)}]$` : `^[${inside}]$`, 'su')
    return (character) => expression.test(character)
  } catch {
    return () => false
  }
}
