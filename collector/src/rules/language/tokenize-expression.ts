import type { LocalizedText } from '@wardround/protocol'
import { RuleTextError } from '../rule-problem.ts'

export interface Token {
  readonly kind: 'number' | 'name' | 'quoted' | 'symbol' | 'end'
  readonly text: string
  readonly at: number
}

/** The ways in which people write the same operator. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '−': '-',
  '–': '-',
  '×': '*',
  '÷': '/',
  '≤': '<=',
  '≥': '>=',
  '≠': '!=',
  '=': '==',
  '&&': 'and',
  '||': 'or',
  '，': ',',
}

const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<symbol><=|>=|==|!=|&&|\|\||[-−–+*×/÷<>=≤≥≠().%,，]))/uy

/** A person can't check a longer one; deeper than this the machine couldn't follow either. */
const MAX_CHARACTERS = 4096

/** @throws RuleTextError at a character that means nothing here, and where the text is too long */
export function tokenizeExpression(text: string): Token[] {
  if (text.length > MAX_CHARACTERS) throw tooLong(text)
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  let from = 0
  for (;;) {
    const match = TOKEN.exec(text)
    if (match === null) break
    tokens.push(toToken(match))
    from = TOKEN.lastIndex
  }
  const rest = text.slice(from)
  if (rest.trim() !== '') throw strange(text, from + rest.length - rest.trimStart().length)
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

function toToken(match: RegExpExecArray): Token {
  const { number, name, single, double, symbol } = match.groups ?? {}
  const written = number ?? name ?? symbol
  const end = match.index + match[0].length
  if (written === undefined) {
    const inside = single ?? double ?? ''
    return { kind: 'quoted', text: inside, at: end - inside.length - 1 }
  }
  const at = end - written.length
  if (number !== undefined) return { kind: 'number', text: number, at }
  if (name !== undefined) return { kind: 'name', text: name, at }
  return { kind: 'symbol', text: SPELLINGS[written] ?? written, at }
}

function tooLong({ length }: string): RuleTextError {
  return new RuleTextError(
    MAX_CHARACTERS,
    {
      zh: `表达式过长（${length} 个字符）`,
      en: `the expression is too long (${length} characters)`,
    },
    { zh: `至多 ${MAX_CHARACTERS} 个字符`, en: `at most ${MAX_CHARACTERS} characters` },
  )
}

function strange(text: string, at: number): RuleTextError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  const shown = nameOf(character)
  const half = character.normalize('NFKC')
  return new RuleTextError(
    at,
    { zh: `无法理解的字符${shown.zh}`, en: `unexpected character ${shown.en}` },
    {
      zh: '数字、形如 measurement.field 的字段、+ − × ÷、比较符、and、or 或括号',
      en: 'a number, a field written measurement.field, + − × ÷, a comparison, and, or, or brackets',
    },
    half !== character && /^[\x21-\x7e]+$/.test(half) ? half : undefined,
  )
}

/** With its number where it is none of ASCII: it may be invisible, or look like a letter of ours. */
function nameOf(character: string): LocalizedText {
  if (/^[\x20-\x7e]$/.test(character)) return { zh: `“${character}”`, en: `"${character}"` }
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const isShown = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)
  return isShown
    ? { zh: `“${character}”（U+${code}）`, en: `"${character}" (U+${code})` }
    : { zh: ` U+${code}`, en: `U+${code}` }
}
