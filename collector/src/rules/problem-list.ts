import { RuleTextError, type RuleProblem } from './rule-problem.ts'

type Path = RuleProblem['path']

/** Collects what is wrong with a rule file, so that one look shows all of it. */
export class ProblemList {
  readonly problems: RuleProblem[] = []

  /** Runs a reading of the text at `path`; what it throws about that text becomes a problem there. */
  attempt<T>(path: Path, read: () => T): T | undefined {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof RuleTextError)) throw error
      const { at, what, expected, suggestion } = error
      this.problems.push({ path, at, what, expected, suggestion })
      return undefined
    }
  }

  add(
    path: Path,
    what: RuleProblem['what'],
    expected?: RuleProblem['what'],
    suggestion?: string,
  ): void {
    this.problems.push({ path, at: 0, what, expected, suggestion })
  }
}
