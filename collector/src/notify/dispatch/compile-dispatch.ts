import { isTimeZone, parseDurationMs, type LocalizedText } from '@wardround/program'
import { ProblemList } from '../../rules/problem-list.ts'
import { regexIn } from '../../rules/reading/tag-filter.ts'
import type { RuleProblem } from '../../rules/rule-problem.ts'
import type { RegexCheck } from '../../rules/reading/reading.ts'
import { MEASUREMENT } from './alert-matcher.ts'
import type { Calendar } from './calendar.ts'
import { compileRoutes } from './compile-routes.ts'
import type { Dependency } from './dependency-index.ts'
import type { DependencyFile, DependencySettings } from './dependency-settings.ts'
import type { DispatchSettings } from './dispatch-settings.ts'
import type { DispatchRules } from './dispatcher.ts'
import { compileWindows, unknownZone, ZONE } from './maintenance-window.ts'
import type { RuleRepeats } from './reminders.ts'
import { checkName, LABEL, readMatcher, type SettingsKnowledge } from './settings-check.ts'

type Path = readonly (string | number)[]

/** What the settings of the dispatcher are read with. */
export interface DispatchKnowledge {
  readonly channels: readonly string[]
  /** Labels that alerts of the rules may have. */
  readonly labels: ReadonlySet<string>
  /** Ids of all rules that a site may have in force. */
  readonly rules: ReadonlySet<string>
  readonly checkRegex: RegexCheck
  readonly calendar: () => Calendar
  readonly repeatOf: RuleRepeats
}

/** The rules, or what is wrong: `path` is the place within `notify:`. */
export type CompiledDispatch =
  | { readonly rules: DispatchRules; readonly problems: readonly [] }
  | { readonly rules: undefined; readonly problems: readonly RuleProblem[] }

/** Compiles `notify:`'s part about who is told of what; `shipped` is what comes with Wardround. */
export function compileDispatch(
  settings: DispatchSettings,
  shipped: DependencyFile,
  known: DispatchKnowledge,
): CompiledDispatch {
  const problems = new ProblemList()
  const { timeZone } = settings
  if (!isTimeZone(timeZone)) {
    problems.add(['timeZone'], unknownZone(timeZone), ZONE)
    return { rules: undefined, problems: problems.problems }
  }
  const labels = new Set([...known.labels, MEASUREMENT])
  const reading = {
    ...known,
    labels,
    timeZone,
    channels: new Set(known.channels),
    people: new Map(settings.people.map((person) => [person.name, person])),
  }
  // a site may replace or leave out what the pack's own file names
  const ofPack = { ...reading, rules: undefined }
  const rules: DispatchRules = {
    root: compileRoutes(settings.route, ['route'], reading, problems),
    repeatOf: known.repeatOf,
    labels: known.labels,
    ruleIds: known.rules,
    timeZone,
    digestMs: parseDurationMs(settings.digestAfter),
    windows: compileWindows(settings.maintenance, ['maintenance'], reading, problems),
    dependencies: [
      ...compileDependencies(shipped.dependencies, ['shipped'], ofPack, problems),
      ...compileDependencies(settings.dependencies, ['dependencies'], reading, problems),
    ],
    duringBackup: new Set(shipped.duringBackup),
  }
  return problems.problems.length > 0
    ? { rules: undefined, problems: problems.problems }
    : { rules, problems: [] }
}

/** Whether any condition has a regular expression: only then a check of them is needed. */
export function hasRegex(value: unknown): boolean {
  if (typeof value === 'string') return regexIn(value) !== undefined
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(hasRegex)
}

function compileDependencies(
  settings: readonly DependencySettings[],
  path: Path,
  known: SettingsKnowledge,
  problems: ProblemList,
): Dependency[] {
  return settings.map(({ parent, child, equal, everyInstance = false }, index) => {
    const place = [...path, index]
    if (everyInstance && equal.length > 0)
      problems.add([...place, 'equal'], EITHER, {
        zh: 'equal 与 everyInstance 只写其一',
        en: 'either equal or everyInstance',
      })
    for (const [at, one] of equal.entries())
      checkShared(one, [...place, 'equal', at], known, problems)
    return {
      parent: readMatcher(parent, [...place, 'parent'], known, problems),
      child: readMatcher(child, [...place, 'child'], known, problems),
      everyInstance,
      equal: equal.map((one) => (typeof one === 'string' ? { child: one, parent: one } : one)),
    }
  })
}

const EITHER: LocalizedText = {
  zh: '写了 everyInstance 就按数据库的实例对应，不再看标签',
  en: 'with everyInstance the instances of a database decide, not labels',
}

function checkShared(
  one: DependencySettings['equal'][number],
  path: Path,
  { labels }: SettingsKnowledge,
  problems: ProblemList,
): void {
  if (typeof one === 'string') checkName(one, labels, path, LABEL, problems)
  else
    for (const side of ['child', 'parent'] as const)
      checkName(one[side], labels, [...path, side], LABEL, problems)
}
