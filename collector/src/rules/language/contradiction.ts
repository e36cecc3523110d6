import { rangeIn, statesIn } from './check-expression.ts'
import type { BinaryNode, Comparison, Expression } from './expression.ts'
import { closedInterval, isEmpty, mirrored, narrowed, type Interval } from './interval.ts'
import { linearForm, type LinearForm } from './linear-form.ts'
import { declarationOf, type RuleMeasurement } from './rule-measurement.ts'
import type { ValueRange } from './value-range.ts'

/** Of more ways in which a condition may hold than these, the rest is taken to be possible. */
const MAX_WAYS = 256

/** Comparisons that must all hold. */
export type Way = readonly BinaryNode[]

/** Comparisons that never hold together. */
export interface Contradiction {
  /** The first of a condition's comparisons that leaves no value. */
  readonly node: BinaryNode
  /** Whether the condition alone can't hold; else it is what was given beside it. */
  readonly isOwn: boolean
}

/** What of a condition can never hold, by itself or with all of what else must hold (in one way or another); undefined where everything can. */
export function findContradiction(
  condition: Expression,
  given: readonly Way[],
  measurement: RuleMeasurement,
): Contradiction | undefined {
  for (const way of waysOf(condition)) {
    const own = firstImpossible([], way, measurement)
    if (own !== undefined) return { node: own, isOwn: true }
    const found = given.map((beside) => firstImpossible(beside, way, measurement))
    const [node] = found
    if (node !== undefined && !found.includes(undefined)) return { node, isOwn: false }
  }
  return undefined
}

/** Every way in which a condition of comparisons, `and` and `or` may hold. */
function waysOf(node: Expression): Way[] {
  if (node.kind !== 'binary') return [[]]
  if (node.operator === 'or') return [...waysOf(node.left), ...waysOf(node.right)]
  if (node.operator !== 'and') return [[node]]
  const rights = waysOf(node.right)
  const both = waysOf(node.left).flatMap((left) => rights.map((right) => [...left, ...right]))
  return both.slice(0, MAX_WAYS)
}

function firstImpossible(
  beside: Way,
  way: Way,
  measurement: RuleMeasurement,
): BinaryNode | undefined {
  const left = new Leeway(measurement)
  for (const node of beside) left.narrow(node)
  return way.find((node) => !left.narrow(node))
}

/** What comparisons leave to what they read, one after the other. */
class Leeway {
  readonly #measurement: RuleMeasurement
  readonly #intervals = new Map<string, { readonly form: LinearForm; readonly left: Interval }>()

  constructor(measurement: RuleMeasurement) {
    this.#measurement = measurement
  }

  /** Takes a comparison into account; false when no value is left. */
  narrow({ operator, left, right, at }: BinaryNode): boolean {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- waysOf ends at comparisons
    const comparison = operator as Comparison
    const { form, bound, isMirrored } = normalise(
      linearForm({ kind: 'binary', operator: '-', left, right, at }),
    )
    const key = keyOf(form)
    const before = this.#intervals.get(key)?.left ?? this.#startOf(form)
    const after = narrowed(before, isMirrored ? mirrored(comparison) : comparison, bound)
    this.#intervals.set(key, { form, left: after })
    return [...this.#intervals.values()].every((one) => this.#isPossible(one.form, one.left))
  }

  /** By the ranges of what is read. */
  #startOf({ parts }: LinearForm): Interval {
    const [only] = parts.values()
    if (only === undefined) return closedInterval({ low: 0, high: 0 })
    if (parts.size > 1) return closedInterval({ low: -Infinity, high: Infinity })
    return closedInterval(rangeIn(only.node, this.#measurement))
  }

  #isPossible(form: LinearForm, left: Interval): boolean {
    const [only] = form.parts.values()
    if (form.parts.size === 1 && only !== undefined)
      return !isEmpty(left, this.#valuesOf(only.node))
    const { low, high } = this.#sumRange(form)
    return !isEmpty(narrowed(narrowed(left, '>=', low), '<=', high))
  }

  /** By what is left to each part. */
  #sumRange({ parts }: LinearForm): ValueRange {
    let low = 0
    let high = 0
    for (const [name, { node, weight }] of parts) {
      const alone = { parts: new Map([[name, { node, weight: 1 }]]), constant: 0 }
      const left = this.#intervals.get(keyOf(alone))?.left ?? this.#startOf(alone)
      low += weight * (weight < 0 ? left.high : left.low)
      high += weight * (weight < 0 ? left.low : left.high)
    }
    return { low, high }
  }

  /** What there is, where that is a list: states, yes and no. */
  #valuesOf(node: Expression): readonly number[] | undefined {
    const states = statesIn(node, this.#measurement)
    if (states !== undefined) return Object.keys(states).map(Number)
    const isFlag =
      node.kind === 'field' && declarationOf(node, this.#measurement).unit === 'boolean'
    return isFlag ? [0, 1] : undefined
  }
}

/** The sum without its constant, its first weight 1: what is compared with `bound` instead of with 0. */
function normalise({ parts, constant }: LinearForm): {
  readonly form: LinearForm
  readonly bound: number
  readonly isMirrored: boolean
} {
  const sorted = [...parts].sort(([a], [b]) => (a < b ? -1 : 1))
  const first = sorted[0]?.[1].weight ?? 1
  const scaled = sorted.map(([name, { node, weight }]) => {
    return [name, { node, weight: weight / first }] as const
  })
  const form = { parts: new Map(scaled), constant: 0 }
  return { form, bound: -constant / first, isMirrored: first < 0 }
}

function keyOf({ parts }: LinearForm): string {
  return [...parts].map(([name, { weight }]) => `${weight.toPrecision(12)} ${name}`).join('\n')
}
