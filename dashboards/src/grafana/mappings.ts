import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import type { ValueMap } from '@grafana/grafana-foundation-sdk/dashboard'
import type { LocalizedText } from '@wardround/protocol'
import { isWindowed } from '@wardround/query'
import { declaredField } from '../declared.ts'
import type { Colour, Shown } from '../panel.ts'
import { ruleOf } from '../rule-of.ts'
import type { Language } from './language.ts'
import { SEVERITY_COLOURS } from './thresholds.ts'

const YES_NO: Readonly<Record<number, LocalizedText>> = {
  0: { zh: '否', en: 'no' },
  1: { zh: '是', en: 'yes' },
}

/** The words and colours of a state: the catalogue's words, the rule's colours. None where the value is a number. */
export function toMappings(shown: Shown, language: Language): ValueMap[] {
  const states = statesOf(shown)
  if (states === undefined) return []
  const options = Object.entries(states).map(([number, text], index) => [
    number,
    { text: text[language], color: colourOf(shown, Number(number)), index },
  ])
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }]
}

/** What each number means; undefined where they are just numbers. */
function statesOf({
  query,
  words = YES_NO,
}: Shown): Readonly<Record<number, LocalizedText>> | undefined {
  const { measurement, value } = query
  if (!isWindowed(value) || value.aggregate === 'rate' || value.aggregate === 'count')
    return undefined
  const { states, unit } = declaredField(measurement, value.field).declaration
  if (states !== undefined) return states
  return unit === 'boolean' ? words : undefined
}

/** The rule's colour of what it raises, else the board's own; what no rule watches is grey, what the rule lets pass green. */
function colourOf({ rule, colours = {} }: Shown, state: number): Colour {
  const own = colours[state]
  if (own !== undefined) return own
  if (rule === undefined) return 'grey'
  const severity = ruleOf(rule).states?.[state]
  return severity === undefined ? 'green' : SEVERITY_COLOURS[severity]
}
