import { CATALOGUE, type Shape } from '@wardround/protocol'
import { HOST_SHAPES } from './host-data.ts'

/** Out of reach: a bench host in alarm all the time would be no host. */
const NEVER = 1e15

const UNBOUNDED: ReadonlySet<string> = new Set(['bytes', 'count', 'seconds', 'milliseconds'])

/** A rule of rules.d as JSON, which is YAML. */
export interface BenchRule {
  readonly [key: string]: unknown
}

/** So many rules with one instance per host each, spread over the host's series. */
export function benchRules(count: number): BenchRule[] {
  const shapes = HOST_SHAPES.filter(isUnbounded)
  if (shapes.length < count) throw new Error(`there are ${shapes.length} series for ${count} rules`)
  return Array.from({ length: count }, (_, index) =>
    ruleOf(shapes[Math.floor((index * shapes.length) / count)]!, index),
  )
}

/** A condition that a percentage or a state can never fulfil is refused. */
function isUnbounded({ measurement, field }: Shape): boolean {
  const declared = CATALOGUE.flatMap(({ measurements }) => {
    const found = measurements[measurement]?.fields[field]
    return found === undefined ? [] : [found]
  })
  return declared.length > 0 && declared.every(({ unit }) => UNBOUNDED.has(unit))
}

/** Two severities; one in three with arithmetic, one in five with a joined condition. */
function ruleOf(shape: Shape, index: number): BenchRule {
  const field = `${shape.measurement}.${/^\w+$/.test(shape.field) ? shape.field : `'${shape.field}'`}`
  const joined = index % 5 === 0 ? { and: `${field} > 0` } : {}
  const text = { zh: 'x', en: 'x' }
  return {
    id: `rule_${index}`,
    name: text,
    ...(index % 3 === 0 ? { value: `${field} / 2 + 100`, unit: 'count' } : { value: field }),
    where: Object.fromEntries(shape.tags),
    warning: { above: NEVER, for: '5m', clear: { below: 0.9 * NEVER }, ...joined },
    critical: { above: 2 * NEVER, for: '5m', clear: { below: 1.8 * NEVER }, ...joined },
    summary: text,
  }
}
