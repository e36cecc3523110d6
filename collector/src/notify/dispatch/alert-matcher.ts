import { compileTagTest, regexIn, type TagTest } from '../../rules/reading/tag-filter.ts'
import type { Alert } from '../../rules/alert.ts'

/** Which alerts: label: value, "!value", "~regex", "!~regex", or a list of them, as in a rule's `where`. */
export type LabelConditions = Readonly<Record<string, string | readonly string[]>>

/** What a matcher looks at. */
export type MatchedAlert = Pick<Alert, 'labels' | 'measurement'>

export interface AlertMatcher {
  readonly matches: (alert: MatchedAlert) => boolean
  /** As Alertmanager writes matchers: `{host="db1",severity=~"warning|critical"}`; `{}` for all alerts. */
  readonly text: string
}

/** Not a label: what the alert's rule watches, `oracle_up`. */
export const MEASUREMENT = 'measurement'

/**
 * Compiles conditions on labels; a label that an alert doesn't have is ''. All of them must hold.
 * @throws RuleTextError at a regular expression that can't be read
 */
export function compileMatcher(conditions: LabelConditions): AlertMatcher {
  const tests: (readonly [name: string, test: TagTest])[] = Object.entries(conditions).map(
    ([name, written]) => [name, compileTagTest(written)],
  )
  return {
    matches: (alert) => tests.every(([name, test]) => test(labelOf(alert, name))),
    text: `{${Object.entries(conditions).sort(byName).flatMap(writeCondition).join(',')}}`,
  }
}

/** Whether conditions, which can be read, also fit an alert that has none of their labels: they may well fit all. */
export function fitsWithoutLabels(conditions: LabelConditions): boolean {
  return compileMatcher(conditions).matches({ labels: {}, measurement: '' })
}

/** A label's value, '' where there is none. */
export function labelOf({ labels, measurement }: MatchedAlert, name: string): string {
  return name === MEASUREMENT ? measurement : (labels[name] ?? '')
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Several values of which one must fit are one expression; each of those that must not fit stands for itself. */
function writeCondition([name, written]: readonly [
  string,
  string | readonly string[],
]): readonly string[] {
  const entries = typeof written === 'string' ? [written] : written
  const wanted = entries.filter((entry) => !entry.startsWith('!'))
  const unwanted = entries.filter((entry) => entry.startsWith('!'))
  const [only] = wanted
  const positive =
    wanted.length > 1
      ? [`${name}=~${JSON.stringify(wanted.map(asExpression).join('|'))}`]
      : only === undefined
        ? []
        : [writeOne(name, '=', only)]
  return [...positive, ...unwanted.map((entry) => writeOne(name, '!', entry.slice(1)))]
}

function writeOne(name: string, sign: '=' | '!', entry: string): string {
  const regex = regexIn(entry)
  if (regex !== undefined)
    return `${name}${sign === '=' ? '=~' : '!~'}${JSON.stringify(regex.source)}`
  return `${name}${sign === '=' ? '=' : '!='}${JSON.stringify(entry)}`
}

function asExpression(entry: string): string {
  return regexIn(entry)?.source ?? entry.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
