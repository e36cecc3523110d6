import type { Arithmetic, Formula, TemplateAggregate, Windowed } from '@wardround/query'
import type { PanelQuery } from './panel.ts'

/* How boards write what they ask: `minus(minus(100, mean('usage_idle')), mean('usage_iowait'))`. */

function windowed(aggregate: TemplateAggregate): (field: string) => Windowed {
  return (field) => ({ aggregate, field })
}

export const mean = windowed('mean')
export const min = windowed('min')
export const max = windowed('max')
export const last = windowed('last')
/** Per second, of a counter. */
export const rate = windowed('rate')
/** Per second, of a level: below 0 where it falls. */
export const growth = windowed('growth')

/** From left to right: `minus(a, b, c)` is a − b − c. */
function folded(operator: Arithmetic['operator']): (first: Formula, ...more: Formula[]) => Formula {
  return (first, ...more) =>
    more.reduce<Formula>((left, right) => ({ operator, left, right }), first)
}

export const plus = folded('+')
export const minus = folded('-')
export const times = folded('*')
export const over = folded('/')

/** A formula over a measurement's fields, one for each host, and for each thing on it where more tags are named. */
export function of(measurement: string, value: Formula, ...tags: string[]): PanelQuery {
  return { measurement, value, groupBy: ['host', ...tags] }
}
