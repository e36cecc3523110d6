import type { ShadowAge } from './shadow-ages.ts'

/** Longest answer line: the largest output, were each of its characters escaped. */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024

/** Why there is no output. */
export type HelperFailure =
  | 'REFUSED'
  | 'NOT_INSTALLED'
  | 'NOT_PERMITTED'
  | 'DEADLINE'
  | 'FLOOD'
  | 'UNREADABLE'

/** What one request is answered with, as one line of JSON. */
export type HelperAnswer =
  | {
      readonly ok: true
      readonly exitCode: number
      readonly stdout: string
      readonly stderr: string
    }
  | { readonly ok: true; readonly accounts: readonly ShadowAge[] }
  | { readonly ok: false; readonly error: HelperFailure; readonly message: string }
