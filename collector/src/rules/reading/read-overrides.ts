import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { SEVERITIES, type Severity } from '../severity.ts'

type Path = RuleProblem['path']

/** The levels that a rule has somewhere, and where each is written. */
export interface LevelsInPlace {
  readonly definition: RuleDefinition
  readonly placeOf: (severity: Severity) => Path
}

/** The levels of the rule itself. */
export function ownLevels(definition: RuleDefinition, path: Path): LevelsInPlace {
  return { definition, placeOf: (severity) => [...path, severity] }
}

/** One override: whom it is for, and the rule's levels with its own in their place; none where the rule is off. */
export interface Overridden {
  readonly where: RuleDefinition['where']
  readonly path: Path
  readonly levels: LevelsInPlace | undefined
}

/** Reads a rule's overrides; what they contradict themselves in goes to `problems`. */
export function readOverridden(
  definition: RuleDefinition,
  rulePath: Path,
  problems: ProblemList,
): Overridden[] {
  return definition.overrides.map((override, index) => {
    const path = [...rulePath, 'overrides', index]
    const written = SEVERITIES.filter((severity) => override[severity] !== undefined)
    if (Object.keys(override.where).length === 0)
      problems.add([...path, 'where'], FOR_ALL, SOMEBODY)
    if (override.off && written.length > 0) problems.add([...path, 'off'], OFF_WITH_LEVELS)
    if (!override.off && written.length === 0) problems.add(path, NOTHING, SOMETHING)
    const merged: RuleDefinition = { ...definition }
    for (const severity of written) {
      const level = override[severity]
      if (level !== undefined) merged[severity] = level
    }
    const levels: LevelsInPlace = {
      definition: merged,
      placeOf: (severity) => [...(written.includes(severity) ? path : rulePath), severity],
    }
    return { where: override.where, path, levels: override.off ? undefined : levels }
  })
}

/** What stands in the place of overrides where a kind of rule has none. */
export const TWO_RULES = {
  zh: '各写 where 的多条规则',
  en: 'several rules, each with its `where`',
}

const FOR_ALL = { zh: 'override 没有限定对象', en: 'this override is for everything' }
const SOMEBODY = {
  zh: '至少一个标签，如 host: db1；对全部对象请直接修改级别',
  en: 'at least one tag, as host: db1; for everything the levels themselves',
}
const OFF_WITH_LEVELS = { zh: 'off 不能与级别同用', en: "off doesn't go with levels" }
const NOTHING = { zh: 'override 没有改变任何内容', en: 'this override changes nothing' }
const SOMETHING = {
  zh: 'off: true，或 info、warning、critical 中至少一个',
  en: 'off: true, or at least one of info, warning, critical',
}
