/**
 * The language of a rule's value and of its conditions: numbers (with a unit where wanted: 20GB, 10m, 5%), fields written
 * `measurement.field` (a field that is no plain name in quotes: linux_sysctl_fs.'file-nr'), + − × ÷, comparisons, `and`, `or`, brackets.
 */
export type Expression = NumberNode | FieldNode | NegateNode | BinaryNode

interface Placed {
  /** Offset of the node's first character in the text. */
  readonly at: number
}

export interface NumberNode extends Placed {
  readonly kind: 'number'
  /** In base units: bytes, seconds, percent. */
  readonly value: number
  readonly unit: 'bytes' | 'seconds' | 'percent' | undefined
}

export interface FieldNode extends Placed {
  readonly kind: 'field'
  readonly measurement: string
  readonly field: string
  /** Offset of the field's name. */
  readonly fieldAt: number
}

interface NegateNode extends Placed {
  readonly kind: 'negate'
  readonly operand: Expression
}

export type ArithmeticOperator = '+' | '-' | '*' | '/'
export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!='
export type Operator = ArithmeticOperator | Comparison | 'and' | 'or'

export interface BinaryNode extends Placed {
  readonly kind: 'binary'
  readonly operator: Operator
  readonly left: Expression
  readonly right: Expression
}

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/']

/** Whether a node gives a number; the others (comparisons, and, or) give true or false. */
export function isNumeric(node: Expression): boolean {
  return node.kind !== 'binary' || ARITHMETIC.includes(node.operator)
}

/** Every field of an expression, once each. */
export function fieldsOf(node: Expression): FieldNode[] {
  const fields = new Map<string, FieldNode>()
  const visit = (part: Expression): void => {
    if (part.kind === 'field') {
      const name = `${part.measurement}.${part.field}`
      if (!fields.has(name)) fields.set(name, part)
    } else if (part.kind === 'negate') visit(part.operand)
    else if (part.kind === 'binary') {
      visit(part.left)
      visit(part.right)
    }
  }
  visit(node)
  return [...fields.values()]
}
