import { MAX_ABSENCE_RULES } from './absence/absence-points.ts'
import { compileAbsenceRule } from './absence/compile-absence-rule.ts'
import { compileEventRule } from './events/compile-event-rule.ts'
import { compileSilenceRule } from './silence/compile-silence-rule.ts'
import { compileValueRule, readValueRule, type ReadValueRule } from './values/compile-value-rule.ts'
import { compileFindingRule } from './findings/compile-finding-rule.ts'
import type { AbsenceRule, EventRule, FindingRule, RuleSet, SilenceRule } from './compiled-rule.ts'
import { ProblemList } from './problem-list.ts'
import type { RuleKnowledge } from './reading/reading.ts'
import { PointLayout } from './points/point-layout.ts'
import type { RuleProblem } from './rule-problem.ts'
import { silentKindOf } from './silence/silent-kind.ts'
import type { RuleDefinition, RuleFile } from './rule-schema.ts'

/** One rule file's contents, as its schema accepts them. */
export interface RuleSource {
  readonly file: string
  readonly value: RuleFile
  /** Which of its rules are not loaded; none by default. */
  readonly isLeftOut?: (rule: RuleDefinition) => boolean
}

export interface FileProblem extends RuleProblem {
  readonly file: string
}

export type CompiledRules =
  | {
      readonly rules: RuleSet
      readonly read: readonly ReadValueRule[]
      readonly problems: readonly []
    }
  | { readonly rules: undefined; readonly problems: readonly FileProblem[] }

/** Compiles the rules of all files together, or lists everything that is wrong with them. */
export function compileRules(
  sources: readonly RuleSource[],
  knowledge: RuleKnowledge,
): CompiledRules {
  const problems: FileProblem[] = []
  const read: ReadValueRule[] = []
  const silenceRules: SilenceRule[] = []
  const absenceRules: AbsenceRule[] = []
  const eventRules: EventRule[] = []
  const findingRules: FindingRule[] = []
  const ids = new Map<string, string>()
  const definitions = new Map<string, RuleDefinition>()
  const leftOut = new Set<string>()
  for (const { file, value, isLeftOut } of sources) {
    value.rules.forEach((rule, index) => {
      if (isLeftOut?.(rule) === true) return void leftOut.add(rule.id)
      const list = new ProblemList()
      const path = ['rules', index]
      checkId(rule, file, ids, path, list)
      definitions.set(rule.id, rule)
      const reading = { ...knowledge, path, problems: list }
      if (silentKindOf(rule.noData) !== undefined)
        keep(silenceRules, compileSilenceRule(rule, reading))
      else if (rule.noData !== undefined) {
        keep(absenceRules, compileAbsenceRule(rule, reading))
        checkRoom(absenceRules, path, list)
      } else if (rule.event !== undefined) keep(eventRules, compileEventRule(rule, reading))
      else if (rule.finding !== undefined) keep(findingRules, compileFindingRule(rule, reading))
      else keep(read, readValueRule(rule, reading))
      problems.push(...list.problems.map((problem) => ({ ...problem, file })))
    })
  }
  if (problems.length > 0) return { rules: undefined, problems }
  const { clauses } = knowledge
  const rules = {
    ...layOut(read),
    silenceRules,
    absenceRules,
    eventRules,
    findingRules,
    definitions,
    leftOut,
    clauses,
  }
  return { rules, read, problems: [] }
}

/** Each rule about the same points has a bit of theirs. */
function checkRoom(
  rules: readonly AbsenceRule[],
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  const last = rules.at(-1)
  const same = rules.filter(
    ({ measurement, field }) => measurement === last?.measurement && field === last.field,
  )
  if (same.length <= MAX_ABSENCE_RULES) return
  problems.add([...path, 'noData'], {
    zh: `监视同一测量项缺失的规则超过 ${MAX_ABSENCE_RULES} 条`,
    en: `more than ${MAX_ABSENCE_RULES} rules watch for the same points`,
  })
}

function keep<T>(list: T[], found: T | undefined): void {
  if (found !== undefined) list.push(found)
}

function checkId(
  { id }: RuleDefinition,
  file: string,
  ids: Map<string, string>,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  const elsewhere = ids.get(id)
  if (elsewhere !== undefined)
    problems.add([...path, 'id'], {
      zh: `规则“${id}”已在 ${elsewhere} 中定义`,
      en: `rule "${id}" is already defined in ${elsewhere}`,
    })
  else ids.set(id, file)
}

/** Gives all that some rule reads a cell in its measurement's points. */
function layOut(read: readonly ReadValueRule[]): Pick<RuleSet, 'valueRules' | 'layouts'> {
  const layouts = new Map<string, PointLayout>()
  const valueRules = read.map((rule) => {
    const { name, facts } = rule.measurement
    const layout = layouts.get(name) ?? new PointLayout(facts)
    layouts.set(name, layout)
    return compileValueRule(rule, layout)
  })
  return { valueRules, layouts }
}
