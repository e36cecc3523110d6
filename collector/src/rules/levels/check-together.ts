import { findContradiction, type Way } from '../language/contradiction.ts'
import type { BinaryNode, Comparison, Expression } from '../language/expression.ts'
import type { ProblemList } from '../problem-list.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { LevelContext } from './read-level.ts'
import { isStateSet, type Threshold } from './threshold.ts'

/** Refuses what can never hold: `and` where no value that crosses the threshold fulfils it, and either condition where its own parts exclude each other. */
export function checkTogether(
  threshold: Threshold,
  { and, or }: { readonly and: Expression | undefined; readonly or: Expression | undefined },
  { value, measurement }: Pick<LevelContext, 'value' | 'measurement'>,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  const check = (key: string, condition: Expression | undefined, given: readonly Way[]) => {
    const found = condition && findContradiction(condition, given, measurement)
    if (found === undefined) return
    const { what, expected } = found.isOwn ? OF_ITSELF : WITH_THRESHOLD
    problems.attempt([...path, key], () => {
      throw new RuleTextError(found.node.at, what, expected)
    })
  }
  check('and', and, crossings(threshold, value))
  check('or', or, [[]])
}

/** The threshold as comparisons: each way in which the value may cross it. */
function crossings(threshold: Threshold, value: Expression): Way[] {
  const compared = (operator: Comparison, bound: number): BinaryNode => {
    const right = { kind: 'number', value: bound, unit: undefined, at: 0 } as const
    return { kind: 'binary', operator, left: value, right, at: 0 }
  }
  if (!isStateSet(threshold)) return [[compared(threshold.comparison, threshold.bound)]]
  const { comparison, states } = threshold
  return comparison === 'in'
    ? states.map((state) => [compared('==', state)])
    : [states.map((state) => compared('!=', state))]
}

const WITH_THRESHOLD = {
  what: {
    zh: '这个比较与阈值矛盾，两者永远不会同时成立',
    en: 'this comparison and the threshold never hold together',
  },
  expected: {
    zh: '超过阈值时仍可能成立的比较',
    en: 'a comparison that may hold while the threshold is crossed',
  },
}

const OF_ITSELF = {
  what: {
    zh: '这个比较与同一条件中的其他比较矛盾，永远不会同时成立',
    en: 'this comparison and those beside it never hold together',
  },
  expected: {
    zh: '可能同时成立的比较；若只需其一成立，请用 or',
    en: 'comparisons that may hold together; `or` where one of them suffices',
  },
}
