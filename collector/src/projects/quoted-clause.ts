import type { Static } from 'typebox'
import type { ClauseBook } from '../rules/clause-book.ts'
import type { ClauseReference } from './schema/contract-number.ts'

/** Where a number of a project stands. */
export interface QuotedClause {
  /** In clauses.yaml; undefined where the file quotes it itself. */
  readonly id: string | undefined
  readonly document: string
  readonly words: string
}

type ClauseReferenceValue = Static<typeof ClauseReference>

/** The clause that a file refers to; undefined where there is none of that id. `document` is that of the project's contract. */
export function quoteClause(
  reference: ClauseReferenceValue,
  clauses: ClauseBook,
  document: string,
): QuotedClause | undefined {
  if (typeof reference !== 'string') return { id: undefined, ...reference }
  const known = clauses.get(reference)
  return known === undefined ? undefined : { id: reference, document, words: known.words.zh }
}
