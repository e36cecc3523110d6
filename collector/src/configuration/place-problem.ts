import type { ConfigProblem, Located } from '@wardround/program'
import type { RuleProblem } from '../rules/rule-problem.ts'

/** A YAML file that was read, with its text. */
export interface LocatedText<T> {
  readonly located: Located<T>
  readonly lines: readonly string[]
}

/** A problem at its line and column: the value's place, and from there to the trouble inside it. */
export function placeProblem(
  { path, at, what, expected, suggestion }: RuleProblem,
  { located, lines }: LocatedText<unknown>,
): ConfigProblem {
  const found = located.problem(path, what, expected, suggestion)
  const opens = lines[found.line - 1]?.[found.column - 1] ?? ''
  const isBlock = opens === '|' || opens === '>'
  const quote = opens === '"' || opens === "'" ? 1 : 0
  return isBlock || at === 0 ? found : { ...found, column: found.column + at + quote }
}
