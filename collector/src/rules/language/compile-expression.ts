import type {
  ArithmeticOperator,
  Comparison,
  Expression,
  Operator,
  ReadNode,
} from './expression.ts'

/** Reads a rule's number from the cells of one point, which start at `base`. Not finite where it has no value. */
export type Evaluate = (cells: Float64Array, base: number) => number

/** Reads a condition from the cells of one point. */
export type Test = (cells: Float64Array, base: number) => boolean

/** Where the value of a field or function stands, counted from the point's first cell. */
export type CellOf = (read: ReadNode) => number

const ARITHMETIC: Readonly<
  Record<ArithmeticOperator, (left: Evaluate, right: Evaluate) => Evaluate>
> = {
  '+': (left, right) => (cells, base) => left(cells, base) + right(cells, base),
  '-': (left, right) => (cells, base) => left(cells, base) - right(cells, base),
  '*': (left, right) => (cells, base) => left(cells, base) * right(cells, base),
  '/': (left, right) => (cells, base) => left(cells, base) / right(cells, base),
}

const COMPARISON: Readonly<Record<Comparison, (left: Evaluate, right: Evaluate) => Test>> = {
  '<': (left, right) => (cells, base) => left(cells, base) < right(cells, base),
  '<=': (left, right) => (cells, base) => left(cells, base) <= right(cells, base),
  '>': (left, right) => (cells, base) => left(cells, base) > right(cells, base),
  '>=': (left, right) => (cells, base) => left(cells, base) >= right(cells, base),
  '==': (left, right) => (cells, base) => left(cells, base) === right(cells, base),
  // what is missing is not unequal to anything either
  '!=': (left, right) => (cells, base) => {
    const difference = left(cells, base) - right(cells, base)
    return difference !== 0 && !Number.isNaN(difference)
  },
}

/** Turns a numeric expression into closures: nothing is looked up by name when a sample arrives. */
export function compileNumeric(node: Expression, cellOf: CellOf): Evaluate {
  if (node.kind === 'number') {
    const { value } = node
    return () => value
  }
  if (node.kind === 'field' || node.kind === 'function') {
    const cell = cellOf(node)
    return (cells, base) => cells[base + cell] ?? NaN
  }
  if (node.kind === 'negate') {
    const operand = compileNumeric(node.operand, cellOf)
    return (cells, base) => -operand(cells, base)
  }
  if (!isArithmetic(node.operator)) throw new TypeError(`"${node.operator}" gives no number`)
  return ARITHMETIC[node.operator](
    compileNumeric(node.left, cellOf),
    compileNumeric(node.right, cellOf),
  )
}

/** Turns a condition into closures. */
export function compileCondition(node: Expression, cellOf: CellOf): Test {
  if (node.kind !== 'binary') throw new TypeError(`a ${node.kind} is no condition`)
  const { operator } = node
  if (operator === 'and' || operator === 'or') {
    const left = compileCondition(node.left, cellOf)
    const right = compileCondition(node.right, cellOf)
    return operator === 'and'
      ? (cells, base) => left(cells, base) && right(cells, base)
      : (cells, base) => left(cells, base) || right(cells, base)
  }
  if (isArithmetic(operator)) throw new TypeError(`"${operator}" compares nothing`)
  return COMPARISON[operator](compileNumeric(node.left, cellOf), compileNumeric(node.right, cellOf))
}

function isArithmetic(operator: Operator): operator is ArithmeticOperator {
  return Object.hasOwn(ARITHMETIC, operator)
}
