import type { Unit } from '@wardround/protocol'
import { fieldOf } from '../catalogue.ts'
import { unitIn } from '../language/check-expression.ts'
import type { ReadNode } from '../language/expression.ts'
import { parseNumeric } from '../language/parse-expression.ts'
import { isCall } from './read-templates.ts'
import type { RuleMeasurement } from '../language/rule-measurement.ts'
import { RuleTextError } from '../rule-problem.ts'

/** A number that a text shows besides the value. */
export interface ShownRead {
  /** As it stands between the braces. */
  readonly name: string
  readonly node: ReadNode
  readonly unit: Unit
}

/** The fields and functions among what stands between the braces of texts that have been checked. */
export function shownReads(names: Iterable<string>, measurement: RuleMeasurement): ShownRead[] {
  return [...new Set(names)].flatMap((name) => {
    if (isCall(name)) return [readCall(name, measurement)]
    const field = name.slice(measurement.name.length + 1)
    const declared = fieldOf(measurement.facts, field)
    if (declared === undefined || name !== `${measurement.name}.${field}`) return []
    const node = { kind: 'field', measurement: measurement.name, field, at: 0, fieldAt: 0 } as const
    return [{ name, node, unit: declared.unit }]
  })
}

/** A function of a field as it stands in a text. @throws RuleTextError where it can't be shown */
export function readCall(text: string, measurement: RuleMeasurement): ShownRead {
  const node = parseNumeric(text)
  if (node.kind !== 'function')
    throw new RuleTextError(
      node.at,
      { zh: '这里只能写字段或函数', en: 'only a field or a function can stand here' },
      { zh: '形如 increase(net.err_in, 10m)', en: 'such as increase(net.err_in, 10m)' },
    )
  const unit = unitIn(node, measurement)
  if (unit === undefined)
    throw new RuleTextError(
      node.at,
      {
        zh: `${node.name} 的结果没有单位，无法显示`,
        en: `what ${node.name} gives has no unit in which to show it`,
      },
      { zh: '{{value}}，并在规则中写明 unit', en: '{{value}}, with a unit in the rule' },
    )
  return { name: text, node, unit }
}
