import type { LogRecord } from './record-grouper.ts'

/** How much a match matters; order is the wire value of the field `alarm` (from 1). */
export const SEVERITIES = ['info', 'warning', 'critical'] as const

export type Severity = (typeof SEVERITIES)[number]

/** What is looked for in a log. */
export interface LogRule {
  /** Value of the tag `rule`. */
  readonly name: string
  readonly severity: Severity
  /** So many matches within ten minutes are worth an alarm; default 1. */
  readonly atLeast?: number
  /** Texts of which one stands in each line that it matches; absent where any line may be one. */
  readonly literals?: readonly string[] | undefined
  /** Groups whose values are counted, too. */
  readonly counted?: readonly string[]
  matches(record: LogRecord): boolean
  /** What its named groups hold in a record that it matches. */
  groupsOf?(record: LogRecord): Readonly<Record<string, string>>
}

/** The rules that a record matches. */
export function matchRules(rules: readonly LogRule[], record: LogRecord): LogRule[] {
  return rules.filter((rule) => rule.matches(record))
}
