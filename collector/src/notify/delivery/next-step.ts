import { readRetryAfterMs } from '../../http/retry-after.ts'
import type { AttemptOutcome } from './attempt-outcome.ts'
import { inBothLanguages, type FailureDetail } from './failure-detail.ts'
import type { FailedAttempt, FailureReason } from '../outbox/outbox-store.ts'
import { describeRefused, describeUnreached } from './refused-recipients.ts'

/** What to do after an attempt. */
export type NextStep =
  /** `unreached`: who of its recipients will not get it, and why. */
  | { readonly action: 'sent'; readonly unreached?: FailedAttempt }
  | {
      readonly action: 'retry'
      readonly atMs: number
      /** It is the channel that is in trouble, so its other messages wait as long. */
      readonly whole: boolean
      /** The service itself asked for the pause: a restart keeps to it. */
      readonly asked: boolean
      readonly failure: FailedAttempt
      /** The others have it, or will never. */
      readonly onlyTo?: readonly string[]
      /** Somebody has it now. */
      readonly delivered?: boolean
      /** For some of its recipients this attempt was the last, and for others not: for its alerts' history. */
      readonly partly?: boolean
    }
  | { readonly action: 'giveUp'; readonly failure: FailedAttempt }

export interface DeliveryAge {
  /** Attempts made before this one. */
  readonly attempts: number
  readonly createdAtMs: number
  readonly nowMs: number
  readonly giveUpAfterMs: number
  /** The recipients that an earlier attempt left; the others have it. */
  readonly onlyTo?: readonly string[] | undefined
}

const FIRST_DELAY_MS = 1000
const MAX_DELAY_MS = 5 * 60_000
const MAX_RETRY_AFTER_MS = 3_600_000

/** A mail server that refuses somebody for now (greylisting) does so for a minute at least. */
const RECIPIENT_DELAY_MS = 60_000

/**
 * Decides what follows an attempt. 2xx is success. 5xx, 408, 425, 429, a redirect (never followed), a failed connection and a service's own word that it
 * was asked too often are tried again, until the message is too old; other 4xx are the receiver's last word. A message that some of its recipients got is sent,
 * whatever becomes of the others. `random` gives [0, 1).
 */
export function decideNextStep(
  outcome: AttemptOutcome,
  age: DeliveryAge,
  random: () => number,
): NextStep {
  if (outcome.kind === 'accepted') return { action: 'sent' }
  if (outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300)
    return { action: 'sent' }
  const step =
    outcome.kind === 'partly' ? afterPart(outcome, age, random) : afterFailure(outcome, age, random)
  return step.action === 'giveUp' && age.onlyTo !== undefined
    ? { action: 'sent', unreached: toUnreached(step.failure, age.onlyTo) }
    : step
}

type Partly = Extract<AttemptOutcome, { kind: 'partly' }>

function afterPart(
  { accepted, later, never }: Partly,
  age: DeliveryAge,
  random: () => number,
): NextStep {
  const failure = {
    atMs: age.nowMs,
    reason: 'recipient' as const,
    detail: describeRefused(never, later),
  }
  if (later.length > 0 && !isTooOld(age))
    return {
      action: 'retry',
      atMs: age.nowMs + Math.max(RECIPIENT_DELAY_MS, backOffMs(age.attempts, random)),
      whole: false,
      asked: false,
      failure,
      onlyTo: later.map(({ address }) => address),
      delivered: accepted > 0,
      partly: accepted + never.length > 0 && later.length < (age.onlyTo?.length ?? Infinity),
    }
  const nobody = accepted === 0 && age.onlyTo === undefined
  return nobody ? { action: 'giveUp', failure } : { action: 'sent', unreached: failure }
}

function afterFailure(
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' | 'partly' }>,
  age: DeliveryAge,
  random: () => number,
): NextStep {
  const reason = reasonOf(outcome)
  const detail = outcome.kind === 'answered' ? `HTTP ${outcome.status}` : outcome.detail
  const failure: FailedAttempt = { atMs: age.nowMs, reason, detail }
  if (FINAL.has(reason)) return { action: 'giveUp', failure }
  if (isTooOld(age)) return { action: 'giveUp', failure: { ...failure, reason: 'expired' } }
  const askedMs = askedPauseMs(outcome, age.nowMs)
  return {
    action: 'retry',
    atMs: age.nowMs + Math.max(askedMs, backOffMs(age.attempts, random)),
    whole:
      outcome.kind === 'failed' || reason === 'rateLimited' || reason === 'quota' || askedMs > 0,
    asked: askedMs > 0,
    failure,
    ...(age.onlyTo === undefined ? {} : { onlyTo: age.onlyTo }),
  }
}

function isTooOld({ nowMs, createdAtMs, giveUpAfterMs }: DeliveryAge): boolean {
  return nowMs - createdAtMs >= giveUpAfterMs
}

function toUnreached(failure: FailedAttempt, addresses: readonly string[]): FailedAttempt {
  const detail: FailureDetail = describeUnreached(addresses, inBothLanguages(failure.detail))
  return { ...failure, detail }
}

/** The receiver's last word, or ours: another attempt would come to the same. */
const FINAL: ReadonlySet<FailureReason> = new Set([
  'clientError',
  'authError',
  'tooLong',
  'blocked',
  'unreadable',
])

function askedPauseMs(outcome: AttemptOutcome, nowMs: number): number {
  if (outcome.kind === 'refused') return outcome.pauseMs ?? 0
  if (outcome.kind !== 'answered') return 0
  return readRetryAfterMs(outcome.retryAfter, nowMs, MAX_RETRY_AFTER_MS) ?? 0
}

/** Doubles with every attempt; half of it is chance, so that messages that failed together don't come back together. */
function backOffMs(attempts: number, random: () => number): number {
  const fullMs = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempts, 30))
  return Math.round(fullMs / 2 + (random() * fullMs) / 2)
}

function reasonOf(
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' | 'partly' }>,
): FailureReason {
  if (outcome.kind !== 'answered') return outcome.reason
  const { status } = outcome
  if (status >= 500 || status === 425) return 'serverError'
  if (status === 408) return 'timeout'
  if (status === 429) return 'rateLimited'
  if (status < 400) return 'redirected'
  return status === 401 || status === 403 ? 'authError' : 'clientError'
}
