import { nearestName } from '@wardround/program'
import type { FieldDeclaration, Unit } from '@wardround/protocol'
import type { Catalogue, MeasurementFacts } from './catalogue.ts'
import {
  fieldsOf,
  isNumeric,
  type BinaryNode,
  type Expression,
  type FieldNode,
} from './expression.ts'
import { RuleTextError } from './rule-problem.ts'
import { canHold, expressionRange, fieldRange, type ValueRange } from './value-range.ts'

/** The one measurement that a rule reads, with its declaration. */
export interface RuleMeasurement {
  readonly name: string
  readonly facts: MeasurementFacts
}

/**
 * The measurement of a rule's value.
 * @throws RuleTextError where a name is unknown, or where fields of two measurements meet
 */
export function resolveMeasurement(node: Expression, catalogue: Catalogue): RuleMeasurement {
  const [first, ...others] = fieldsOf(node)
  if (first === undefined) {
    throw new RuleTextError(
      node.at,
      { zh: '没有引用任何字段', en: 'no field is read' },
      { zh: '至少一个形如 cpu.usage_idle 的字段', en: 'at least one field such as cpu.usage_idle' },
    )
  }
  const facts = catalogue.measurement(first.measurement)
  if (facts === undefined) {
    throw new RuleTextError(
      first.at,
      {
        zh: `未知的测量项“${first.measurement}”`,
        en: `unknown measurement "${first.measurement}"`,
      },
      { zh: '指标目录中的测量项', en: 'one of the metric catalogue' },
      nearestName(first.measurement, catalogue.names),
    )
  }
  const measurement = { name: first.measurement, facts }
  for (const field of [first, ...others]) declarationOf(field, measurement)
  return measurement
}

/** A field's declaration. @throws RuleTextError where the rule's measurement has no such field */
export function declarationOf(
  field: FieldNode,
  { name, facts }: RuleMeasurement,
): FieldDeclaration {
  if (field.measurement !== name) {
    throw new RuleTextError(
      field.at,
      {
        zh: `“${field.measurement}”不是本规则的测量项`,
        en: `"${field.measurement}" is not this rule's measurement`,
      },
      {
        zh: `“${name}”的字段：一条规则只读一个测量项`,
        en: `a field of "${name}": a rule reads one measurement`,
      },
    )
  }
  const declaration = Object.hasOwn(facts.fields, field.field)
    ? facts.fields[field.field]
    : undefined
  if (declaration === undefined) throw unknownField(field, Object.keys(facts.fields))
  return declaration
}

function unknownField(field: FieldNode, known: readonly string[]): RuleTextError {
  const near =
    known.find((name) => name.startsWith(`${field.field}-`)) ?? nearestName(field.field, known)
  const plain = near === undefined || /^\w+$/.test(near) ? near : `'${near}'`
  return new RuleTextError(
    field.fieldAt,
    {
      zh: `“${field.measurement}”没有字段“${field.field}”`,
      en: `"${field.measurement}" has no field "${field.field}"`,
    },
    { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
    plain,
  )
}

/** What a numeric expression over the rule's measurement can give. */
export function rangeIn(node: Expression, measurement: RuleMeasurement): ValueRange {
  return expressionRange(node, (field) =>
    fieldRange(field.field, declarationOf(field, measurement)),
  )
}

/**
 * The unit of a numeric expression as far as its parts tell it; undefined where they don't (a bare number takes any).
 * @throws RuleTextError where two units are added, subtracted or compared
 */
export function unitIn(node: Expression, measurement: RuleMeasurement): Unit | undefined {
  if (node.kind === 'number') return node.unit
  if (node.kind === 'field') return declarationOf(node, measurement).unit
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
