import type { Clause, NumbersOf } from './clauses.ts'

/** Number of the contract of a host's or device's project; undefined where it belongs to none. */
export type ContractOf = (subject: string) => string | undefined

interface Basis {
  readonly clauses: readonly Clause[]
  readonly numbers: NumbersOf
}

/** What a rule's numbers rest on where one contract alone holds: a number that none of its clauses sets is this platform's default there. */
export function basisWithin({ clauses, numbers }: Basis, document: string): Basis {
  const own = clauses.flatMap((clause) => within(clause, document))
  const isSet = own.some(({ number }) => number !== undefined)
  return { clauses: own, numbers: isSet ? numbers : 'platform' }
}

/** A clause of several contracts as that of one. */
export function within(clause: Clause, document: string): Clause[] {
  const documents = clause.documents.filter(({ number }) => number === document)
  return documents.length === 0 ? [] : [{ ...clause, documents }]
}
