import type { FieldDeclaration, LocalizedText, Unit } from '@wardround/protocol'
import type { Comparison } from '../language/expression.ts'
import { formatValue } from '../texts/format-value.ts'
import { isStateSet, type Threshold } from './threshold.ts'

const SIGNS: Readonly<Record<Comparison, string>> = {
  '>': '>',
  '>=': '≥',
  '<': '<',
  '<=': '≤',
  '==': '=',
  '!=': '≠',
}

/** How long it must be so, where that is all that a level says: `≥ 3 分钟`. */
export function describeSpan({ forMs }: { readonly forMs: number }): LocalizedText | undefined {
  return forMs <= 0
    ? undefined
    : describeThreshold({ comparison: '>=', bound: forMs / 1000 }, 'seconds')
}

/** What a level compares the value with, for people: `≥ 85%`, `< 20 GB`, `非 在线、备用`. `states` are the words of an enumeration. */
export function describeThreshold(
  threshold: Threshold,
  unit: Unit,
  states: FieldDeclaration['states'] = {},
): LocalizedText {
  const word = (value: number): LocalizedText => states[value] ?? formatValue(value, unit)
  if (!isStateSet(threshold)) {
    const { zh, en } = word(threshold.bound)
    const sign = SIGNS[threshold.comparison]
    return { zh: `${sign} ${zh}`, en: `${sign} ${en}` }
  }
  const words = threshold.states.map(word)
  const zh = words.map((one) => one.zh).join('、')
  const en = words.map((one) => one.en).join(', ')
  return threshold.comparison === 'in' ? { zh, en } : { zh: `非 ${zh}`, en: `not ${en}` }
}
