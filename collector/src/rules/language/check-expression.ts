import type { FieldDeclaration, Unit } from '@wardround/protocol'
import { functionRange, functionUnit } from './check-function.ts'
import { isNumeric, type BinaryNode, type Expression } from './expression.ts'
import { declarationOf, type RuleMeasurement } from './rule-measurement.ts'
import { RuleTextError } from '../rule-problem.ts'
import { canHold, expressionRange, fieldRange, type ValueRange } from './value-range.ts'

/** What each number of an expression means, where it is an enumeration: a state, or the least or greatest of one. */
export function statesIn(
  node: Expression,
  measurement: RuleMeasurement,
): FieldDeclaration['states'] {
  if (node.kind === 'field') return declarationOf(node, measurement).states
  if (node.kind !== 'function' || (node.name !== 'min' && node.name !== 'max')) return undefined
  return declarationOf(node.field, measurement).states
}

/** What a numeric expression over the rule's measurement can give. */
export function rangeIn(node: Expression, measurement: RuleMeasurement): ValueRange {
  return expressionRange(node, (read) =>
    read.kind === 'function'
      ? functionRange(read, measurement)
      : fieldRange(read.field, declarationOf(read, measurement)),
  )
}

/**
 * The unit of a numeric expression as far as its parts tell it; undefined where they don't (a bare number takes any).
 * @throws RuleTextError where two units are added, subtracted or compared
 */
export function unitIn(node: Expression, measurement: RuleMeasurement): Unit | undefined {
  if (node.kind === 'number') return node.unit
  if (node.kind === 'field') {
    const { unit } = declarationOf(node, measurement)
    return measurement.facts.undeclared === true ? undefined : unit
  }
  if (node.kind === 'function') return functionUnit(node, measurement)
  if (node.kind === 'negate') return unitIn(node.operand, measurement)
  const left = unitIn(node.left, measurement)
  const right = unitIn(node.right, measurement)
  if (node.operator === '*' || node.operator === '/') return undefined
  if (left !== undefined && right !== undefined && left !== right) {
    throw new RuleTextError(
      node.at,
      {
        zh: `“${node.operator}”两侧单位不同：${left} 与 ${right}`,
        en: `the two sides of "${node.operator}" have different units: ${left} and ${right}`,
      },
      { zh: '同一单位', en: 'one unit' },
    )
  }
  return left ?? right
}

/** Checks the names, units and possibility of a condition. @throws RuleTextError */
export function checkCondition(node: Expression, measurement: RuleMeasurement): void {
  if (node.kind !== 'binary') return
  if (!isNumeric(node) && (node.operator === 'and' || node.operator === 'or')) {
    checkCondition(node.left, measurement)
    checkCondition(node.right, measurement)
    return
  }
  unitIn(node, measurement)
  checkPossible(node, measurement)
}

function checkPossible(node: BinaryNode, measurement: RuleMeasurement): void {
  const difference = { ...node, operator: '-' } as const
  if (canHold(rangeIn(difference, measurement), node.operator, 0)) return
  throw new RuleTextError(
    node.at,
    { zh: '这个比较永远不成立', en: 'this comparison can never be true' },
    { zh: '字段取值范围之内的数', en: "a number within the field's range" },
  )
}
