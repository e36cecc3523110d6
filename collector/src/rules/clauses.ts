import type { LocalizedText } from '@wardround/protocol'
import { Type, type Static } from 'typebox'
import { LocalizedWords } from './localized-words.ts'

const closed = { additionalProperties: false }

/** clauses.yaml: of the default pack, and of a site beside its rules. */
export const ClauseFile = Type.Object(
  {
    documents: Type.Record(
      Type.String({ minLength: 1 }),
      LocalizedWords('The system that it is about'),
      {
        default: {},
        description: 'Contracts by number',
      },
    ),
    clauses: Type.Array(
      Type.Object(
        {
          id: Type.String({
            pattern: '^[A-Za-z][A-Za-z0-9_.-]{0,31}$',
            description: 'What rules call it',
          }),
          documents: Type.Array(Type.String(), {
            minItems: 1,
            description: 'Numbers of the contracts that it stands in',
          }),
          words: LocalizedWords('As it stands there (zh), and what that means (en)'),
          number: Type.Optional(LocalizedWords('The number that it sets, where it sets one')),
        },
        closed,
      ),
      { default: [] },
    ),
  },
  closed,
)

export type ClauseFile = Static<typeof ClauseFile>

/** A clause of one or more contracts that an alert serves. */
export interface Clause {
  readonly id: string
  readonly documents: readonly { readonly number: string; readonly system: LocalizedText }[]
  /** zh: quoted; en: what it means. */
  readonly words: LocalizedText
  /** The number that it sets; undefined where it sets none. */
  readonly number: LocalizedText | undefined
}

/** Whose the numbers of a rule are. No contract sets a percentage. */
export type NumbersOf = 'contract' | 'platform'

export const NUMBERS_OF: Readonly<Record<NumbersOf, LocalizedText>> = {
  contract: { zh: '合同要求', en: "the contract's" },
  platform: { zh: '本平台默认值', en: "this platform's default" },
}

/** `002 保健信息系统：“主机文件系统管理”`, `002 (cadre healthcare): filesystem mgmt (“主机文件系统管理”)`. */
export function describeClause({ documents, words }: Clause): LocalizedText {
  return {
    zh: `${documents.map(({ number, system }) => `${number} ${system.zh}`).join('、')}：“${words.zh}”`,
    en: `${documents.map(({ number, system }) => `${number} (${system.en})`).join(', ')}: ${words.en} (“${words.zh}”)`,
  }
}
