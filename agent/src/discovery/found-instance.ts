import type { LocalizedText } from '@wardround/protocol'

/** An instance that was found, as the entry of `sources:` that would watch it. */
export interface FoundInstance {
  readonly type: 'oracle' | 'postgresql' | 'mysql' | 'tomcat'
  /** What was seen of it, for the comment above the entry. */
  readonly about: LocalizedText
  readonly instance: string
  readonly connect: string
  /** Whether it wants an account to be of any use. */
  readonly needsAccount: boolean
  readonly options: Readonly<Record<string, string>>
  /** What a person should fill in or know. */
  readonly notes: readonly LocalizedText[]
}

/** Something that is there and takes no entry of its own, or could not be seen. */
export type Aside = LocalizedText

/** What a finder gives. */
export interface Found {
  readonly instances: readonly FoundInstance[]
  readonly asides: readonly Aside[]
}
