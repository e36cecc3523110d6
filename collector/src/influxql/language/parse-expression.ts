import { durationOf } from './durations.ts'
import type { Binary, Call, Expression, Name, Operator, Wildcard } from './syntax.ts'
import type { TokenReader } from './token-reader.ts'

/** Operators that bind closer come later. */
const LEVELS: readonly (readonly Operator[])[] = [
  ['=', '!=', '<', '<=', '>', '>=', '=~', '!~'],
  ['+', '-', '|', '^'],
  ['*', '/', '%', '&'],
]

const CASTS: readonly string[] = [
  'float',
  'integer',
  'unsigned',
  'string',
  'boolean',
  'field',
  'tag',
]
/** What InfluxDB says it expects where a value should be. */
const VALUES = ['identifier', 'string', 'number', 'bool']
/** An expression of so many operators in a row is a mistake, and deep to walk through. */
const MOST_OPERATORS = 1_000

/** A condition, or a value of the SELECT clause. */
export function parseExpression(reader: TokenReader): Expression {
  return reader.deeper(() => parseJunction(reader, 'or'))
}

function parseJunction(reader: TokenReader, kind: 'or' | 'and'): Expression {
  const next = (): Expression =>
    kind === 'or' ? parseJunction(reader, 'and') : parseBinary(reader, 0)
  const parts = [next()]
  while (reader.takeKeyword(kind.toUpperCase()) !== undefined) parts.push(next())
  return parts.length === 1 ? parts[0]! : { kind, parts }
}

function parseBinary(reader: TokenReader, level: number): Expression {
  const operators = LEVELS[level]
  if (operators === undefined) return parseValue(reader)
  let left = parseBinary(reader, level + 1)
  for (let count = 0; ; count++) {
    const operator = takeOperator(reader, operators)
    if (operator === undefined) return left
    if (count > MOST_OPERATORS) reader.refuse(`more than ${MOST_OPERATORS} operators in a row`)
    left = parseRight(reader, operator, left, level)
  }
}

function parseRight(
  reader: TokenReader,
  operator: Operator,
  left: Expression,
  level: number,
): Binary {
  const wantsRegex = operator === '=~' || operator === '!~'
  if (!wantsRegex) {
    return { kind: 'binary', operator, left, right: parseBinary(reader, level + 1) }
  }
  return { kind: 'binary', operator, left, right: reader.takeRegex() ?? reader.fail('regex') }
}

function takeOperator(reader: TokenReader, operators: readonly Operator[]): Operator | undefined {
  const { kind, text } = reader.next
  if (kind !== 'sign') return undefined
  const operator = operators.find((one) => one === (text === '<>' ? '!=' : text))
  if (operator !== undefined) reader.take()
  return operator
}

function parseValue(reader: TokenReader): Expression {
  if (reader.takeSign('(') !== undefined) {
    const inner = parseExpression(reader)
    reader.expectSign(')')
    return inner
  }
  if (reader.next.kind === 'sign') return parseSigned(reader)
  const { kind, text } = reader.next
  if (kind === 'parameter') return parseParameter(reader)
  if (kind !== 'text' && kind !== 'number' && kind !== 'duration') return parseWord(reader)
  reader.take()
  if (kind === 'text') return { kind, value: text }
  return kind === 'number' ? { kind, value: Number(text), text } : { kind, ns: durationOf(text) }
}

function parseParameter(reader: TokenReader): Expression {
  const { text } = reader.next
  const name = text.startsWith('$"') ? text.slice(2, -1) : text.slice(1)
  const value = reader.parameters.get(name)
  if (value === undefined) reader.refuse(`missing parameter: ${name}`)
  reader.take()
  if (typeof value === 'number') return { kind: 'number', value, text: String(value) }
  if (typeof value === 'boolean') return { kind: 'boolean', value }
  return { kind: 'text', value }
}

function parseSigned(reader: TokenReader): Expression {
  const regex = reader.next.text === '/' ? reader.takeRegex() : undefined
  if (regex !== undefined) return regex
  if (reader.takeSign('*') !== undefined) return { kind: 'wildcard', ...parseWildcardCast(reader) }
  const sign = reader.takeSign('+', '-')
  if (sign === undefined) return reader.fail(...VALUES)
  const value = reader.deeper(() => parseValue(reader))
  if (sign === '+') return value
  if (value.kind === 'number') {
    return { kind: 'number', value: -value.value, text: `-${value.text}` }
  }
  if (value.kind === 'duration') return { kind: 'duration', ns: -value.ns }
  const minusOne: Expression = { kind: 'number', value: -1, text: '-1' }
  return { kind: 'binary', operator: '*', left: minusOne, right: value }
}

function parseWildcardCast(reader: TokenReader): Pick<Wildcard, 'of'> {
  if (reader.takeSign('::') === undefined) return {}
  const of = reader.next.text.toLowerCase()
  if (of !== 'field' && of !== 'tag') reader.fail('field', 'tag')
  reader.take()
  return { of }
}

function parseWord(reader: TokenReader): Expression {
  const word = reader.takeKeyword('TRUE', 'FALSE', 'DISTINCT')
  if (word === 'DISTINCT') return parseDistinct(reader)
  if (word !== undefined) return { kind: 'boolean', value: word === 'TRUE' }
  const isPlain = reader.next.kind === 'word'
  const name = reader.takeName() ?? reader.fail(...VALUES)
  if (isPlain && reader.takeSign('(') !== undefined) return parseCall(reader, name)
  return parseName(reader, name)
}

/** A name with dots is one name to InfluxDB. */
function parseName(reader: TokenReader, first: string): Name {
  let name = first
  while (reader.takeSign('.') !== undefined) name += `.${reader.expectName()}`
  if (reader.takeSign('::') === undefined) return { kind: 'name', name }
  const cast = reader.next.text.toLowerCase()
  if (!CASTS.includes(cast)) reader.fail(...CASTS)
  reader.take()
  return { kind: 'name', name, is: cast === 'tag' ? 'tag' : 'field' }
}

/** `DISTINCT x` and `distinct(x)`. */
function parseDistinct(reader: TokenReader): Call {
  if (reader.takeSign('(') !== undefined) return parseCall(reader, 'distinct')
  const name = reader.expectName()
  return { kind: 'call', name: 'distinct', args: [{ kind: 'name', name }] }
}

/** After its bracket. */
function parseCall(reader: TokenReader, name: string): Call {
  const args: Expression[] = []
  if (reader.takeSign(')') === undefined) {
    do args.push(parseExpression(reader))
    while (reader.takeSign(',') !== undefined)
    reader.expectSign(')')
  }
  return { kind: 'call', name: name.toLowerCase(), args }
}
