import { nearestName, type LocalizedText } from '@wardround/program'
import type { ProblemList } from '../../rules/problem-list.ts'
import { RuleTextError } from '../../rules/rule-problem.ts'
import type { RegexCheck } from '../../rules/reading/reading.ts'
import { compileTagTest, regexIn } from '../../rules/reading/tag-filter.ts'
import { SEVERITIES } from '../../rules/severity.ts'
import { compileMatcher, type AlertMatcher, type LabelConditions } from './alert-matcher.ts'

type Path = readonly (string | number)[]

/** What settings are checked with. */
export interface SettingsKnowledge {
  /** Every label that an alert may have. */
  readonly labels: ReadonlySet<string>
  /** Ids of all rules that a site may have in force; undefined: they are not looked at. */
  readonly rules?: ReadonlySet<string> | undefined
  readonly checkRegex: RegexCheck
}

/** Matches nothing: what stands where a matcher could not be read. */
const NOTHING: AlertMatcher = { matches: () => false, text: '{}' }

/** Compiles conditions on labels; what is wrong with them goes to `problems`. */
export function readMatcher(
  where: LabelConditions,
  path: Path,
  { labels, rules, checkRegex }: SettingsKnowledge,
  problems: ProblemList,
): AlertMatcher {
  const before = problems.problems.length
  for (const [label, written] of Object.entries(where)) {
    checkName(label, labels, [...path, label], LABEL, problems)
    for (const [index, entry] of [written].flat().entries()) {
      const place = typeof written === 'string' ? [...path, label] : [...path, label, index]
      problems.attempt(place, () => checkEntry(label, entry, checkRegex))
      if (label === 'severity') checkSeverity(entry, place, problems)
      if (label === 'alertname' && rules !== undefined) checkRule(entry, rules, place, problems)
    }
  }
  if (problems.problems.length > before) return NOTHING
  return problems.attempt(path, () => compileMatcher(where)) ?? NOTHING
}

/** Refuses a name that is none of those known. */
export function checkName(
  name: string,
  known: ReadonlySet<string>,
  path: Path,
  kind: LocalizedText,
  problems: ProblemList,
): void {
  if (known.has(name)) return
  problems.add(
    path,
    { zh: `没有名为“${name}”的${kind.zh}`, en: `there is no ${kind.en} "${name}"` },
    undefined,
    nearestName(name, [...known]),
  )
}

/** One that there is not fits nothing, for ever. */
function checkSeverity(entry: string, path: Path, problems: ProblemList): void {
  if (regexIn(entry) === undefined)
    checkName(entry.replace(/^!/, ''), new Set(SEVERITIES), path, SEVERITY, problems)
}

/** An alert has the id of its rule as its name: what no rule has fits nothing, or with `!` everything. */
function checkRule(
  entry: string,
  rules: ReadonlySet<string>,
  path: Path,
  problems: ProblemList,
): void {
  const regex = regexIn(entry)
  if (regex === undefined) checkName(entry.replace(/^!/, ''), rules, path, RULE, problems)
  else {
    const matcher = problems.attempt(path, () => compileTagTest(`~${regex.source}`))
    if (matcher !== undefined && ![...rules].some(matcher))
      problems.add(
        path,
        {
          zh: `没有一条规则的 id 匹配“${regex.source}”`,
          en: `"${regex.source}" fits the id of no rule`,
        },
        RULE_ID,
      )
  }
}

const RULE: LocalizedText = { zh: '规则', en: 'rule' }
const RULE_ID: LocalizedText = {
  zh: '自带或自定义规则的 id，例如 oracle_down',
  en: 'the id of a rule of the pack or of your own, such as oracle_down',
}
const SEVERITY: LocalizedText = { zh: '级别', en: 'severity' }
export const LABEL: LocalizedText = { zh: '标签', en: 'label' }

/** @throws RuleTextError */
function checkEntry(label: string, entry: string, checkRegex: RegexCheck): void {
  compileMatcher({ [label]: entry })
  const regex = regexIn(entry)
  const what = regex === undefined ? undefined : checkRegex(regex.source)
  if (regex !== undefined && what !== undefined) throw new RuleTextError(regex.at, what)
}
