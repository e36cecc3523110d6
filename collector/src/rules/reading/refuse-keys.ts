import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'

/** Names each of the keys that is there and doesn't belong to this kind of rule. */
export function refuseKeys<K extends string>(
  given: Readonly<Partial<Record<K, unknown>>>,
  keys: readonly K[],
  path: RuleProblem['path'],
  what: RuleProblem['what'],
  problems: ProblemList,
): void {
  for (const key of keys) if (given[key] !== undefined) problems.add([...path, key], what)
}
