/** What of a regular expression RE2 hasn't, or means otherwise. */
export class NotInRe2 extends Error {
  override readonly name = 'NotInRe2'
  /** As it is written. */
  readonly part: string

  constructor(part: string) {
    super(`RE2 has no "${part}"`)
    this.part = part
  }
}

/** Outside of a set: one escape, a group's beginning, a whole set's beginning, a count, or one character. */
const PART =
  /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[^])|\(\?(?:<[=!]|<[^>]*>|[a-z-]*[=!:])|\[(?:\\[^]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[^]/gu
/** One member of a set. */
const MEMBER = /\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[pP]\{[^}]*\}|[^])|[^]/gu

/** Letters that mean the same after a backslash in both. */
const SAME_ESCAPES = 'dDwWbBnrtfv'
/** What JavaScript takes for white space and RE2's \s doesn't. */
const SPACE = String.raw`\s\v\p{Z}\x{feff}`
/** RE2 counts no further. */
const MOST_REPEATS = 1000

/**
 * An ECMAScript regular expression as RE2 writes it (without flags).
 * @throws NotInRe2
 */
export function toRe2(source: string): string {
  return source.replaceAll(PART, (part) => {
    if (part.startsWith('[') && part.length > 1) return toSet(part)
    if (part === String.raw`\s`) return `[${SPACE}]`
    if (part === String.raw`\S`) return `[^${SPACE}]`
    if (part.startsWith('\\')) return toEscape(part)
    if (part.startsWith('(?')) return toGroup(part)
    const counts = part.startsWith('{') ? part.match(/\d+/g) : null
    if (counts?.some((count) => Number(count) > MOST_REPEATS) === true) throw new NotInRe2(part)
    return toCharacter(part)
  })
}

/** A text of which nothing means more than itself. */
export function quoteRe2(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}

function toSet(set: string): string {
  const isNegated = set.startsWith('[^')
  const members = set.slice(isNegated ? 2 : 1, -1)
  if (members === '') throw new NotInRe2(set)
  const spelt = members.replaceAll(MEMBER, (member) => {
    if (member === String.raw`\s`) return SPACE
    // What is no space has no name that RE2 takes into a set; \b is a backspace there.
    if (member === String.raw`\S` || member === String.raw`\B`) throw new NotInRe2(member)
    if (member === String.raw`\b`) return String.raw`\x{8}`
    if (member.startsWith('\\')) return toEscape(member)
    // Before a colon it would begin a class of POSIX's.
    return member === '[' ? String.raw`\[` : toCharacter(member)
  })
  return `[${isNegated ? '^' : ''}${spelt}]`
}

function toEscape(part: string): string {
  const letter = part[1]!
  if (letter === 'u' || letter === 'x') {
    const digits = part.slice(2).replaceAll(/[{}]/g, '')
    if (digits === '') throw new NotInRe2(part)
    return `\\x{${digits}}`
  }
  if (letter === 'p' || letter === 'P') return toProperty(part)
  if (/[a-zA-Z0-9]/.test(letter) && !SAME_ESCAPES.includes(letter)) throw new NotInRe2(part)
  return /[ -~]/.test(letter) ? part : toCharacter(part.slice(1))
}

function toProperty(part: string): string {
  const [, sign, value] =
    /^\\([pP])\{(?:(?:Script|sc|gc|General_Category)=)?(\w+)\}$/u.exec(part) ?? []
  if (sign === undefined) throw new NotInRe2(part)
  return `\\${sign}{${value}}`
}

function toGroup(part: string): string {
  if (/[=!]$/.test(part)) throw new NotInRe2(part)
  // Names of groups say nothing where nothing is taken out of them.
  return part.startsWith('(?<') ? '(?:' : part
}

/** Control characters by their number: a literal of InfluxQL ends at a line's end. */
function toCharacter(character: string): string {
  const code = character.codePointAt(0)!
  return code < 0x20 ? `\\x{${code.toString(16)}}` : character
}
