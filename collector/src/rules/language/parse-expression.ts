import {
  isNumeric,
  type BinaryNode,
  type Expression,
  type NumberNode,
  type Operator,
} from './expression.ts'
import { toFunctionNode } from './function-call.ts'
import { RuleTextError } from '../rule-problem.ts'
import { TokenCursor, unexpected } from './token-cursor.ts'
import type { Token } from './tokenize-expression.ts'
import { UNITS } from './written-units.ts'

/** How tightly each operator binds. */
const BINDING: Readonly<Record<Operator, number>> = {
  or: 1,
  and: 2,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '==': 3,
  '!=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
}

/** Deep enough for any rule that a person reads. */
const MAX_DEPTH = 50

/** Parses an expression that gives a number. @throws RuleTextError */
export function parseNumeric(text: string): Expression {
  const node = parse(text)
  if (!isNumeric(node)) {
    throw new RuleTextError(
      node.at,
      { zh: '这里是一个条件', en: 'this is a condition' },
      { zh: '一个数值表达式', en: 'an expression that gives a number' },
    )
  }
  return node
}

/** Parses a condition: comparisons joined by `and` and `or`. @throws RuleTextError */
export function parseCondition(text: string): Expression {
  const node = parse(text)
  if (isNumeric(node)) {
    throw new RuleTextError(
      node.at,
      { zh: '这里没有比较', en: 'nothing is compared here' },
      { zh: '条件，如 disk.free < 20GB', en: 'a condition such as disk.free < 20GB' },
    )
  }
  return node
}

function parse(text: string): Expression {
  const parser = new Parser(new TokenCursor(text))
  return parser.parseAll()
}

/** Precedence climbing over the tokens. */
class Parser {
  readonly #tokens: TokenCursor
  #depth = 0

  constructor(tokens: TokenCursor) {
    this.#tokens = tokens
  }

  parseAll(): Expression {
    const node = this.#binary(0)
    const token = this.#tokens.peek()
    if (token.kind !== 'end') throw unexpected(token, { zh: '运算符', en: 'an operator' })
    return node
  }

  #binary(above: number): Expression {
    let left = this.#unary()
    for (;;) {
      const operator = toOperator(this.#tokens.peek())
      if (operator === undefined || BINDING[operator] <= above) return left
      const { at } = this.#tokens.take()
      left = checkKinds({
        kind: 'binary',
        operator,
        left,
        right: this.#binary(BINDING[operator]),
        at,
      })
    }
  }

  #unary(): Expression {
    const { at } = this.#tokens.peek()
    if (++this.#depth > MAX_DEPTH) throw tooDeep(at)
    const node = this.#tokens.takeSymbol('-') ? this.#negated(at) : this.#primary()
    this.#depth--
    return node
  }

  #negated(at: number): Expression {
    const operand = this.#unary()
    if (!isNumeric(operand)) throw wantsNumber(operand)
    return { kind: 'negate', operand, at }
  }

  #primary(): Expression {
    const token = this.#tokens.take()
    if (token.kind === 'number') return this.#number(token)
    if (token.kind === 'name' && toOperator(token) === undefined)
      return this.#tokens.takeSymbol('(') ? this.#call(token) : this.#field(token)
    if (token.kind === 'symbol' && token.text === '(') {
      const inside = this.#binary(0)
      if (!this.#tokens.takeSymbol(')'))
        throw unexpected(this.#tokens.peek(), { zh: '“)”', en: '")"' })
      return inside
    }
    throw unexpected(token, { zh: '数字或字段', en: 'a number or a field' })
  }

  #number(token: Token): NumberNode {
    const value = Number(token.text)
    if (this.#tokens.takeSymbol('%'))
      return { kind: 'number', value, unit: 'percent', at: token.at }
    const next = this.#tokens.peek()
    if (next.kind !== 'name' || toOperator(next) !== undefined)
      return { kind: 'number', value, unit: undefined, at: token.at }
    const unit = Object.hasOwn(UNITS, next.text) ? UNITS[next.text] : undefined
    if (unit === undefined)
      throw unexpected(next, {
        zh: `单位 ${Object.keys(UNITS).join('、')} 或 %`,
        en: `a unit: ${Object.keys(UNITS).join(', ')} or %`,
      })
    this.#tokens.take()
    return { kind: 'number', value: value * unit[0], unit: unit[1], at: token.at }
  }

  #call(name: Token): Expression {
    const given: Expression[] = []
    do given.push(this.#binary(0))
    while (this.#tokens.takeSymbol(','))
    if (!this.#tokens.takeSymbol(')'))
      throw unexpected(this.#tokens.peek(), { zh: '“,”或“)”', en: '"," or ")"' })
    return toFunctionNode(name.text, given, name.at)
  }

  #field(measurement: Token): Expression {
    if (!this.#tokens.takeSymbol('.'))
      throw unexpected(this.#tokens.peek(), {
        zh: `字段，写作 ${measurement.text}.field；名称含“-”的字段加引号：measurement.'file-nr'`,
        en: `a field, written ${measurement.text}.field; one with "-" in its name in quotes: measurement.'file-nr'`,
      })
    const field = this.#tokens.take()
    if (field.kind !== 'name' && field.kind !== 'quoted')
      throw unexpected(field, { zh: '字段名', en: "a field's name" })
    return {
      kind: 'field',
      measurement: measurement.text,
      field: field.text,
      at: measurement.at,
      fieldAt: field.at,
    }
  }
}

function toOperator(token: Token): Operator | undefined {
  if (token.kind !== 'symbol' && token.kind !== 'name') return undefined
  return isOperator(token.text) ? token.text : undefined
}

function isOperator(text: string): text is Operator {
  return Object.hasOwn(BINDING, text)
}

function checkKinds(node: BinaryNode): BinaryNode {
  const joins = node.operator === 'and' || node.operator === 'or'
  for (const side of [node.left, node.right]) {
    if (joins && isNumeric(side))
      throw new RuleTextError(
        side.at,
        {
          zh: `“${node.operator}”的一侧不是条件`,
          en: `one side of "${node.operator}" is no condition`,
        },
        { zh: '比较，如 disk.free < 20GB', en: 'a comparison such as disk.free < 20GB' },
      )
    if (!joins && !isNumeric(side)) throw wantsNumber(side)
  }
  return node
}

function wantsNumber(node: Expression): RuleTextError {
  return new RuleTextError(
    node.at,
    { zh: '这里是一个条件', en: 'this is a condition' },
    { zh: '一个数值', en: 'a number' },
  )
}

function tooDeep(at: number): RuleTextError {
  return new RuleTextError(at, {
    zh: `嵌套超过 ${MAX_DEPTH} 层`,
    en: `nested more than ${MAX_DEPTH} deep`,
  })
}
