import { nearestName } from '@wardround/program'
import type { FieldDeclaration } from '@wardround/protocol'
import { fieldOf, UNDECLARED, type Catalogue, type MeasurementFacts } from '../catalogue.ts'
import { fieldsOf, type Expression, type FieldNode } from './expression.ts'
import { RuleTextError } from '../rule-problem.ts'

/** The one measurement that a rule reads, with its declaration. */
export interface RuleMeasurement {
  readonly name: string
  readonly facts: MeasurementFacts
}

/**
 * The measurement of a rule's value.
 * @throws RuleTextError where a name is unknown, or where fields of two measurements meet
 */
export function resolveMeasurement(
  node: Expression,
  catalogue: Catalogue,
  isUndeclared = false,
): RuleMeasurement {
  const [first, ...others] = fieldsOf(node)
  if (first === undefined) {
    throw new RuleTextError(
      node.at,
      { zh: '没有引用任何字段', en: 'no field is read' },
      { zh: '至少一个形如 cpu.usage_idle 的字段', en: 'at least one field such as cpu.usage_idle' },
    )
  }
  const declared = catalogue.measurement(first.measurement)
  if (isUndeclared && declared !== undefined) throw declaredAlready(first)
  const facts = isUndeclared ? UNDECLARED : declared
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

function declaredAlready({ at, measurement }: FieldNode): RuleTextError {
  return new RuleTextError(
    at,
    { zh: `测量项“${measurement}”已在指标目录中`, en: `"${measurement}" is in the catalogue` },
    { zh: '不写 undeclared', en: 'no `undeclared`' },
  )
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
  const declaration = fieldOf(facts, field.field)
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
