import { CALCULATE, callMath } from './math.ts'
import type { Computed } from './select-plan.ts'

/** A column of numbers out of those of the leaves, row by row; NaN is null. */
export function evaluate(
  computed: Computed,
  leaves: readonly (Float64Array | undefined)[],
  rows: number,
): Float64Array {
  switch (computed.kind) {
    case 'leaf':
      return leaves[computed.leaf] ?? new Float64Array(rows).fill(Number.NaN)
    case 'number':
      return new Float64Array(rows).fill(computed.value)
    case 'binary': {
      const left = evaluate(computed.left, leaves, rows)
      const right = evaluate(computed.right, leaves, rows)
      const calculate = CALCULATE[computed.operator]!
      return left.map((value, row) => calculate(value, right[row]!))
    }
    case 'math': {
      const args = computed.args.map((one) => evaluate(one, leaves, rows))
      return new Float64Array(rows).map((_, row) =>
        callMath(
          computed.name,
          args.map((values) => values[row]!),
        ),
      )
    }
  }
}
