/** One piece of a query. */
export interface Token {
  readonly kind: TokenKind
  /** A name or a text without its quotes, an operator, a number as it is written. */
  readonly text: string
  /** Where it begins in the query. */
  readonly at: number
  readonly end: number
}

export type TokenKind =
  /** A word without quotes: a name or a keyword. */
  | 'word'
  /** A name in double quotes. */
  | 'name'
  | 'text'
  | 'number'
  | 'duration'
  | 'sign'
  /** `$name`. */
  | 'parameter'
  | 'bad text'
  | 'illegal'
  | 'end'

const SPACE = /(?:\s|--[^\n]*|\/\*[^]*?\*\/)+/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const PARAMETER = /\$(?:[A-Za-z_][A-Za-z0-9_]*|"(?:[^"\\\n]|\\[^\n])*")/y
const DURATION = /(?:\d+(?:ns|ms|µ|u|s|m|h|d|w))+/y
const NUMBER = /\d+(?:\.\d+)?|\.\d+/y
const SIGN = /::|=~|!~|!=|<>|<=|>=|[-+*/%&|^=<>(),.;:]/y
const REGEX = /\/((?:[^\\/\n]|\\[^\n])*)\//y

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"', "'": "'" }

/** The token that begins at a place, or after the space there. */
export function tokenAt(query: string, place: number): Token {
  const at = place + (match(SPACE, query, place)?.length ?? 0)
  const first = query[at]
  if (first === undefined) return { kind: 'end', text: '', at, end: at }
  if (first === '"' || first === "'") return quoted(query, at, first)
  const kinds = [
    ['word', WORD],
    ['parameter', PARAMETER],
    ['duration', DURATION],
    ['number', NUMBER],
    ['sign', SIGN],
  ] as const
  for (const [kind, pattern] of kinds) {
    const text = match(pattern, query, at)
    if (text !== undefined) return { kind, text, at, end: at + text.length }
  }
  const character = String.fromCodePoint(query.codePointAt(at)!)
  return { kind: 'illegal', text: character, at, end: at + character.length }
}

/** The expression between slashes that begins at a place or after the space there; undefined where none does. */
export function regexAt(query: string, place: number): (Token & { source: string }) | undefined {
  const at = place + (match(SPACE, query, place)?.length ?? 0)
  const text = match(REGEX, query, at)
  if (text === undefined) return undefined
  const source = text.slice(1, -1).replaceAll(String.raw`\/`, '/')
  return { kind: 'sign', text, at, end: at + text.length, source }
}

/** Line and character of a place, from 1. */
export function lineAndCharacter(query: string, place: number): [number, number] {
  const before = query.slice(0, place).split('\n')
  return [before.length, Array.from(before.at(-1)!).length + 1]
}

function match(pattern: RegExp, query: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(query)?.[0]
}

/** InfluxDB knows four escapes; a line's end or another escape ends the text as a bad one. */
function quoted(query: string, at: number, quote: string): Token {
  let text = ''
  for (let next = at + 1; next < query.length; next++) {
    const character = query[next]!
    if (character === quote) {
      return { kind: quote === '"' ? 'name' : 'text', text, at, end: next + 1 }
    }
    if (character === '\n') return { kind: 'bad text', text, at, end: query.length }
    if (character !== '\\') {
      text += character
      continue
    }
    const escaped = ESCAPES[query[++next] ?? '']
    if (escaped === undefined) return { kind: 'bad text', text, at, end: query.length }
    text += escaped
  }
  return { kind: 'bad text', text, at, end: query.length }
}
