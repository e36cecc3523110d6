import type { Clause, ClauseFile } from './clauses.ts'
import { ProblemList } from './problem-list.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Every clause that rules may name, by id. */
export type ClauseBook = ReadonlyMap<string, Clause>

/** One clauses.yaml. */
export interface ClauseSource {
  readonly file: string
  readonly value: ClauseFile
}

/** Joins the clauses of several files; a later file may name the documents of an earlier one. */
export function toClauseBook(sources: readonly ClauseSource[]): {
  readonly clauses: ClauseBook
  readonly problems: readonly (RuleProblem & { readonly file: string })[]
} {
  const clauses = new Map<string, Clause>()
  const systems = new Map(sources.flatMap(({ value }) => Object.entries(value.documents)))
  const found: (RuleProblem & { readonly file: string })[] = []
  for (const { file, value } of sources) {
    const problems = new ProblemList()
    value.clauses.forEach(({ id, documents, words, number }, index) => {
      const path = ['clauses', index]
      if (clauses.has(id)) problems.add([...path, 'id'], twice(id))
      const named = documents.flatMap((wanted, at) => {
        const system = systems.get(wanted)
        if (system === undefined) problems.add([...path, 'documents', at], unknown(wanted))
        return system === undefined ? [] : [{ number: wanted, system }]
      })
      clauses.set(id, { id, documents: named, words, number })
    })
    found.push(...problems.problems.map((problem) => ({ ...problem, file })))
  }
  return { clauses, problems: found }
}

function twice(id: string): RuleProblem['what'] {
  return { zh: `条款“${id}”已有定义`, en: `clause "${id}" is already defined` }
}

function unknown(document: string): RuleProblem['what'] {
  return { zh: `documents 中没有“${document}”`, en: `"${document}" is not among the documents` }
}
