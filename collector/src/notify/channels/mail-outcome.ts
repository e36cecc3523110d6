import type { AttemptOutcome, RefusedRecipient } from '../delivery/attempt-outcome.ts'
import { timedOut } from '../delivery/failure-detail.ts'
import { describeRefused } from '../delivery/refused-recipients.ts'
import { AddressRefusedError } from '../../outgoing/address-policy.ts'

type Failure = Extract<AttemptOutcome, { kind: 'refused' | 'failed' | 'partly' }>

/**
 * What an error of the mail library means, for a message to so many recipients. Replies of 4xx are for now, those of 5xx for good (RFC 5321, section 4.2.1); its
 * texts are not shown, they may quote us.
 */
export function outcomeOfMail(
  error: unknown,
  recipients: number,
  isTooLate: boolean,
  timeoutMs: number,
): Failure {
  if (isTooLate) return { kind: 'failed', reason: 'timeout', detail: timedOut(timeoutMs) }
  if (error instanceof AddressRefusedError)
    return { kind: 'refused', reason: 'blocked', detail: error.text }
  const each = memberOf(error, 'rejectedErrors')
  if (Array.isArray(each) && each.length === recipients) return allRefused(each)
  return outcomeOfReply(memberOf(error, 'code'), memberOf(error, 'responseCode'))
}

/** The server took the message, but not for these. */
export function outcomeOfRecipients(
  recipients: number,
  refused: readonly unknown[] = [],
): AttemptOutcome {
  if (refused.length === 0) return { kind: 'accepted' }
  return { kind: 'partly', accepted: recipients - refused.length, ...sortRefused(refused) }
}

/** Nobody is left where all are refused for good: then it is the message that is refused. */
function allRefused(errors: readonly unknown[]): Failure {
  const { later, never } = sortRefused(errors)
  if (later.length > 0) return { kind: 'partly', accepted: 0, later, never }
  return { kind: 'refused', reason: 'clientError', detail: describeRefused(never, []) }
}

function sortRefused(errors: readonly unknown[]) {
  const later: RefusedRecipient[] = []
  const never: RefusedRecipient[] = []
  for (const error of errors) {
    const reply = memberOf(error, 'responseCode')
    const code = typeof reply === 'number' ? reply : undefined
    const address = String(memberOf(error, 'recipient'))
    if (isForNow(code)) later.push({ address, code })
    else never.push({ address, code })
  }
  return { later, never }
}

function outcomeOfReply(code: unknown, reply: unknown): Failure {
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
