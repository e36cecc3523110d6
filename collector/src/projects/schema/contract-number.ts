import { Type, type TSchema } from 'typebox'
import { closed, Section, Words } from './texts.ts'

/** Where a number stands. */
export const ClauseReference = Type.Union(
  [
    Type.String({
      minLength: 1,
      maxLength: 32,
      description: 'Id of a clause in clauses.yaml, which has the document and its words',
    }),
    Section(
      {
        document: Words('Number of the contract document'),
        words: Words('The words of the clause, as they stand there'),
      },
      'A clause that clauses.yaml does not have',
    ),
  ],
  { description: 'Where the number stands' },
)

/** A number, and whose it is: every one quotes its clause, or says that no document sets it. */
export function Quoted<T extends TSchema>(value: T, description: string) {
  return Type.Object(
    {
      value,
      clause: Type.Optional(ClauseReference),
      platform: Type.Optional(
        Type.Literal(true, { description: 'No document sets it: this platform’s default' }),
      ),
      note: Type.Optional(
        Words('Why this number, where the document can be read in more than one way'),
      ),
    },
    { ...closed, description },
  )
}

/** Time that a contract gives: by the clock, or in working days. */
export const SERVICE_TIME = '^(\\d+(?:\\.\\d+)?)(m|h| workdays?)$'

export const ServiceTime = Type.String({
  pattern: SERVICE_TIME,
  expected: {
    zh: '时限，如 30m、0.5h、8h、2 workdays',
    en: 'a time such as 30m, 0.5h, 8h or 2 workdays',
  },
  description: '30m, 0.5h, 8h; 2 workdays are two days of its calendar',
})
