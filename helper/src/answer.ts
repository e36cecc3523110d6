import { planCommand, type HelperRequest } from './listed-commands.ts'
import type { ShadowAge } from './shadow-ages.ts'

/** Of standard error, which is only quoted. */
export const MAX_ERROR_BYTES = 64 * 1024

/** Accounts of a host, a line of some hundred bytes for each. */
const MAX_AGES_BYTES = 4 * 1024 * 1024
const MAX_MEMBERS_BYTES = 1024

/** Longest answer line to a request. Every second character of a program's JSON may have to be escaped; what has far more of them is no such text. */
export function maxAnswerBytes(request: HelperRequest): number {
  if (request.command === 'shadow-ages') return MAX_AGES_BYTES
  return 2 * (planCommand(request).maxBytes + MAX_ERROR_BYTES) + MAX_MEMBERS_BYTES
}

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
