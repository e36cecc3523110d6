import { quoteRe2 } from '@wardround/query'
import { NotInPromql } from './not-in-promql.ts'
import { toRe2 } from './to-re2.ts'

/** What a rule file says of tags: tag: value, "!value", "~regex", "!~regex", or a list of them. */
export type Where = Readonly<Record<string, string | readonly string[]>>

/** The series of a metric that the matchers let through. A name that is no PromQL identifier would be read as a subtraction. */
export function metricSelector(name: string, matchers: readonly string[]): string {
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)
  const inside = isPlain ? matchers : [`__name__=${quote(name)}`, ...matchers]
  return `${isPlain ? name : ''}${inside.length === 0 ? '' : `{${inside.join(',')}}`}`
}

/** `where` as matchers. A tag that is not there has the value '' in PromQL as in a rule file. @throws NotInPromql */
export function toMatchers(where: Where): string[] {
  return Object.entries(where).flatMap(([tag, written]) => {
    const label = labelName(tag)
    const entries = [written].flat()
    const wanted = entries.filter((entry) => !entry.startsWith('!'))
    const unwanted = entries.filter((entry) => entry.startsWith('!')).map((entry) => entry.slice(1))
    return [
      ...(wanted.length === 0 ? [] : [matcher(label, '=', wanted)]),
      ...unwanted.map((entry) => matcher(label, '!=', [entry])),
    ]
  })
}

/** A tag as a label: PromQL knows letters, digits and _ alone. */
export function labelName(tag: string): string {
  return tag.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}

/** A text in PromQL's quotes; Go reads them as JSON writes them. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

function matcher(label: string, operator: '=' | '!=', entries: readonly string[]): string {
  const [only] = entries
  if (entries.length === 1 && only?.startsWith('~') === false)
    return `${label}${operator}${quote(only)}`
  const alternatives = entries.map((entry) =>
    entry.startsWith('~') ? toRe2(entry.slice(1)) : quoteRe2(entry),
  )
  return `${label}${operator === '=' ? '=~' : '!~'}${quote(alternatives.join('|'))}`
}

/** Labels that Prometheus or the exported rule itself gives to every alert. */
const TAKEN = ['alertname', 'alertstate', 'severity', 'clauses', 'numbers', 'override']

/** The labels that tell one point of a measurement from another. @throws NotInPromql where one of them would be written over */
export function identityLabels(identifyingTags: readonly string[]): string[] {
  const taken = identifyingTags.find((tag) => TAKEN.includes(tag))
  if (taken !== undefined)
    throw new NotInPromql({
      zh: `标识标签“${taken}”与告警自身的标签同名`,
      en: `the identifying tag "${taken}" has the name of a label of the alert itself`,
    })
  return [...new Set(['host', 'project', 'role', ...identifyingTags.map(labelName)])]
}
