import type { Static } from 'typebox'
import type { ClauseBook } from '../rules/clause-book.ts'
import type { FindingBasis } from '../rules/finding.ts'
import type { ClauseReference } from './schema/contract-number.ts'
import type { ProjectFile } from './schema/project-file.ts'

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

/** A number of a project file, as far as it says whose it is. */
export interface NumberSource {
  readonly clause?: ClauseReferenceValue | undefined
}

/** Whose the numbers of a project file are. */
export type BasisOf = (numbers: readonly (NumberSource | undefined)[]) => FindingBasis

/** Looks up the clauses that numbers of a file quote: the contract's where one of them quotes any, else this platform's default. */
export function basisIn(
  { name, contract }: Pick<ProjectFile, 'name' | 'contract'>,
  book: ClauseBook,
): BasisOf {
  const toClause = (reference: ClauseReferenceValue) => {
    const documents = [{ number: contract.document, system: name }]
    if (typeof reference === 'string') {
      const known = book.get(reference)
      return known === undefined ? [] : [{ ...known, documents }]
    }
    const { document, words } = reference
    const quoted = { id: '', number: undefined, words: { zh: words, en: words } }
    return [{ ...quoted, documents: [{ number: document, system: name }] }]
  }
  return (numbers) => {
    const references = new Set(numbers.flatMap((one) => one?.clause ?? []))
    const clauses = [...references].flatMap(toClause)
    return { numbers: clauses.length > 0 ? 'contract' : 'platform', clauses }
  }
}
