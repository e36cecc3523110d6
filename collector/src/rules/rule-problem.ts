import type { LocalizedText } from '@wardround/protocol'

/** Something wrong inside a text (an expression, a regular expression, a template); `at` is the offset of the trouble. */
export class RuleTextError extends Error {
  override readonly name = 'RuleTextError'
  readonly at: number
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
  readonly suggestion: string | undefined

  constructor(at: number, what: LocalizedText, expected?: LocalizedText, suggestion?: string) {
    super(what.en)
    this.at = at
    this.what = what
    this.expected = expected
    this.suggestion = suggestion
  }
}

/** Something wrong with a rule: where in the file's structure, and how far into that value. */
export interface RuleProblem {
  readonly path: readonly (string | number)[]
  readonly at: number
  readonly what: LocalizedText
  readonly expected: LocalizedText | undefined
  readonly suggestion: string | undefined
}
