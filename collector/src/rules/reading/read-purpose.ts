import { nearestName, parseDurationMs } from '@wardround/program'
import type { ClauseBook } from '../clause-book.ts'
import type { RuleText } from '../compiled-rule.ts'
import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'
import type { RuleDefinition } from '../rule-schema.ts'

/** What a rule is for: the clauses that it serves, whose its numbers are, what to do. */
export type RulePurpose = Pick<RuleText, 'clauses' | 'numbers' | 'runbook'>

/** Looks up a rule's clauses, and checks that a contract's number has a clause that sets it and that repeats are no storm. */
export function readPurpose(
  { clauses: ids, numbers, own, runbook, repeatEvery = 'never' }: RuleDefinition,
  book: ClauseBook,
  path: RuleProblem['path'],
  problems: ProblemList,
): RulePurpose {
  const clauses = ids.flatMap((id, index) => {
    const clause = book.get(id)
    if (clause === undefined) problems.add([...path, 'clauses', index], ...unknown(id, book))
    return clause === undefined ? [] : [clause]
  })
  if (repeatEvery !== 'never' && parseDurationMs(repeatEvery) < MIN_REPEAT_MS)
    problems.add([...path, 'repeatEvery'], tooOften(repeatEvery), {
      zh: '至少 1m，或 never',
      en: 'at least 1m, or never',
    })
  if (own && ids.length > 0) problems.add([...path, 'own'], OWN_SERVES)
  const sets = clauses.some(({ number }) => number !== undefined)
  if (numbers === 'contract' && !sets && clauses.length === ids.length)
    problems.add([...path, 'numbers'], NO_NUMBER, {
      zh: 'platform（本平台默认值），或在 clauses 中写出定下数值的条款',
      en: 'platform, or a clause in `clauses` that sets a number',
    })
  return { clauses, numbers, runbook }
}

function unknown(
  id: string,
  book: ClauseBook,
): [what: RuleProblem['what'], expected: RuleProblem['what'], suggestion: string | undefined] {
  return [
    { zh: `未知的条款“${id}”`, en: `unknown clause "${id}"` },
    { zh: 'clauses.yaml 中的一个 id', en: 'an id of clauses.yaml' },
    nearestName(id, [...book.keys()]),
  ]
}

function tooOften(written: string): RuleProblem['what'] {
  return { zh: `${written} 太短`, en: `${written} is too short` }
}

/** More often than that is no reminder. */
const MIN_REPEAT_MS = 60_000

const OWN_SERVES = {
  zh: 'own 的规则针对平台自身，不服务于任何条款',
  en: 'a rule of its own is about the platform itself: it serves no clause',
}
const NO_NUMBER = {
  zh: '所引条款没有定下任何数值',
  en: 'none of its clauses sets a number',
}
