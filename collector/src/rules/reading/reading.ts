import type { Catalogue } from '../catalogue.ts'
import type { ClauseBook } from '../clause-book.ts'
import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'

/** Says what is wrong with a regular expression beyond its syntax (it back-tracks), or undefined. */
export type RegexCheck = (source: string) => RuleProblem['what'] | undefined

/** What rules are read with. */
export interface RuleKnowledge {
  readonly catalogue: Catalogue
  readonly clauses: ClauseBook
  readonly checkRegex: RegexCheck
}

/** What one rule is read with: `path` is its place, and what is wrong with it goes to `problems`. */
export interface Reading extends RuleKnowledge {
  readonly path: RuleProblem['path']
  readonly problems: ProblemList
}
