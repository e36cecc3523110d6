import type { AttemptOutcome } from '../attempt-outcome.ts'
import { AddressRefusedError } from './address-policy.ts'

type Failure = Exclude<AttemptOutcome, { kind: 'accepted' | 'answered' }>

/** What an error of the mail library means. Replies of 4xx are for now, those of 5xx for good (RFC 5321, section 4.2.1); its texts are not shown, they may quote us. */
export function outcomeOfMail(error: unknown, isTooLate: boolean, timeoutMs: number): Failure {
  if (isTooLate)
    return { kind: 'failed', reason: 'timeout', detail: `no answer in ${timeoutMs} ms` }
  if (error instanceof AddressRefusedError)
    return { kind: 'refused', reason: 'blocked', detail: error.message }
  const code = memberOf(error, 'code')
  const reply = memberOf(error, 'responseCode')
  const word = typeof code === 'string' ? code : 'UNKNOWN'
  const detail = typeof reply === 'number' ? `${word} ${reply}` : word
  if (code === 'EAUTH' && !isForNow(reply)) return { kind: 'refused', reason: 'authError', detail }
  if (reply === 552 || reply === 523) return { kind: 'refused', reason: 'tooLong', detail }
  if (typeof reply === 'number' && reply >= 500)
    return { kind: 'refused', reason: 'clientError', detail }
  if (reply === 421 || reply === 450 || reply === 451)
    return { kind: 'refused', reason: 'rateLimited', pauseMs: 60_000, detail }
  if (typeof reply === 'number') return { kind: 'refused', reason: 'serverError', detail }
  return { kind: 'failed', reason: code === 'ETIMEDOUT' ? 'timeout' : 'network', detail }
}

function isForNow(reply: unknown): boolean {
  return typeof reply === 'number' && reply < 500
}

function memberOf(error: unknown, name: string): unknown {
  return error instanceof Error ? Reflect.get(error, name) : undefined
}
