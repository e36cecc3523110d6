import { nearestName } from '@wardround/program'
import { EVENT_KINDS, hasMember } from '../events/event-kinds.ts'
import type { ProblemList } from '../problem-list.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** Checks that a test's events are of a kind that agents send, and have members that such events have. */
export function checkEvents(
  events: RuleTest['events'],
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  for (const [index, { kind, body }] of events.entries()) {
    const facts = Object.hasOwn(EVENT_KINDS, kind) ? EVENT_KINDS[kind] : undefined
    if (facts === undefined)
      problems.attempt([...path, index, 'kind'], () => {
        throw unknown(kind, Object.keys(EVENT_KINDS))
      })
    else
      for (const name of Object.keys(body)) {
        if (hasMember(facts, name) || (facts.hasGroups && name === 'groups')) continue
        problems.attempt([...path, index, 'body', name], () => {
          throw unknown(name, [...facts.members, ...(facts.hasGroups ? ['groups'] : [])])
        })
      }
  }
}

function unknown(name: string, known: readonly string[]): RuleTextError {
  return new RuleTextError(
    0,
    { zh: `事件没有“${name}”`, en: `events have no "${name}"` },
    { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
    nearestName(name, known),
  )
}
