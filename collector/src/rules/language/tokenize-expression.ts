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

/** @throws RuleTextError at a character that means nothing here */
export function tokenizeExpression(text: string): Token[] {
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

function strange(text: string, at: number): RuleTextError {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
  return new RuleTextError(
    at,
    { zh: `无法理解的字符“${character}”`, en: `unexpected character "${character}"` },
    {
      zh: '数字、形如 measurement.field 的字段、+ − × ÷、比较符、and、or 或括号',
      en: 'a number, a field written measurement.field, + − × ÷, a comparison, and, or, or brackets',
    },
  )
}
