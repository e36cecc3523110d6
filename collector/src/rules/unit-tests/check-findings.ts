import { nearestName } from '@wardround/program'
import { FINDING_KINDS, PROJECT_NAMES } from '../findings/finding-kinds.ts'
import type { ProblemList } from '../problem-list.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import { parseValues } from './parse-values.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** Checks that a test's findings are of a kind that there is, with the tags and words of that kind; returns how many values each has. */
export function checkFindings(
  findings: RuleTest['findings'],
  path: RuleProblem['path'],
  problems: ProblemList,
): number[] {
  return findings.map(({ kind, tags, details, values }, index) => {
    const place = [...path, index]
    const facts = Object.hasOwn(FINDING_KINDS, kind) ? FINDING_KINDS[kind] : undefined
    const checkName = (at: RuleProblem['path'], name: string, known: readonly string[]) =>
      problems.attempt([...place, ...at], () => {
        if (!known.includes(name)) throw unknown(name, known)
      })
    if (facts === undefined) checkName(['kind'], kind, Object.keys(FINDING_KINDS))
    else {
      for (const tag of Object.keys(tags)) checkName(['tags', tag], tag, facts.identifying)
      for (const name of Object.keys(details))
        checkName(['details', name], name, [...facts.shown, ...PROJECT_NAMES])
    }
    return problems.attempt([...place, 'values'], () => parseValues(String(values)).length) ?? 0
  })
}

function unknown(name: string, known: readonly string[]): RuleTextError {
  const expected =
    known.length === 0
      ? { zh: '不写', en: 'none' }
      : { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` }
  return new RuleTextError(
    0,
    { zh: `核对结果没有“${name}”`, en: `findings have no "${name}"` },
    expected,
    nearestName(name, known),
  )
}
