import type { Continues } from './record-grouper.ts'

/** `Tue Nov 22 10:11:12 2026` up to 12.1 (with a time zone in some), `2026-11-22T10:11:12.123456+08:00` since 12.2: a line of its own. */
const HEAD =
  /^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:[A-Z]{3,5} )?\d{4}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?)\s*$/

const CODE = /\bORA-(\d{1,5})(?!\w)/g

/** Oracle's alert log: a line with the time, then what happened, up to the next time. */
export const continuesAlertRecord: Continues = (line) => !HEAD.test(line)

/** The codes of a text, each as often as lines have it, in five digits: ORA-1652 is ORA-01652. */
export function alertCodes(lines: readonly string[]): string[] {
  return lines.flatMap((line) => [
    ...new Set([...line.matchAll(CODE)].map(([, digits = '']) => `ORA-${digits.padStart(5, '0')}`)),
  ])
}
