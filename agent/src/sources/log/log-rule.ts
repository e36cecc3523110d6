import type { LogRecord } from './record-grouper.ts'

/** What is looked for in a log. */
export interface LogRule {
  /** Value of the tag `rule`. */
  readonly name: string
  matches(record: LogRecord): boolean
}

/** Names of the rules that a record matches. */
export function matchRules(rules: readonly LogRule[], record: LogRecord): string[] {
  return rules.filter((rule) => rule.matches(record)).map(({ name }) => name)
}
