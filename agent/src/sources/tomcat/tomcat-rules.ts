import { CAUSE, isFrame, THROWABLE } from '../log/java-records.ts'
import type { LogRule } from '../log/log-rule.ts'

/** What is looked for in the logs of a Tomcat; names are metrics.md's. */
export const TOMCAT_RULES: readonly LogRule[] = [
  {
    name: 'SEVERE',
    severity: 'warning',
    matches: ({ lines }) => /\bSEVERE\b|(?:^|\s)严重(?::|\s)/.test(headOf(lines)),
  },
  {
    name: 'OutOfMemoryError',
    severity: 'critical',
    matches: ({ lines }) => lines.some((line) => line.includes('OutOfMemoryError')),
  },
  { name: 'Exception', severity: 'info', matches: ({ lines }) => isTrace(lines) },
  {
    name: 'Too many open files',
    severity: 'critical',
    matches: ({ lines }) => lines.some((line) => /Too many open files|打开的文件过多/i.test(line)),
  },
  {
    name: 'STUCK',
    severity: 'warning',
    matches: ({ lines }) => /notifyStuckThreadDetected|\bSTUCK\b|may be stuck/.test(headOf(lines)),
  },
]

/** The level stands in the first line, or, in Tomcat 7 and before, at the beginning of the second. */
function headOf([first = '', second = '']: readonly string[]): string {
  return `${first}\n${second.slice(0, 40)}`
}

/** One for each stack trace, however many causes it has. */
function isTrace(lines: readonly string[]): boolean {
  return (
    lines.some(isFrame) &&
    lines.some(
      (line) => /(?:Exception|Error)\b/.test(line) && (THROWABLE.test(line) || CAUSE.test(line)),
    )
  )
}
