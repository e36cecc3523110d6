import type { RuleText } from '../compile-rule.ts'
import { WATCHED_CODES } from './oracle-codes.ts'

/** Users hit them; the others are for the DBA at once. */
const LESS_URGENT = new Set<string>(['ORA-00060', 'ORA-01555'])

/** Oracle's alert log as a plain file, where no source of type oracle reads it. */
export const ORACLE_RULES: readonly RuleText[] = [
  ...WATCHED_CODES.map((code): RuleText => ({
    name: code,
    match: `\\b${patternOf(code)}\\b`,
    severity: LESS_URGENT.has(code) ? 'warning' : 'critical',
  })),
  {
    name: 'Instance terminated',
    match: 'Instance terminated by|terminating the instance',
    severity: 'critical',
  },
  {
    name: 'Archiver stuck',
    match: 'ARC[0-9a-z]{1,2}: Error|[Aa]rchiver is unable to archive|ARCH: Archival stopped',
    severity: 'critical',
  },
  {
    name: 'Corrupt block',
    match: 'Corrupt block relative dba|Hex dump of \\(file',
    severity: 'critical',
  },
  {
    name: 'Log switch waits',
    match: 'Checkpoint not complete|cannot allocate new log',
    severity: 'warning',
  },
  {
    name: 'other ORA- error',
    match: '\\bORA-\\d{1,5}\\b',
    except: `\\b(?:${WATCHED_CODES.map(patternOf).join('|')})\\b`,
    severity: 'info',
  },
]

/** Zeros in front may be missing: ORA-600 is ORA-00600. */
function patternOf(code: string): string {
  const digits = code.slice('ORA-'.length)
  const number = digits.replace(/^0+/, '')
  return `ORA-0{0,${digits.length - number.length}}${number}`
}
