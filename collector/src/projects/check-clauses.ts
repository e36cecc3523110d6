import { nearestName } from '@wardround/program'
import type { ClauseBook } from '../rules/clause-book.ts'
import type { Path, ProjectProblems } from './project-problems.ts'

interface ClauseCheck {
  readonly clauses: ClauseBook
  readonly document: string
  readonly problems: ProjectProblems
}

/** Every `{value, clause}` quotes a clause of this contract, or says that the number is the platform's. */
export function checkClauses(value: unknown, path: Path, check: ClauseCheck): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    value.forEach((entry, index) => checkClauses(entry, [...path, index], check))
    return
  }
  const { clause, platform } = value as { clause?: unknown; platform?: unknown }
  if ('value' in value && (clause === undefined) === (platform === undefined))
    check.problems.add(
      path,
      {
        zh: '数值没有写明出处，或写了两种',
        en: 'it is not said, or said twice, whose the number is',
      },
      {
        zh: 'clause: 条款编号，或 platform: true（合同未规定，取本平台默认值）',
        en: 'clause: ID, or platform: true (no document sets it: this platform’s default)',
      },
    )
  if (typeof clause === 'string') checkReference(clause, [...path, 'clause'], check)
  for (const [key, entry] of Object.entries(value)) checkClauses(entry, [...path, key], check)
}

function checkReference(
  id: string,
  path: Path,
  { clauses, document, problems }: ClauseCheck,
): void {
  const known = clauses.get(id)
  if (known === undefined) {
    problems.add(
      path,
      { zh: `未知的条款“${id}”`, en: `unknown clause "${id}"` },
      { zh: 'clauses.yaml 中的编号', en: 'an id of clauses.yaml' },
      nearestName(id, [...clauses.keys()]),
    )
    return
  }
  const numbers = known.documents.map(({ number }) => number)
  if (!numbers.includes(document))
    problems.add(path, {
      zh: `条款“${id}”出自合同 ${numbers.join('、')}，不在本合同 ${document} 中`,
      en: `clause "${id}" stands in contract ${numbers.join(', ')}, not in ${document}`,
    })
}
