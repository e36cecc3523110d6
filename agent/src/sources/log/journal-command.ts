import { existsSync } from 'node:fs'
import type { LogOptions } from './log-options.ts'

/** Which entries of the journal are wanted. */
export type JournalChoice = NonNullable<LogOptions['journal']>

/** Fields that are read; others of an entry may be long. */
const FIELDS = ['MESSAGE', 'PRIORITY', 'SYSLOG_IDENTIFIER', 'SYSLOG_PID', '_PID', '_HOSTNAME']

const PLACES = ['/usr/bin/journalctl', '/bin/journalctl']

/** Where journalctl is on this host. */
export function findJournalctl(): string {
  return PLACES.find((path) => existsSync(path)) ?? '/usr/bin/journalctl'
}

/** Arguments that choose entries and say how they are printed: without --all no entry is long, as fields of more than 4 KiB come as null. */
export function journalArguments(
  { units = [], identifiers = [], priority }: JournalChoice,
  { choosesFields }: { readonly choosesFields: boolean },
): string[] {
  return [
    '--output=json',
    '--no-pager',
    ...(choosesFields ? [`--output-fields=${FIELDS.join(',')}`] : []),
    ...units.map((unit) => `--unit=${unit}`),
    ...identifiers.map((identifier) => `--identifier=${identifier}`),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
  ]
}

/** Names the choice in the tag `file`. */
export function journalLabel({ units = [], identifiers = [], priority }: JournalChoice): string {
  const parts = [...identifiers, ...units, ...(priority === undefined ? [] : [`≤${priority}`])]
  const label = ['journal', ...(parts.length === 0 ? [] : [parts.join(',')])].join(':')
  return label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL - 1)}…` : label
}

const MAX_LABEL = 200
