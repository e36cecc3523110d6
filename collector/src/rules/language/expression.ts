/**
 * The language of a rule's value and of its conditions: numbers (with a unit where wanted: 20GB, 10m, 5%), fields written
 * `measurement.field` (a field that is no plain name in quotes: linux_sysctl_fs.'file-nr'), functions of a field (rate(net.err_in, 10m)), + − × ÷,
 * comparisons, `and`, `or`, brackets.
 */
export type Expression = NumberNode | FieldNode | FunctionNode | NegateNode | BinaryNode

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

export type FunctionName =
  | 'rate'
  | 'increase'
  | 'delta'
  | 'avg'
  | 'min'
  | 'max'
  | 'timeTo'
  | 'baseline'

/** What a field did over a stretch of time, told by the samples that came. */
export interface FunctionNode extends Placed {
  readonly kind: 'function'
  readonly name: FunctionName
  readonly field: FieldNode
  /** For timeTo: what the field is to reach. */
  readonly limit: NumberNode | FieldNode | undefined
  /** How far it looks back; undefined for rate between two samples, and for baseline. */
  readonly windowMs: number | undefined
}

/** What has a value of its own in a point: a field, or a function of one. */
export type ReadNode = FieldNode | FunctionNode

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

/** Every field of an expression, those that functions are of too, once each. */
export function fieldsOf(node: Expression): FieldNode[] {
  const fields = new Map<string, FieldNode>()
  for (const read of readsOf(node)) {
    for (const field of read.kind === 'field' ? [read] : argumentFields(read)) {
      const name = readName(field)
      if (!fields.has(name)) fields.set(name, field)
    }
  }
  return [...fields.values()]
}

/** Every field and function that an expression reads, once each; what a function is of is left to it. */
export function readsOf(node: Expression): ReadNode[] {
  const reads = new Map<string, ReadNode>()
  const visit = (part: Expression): void => {
    if (part.kind === 'field' || part.kind === 'function') {
      const name = readName(part)
      if (!reads.has(name)) reads.set(name, part)
    } else if (part.kind === 'negate') visit(part.operand)
    else if (part.kind === 'binary') {
      visit(part.left)
      visit(part.right)
    }
  }
  visit(node)
  return [...reads.values()]
}

/** One spelling for whatever reads the same: measurement.field, or rate(measurement.field,600s). */
export function readName(node: ReadNode): string {
  if (node.kind === 'field') return `${node.measurement}.${node.field}`
  const { name, field, limit, windowMs } = node
  const written = [readName(field)]
  if (limit !== undefined)
    written.push(limit.kind === 'field' ? readName(limit) : `${limit.value}${limit.unit ?? ''}`)
  if (windowMs !== undefined) written.push(`${windowMs / 1000}s`)
  return `${name}(${written.join(',')})`
}

function argumentFields({ field, limit }: FunctionNode): FieldNode[] {
  return limit?.kind === 'field' ? [field, limit] : [field]
}
