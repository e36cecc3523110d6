import type { FailureDetail } from './failure-detail.ts'
import type { FailureReason } from '../outbox/outbox-store.ts'

/** One whom a service refused a message for. */
export interface RefusedRecipient {
  readonly address: string
  /** The service's code for it; undefined: it gave none. */
  readonly code: number | undefined
}

/** What an attempt came to. */
export type AttemptOutcome =
  /** The service said in its own way that it took the message. */
  | { readonly kind: 'accepted' }
  /** The service took it for some recipients and not for others. */
  | {
      readonly kind: 'partly'
      /** How many it took it for; 0: for nobody, and `later` is not empty. */
      readonly accepted: number
      /** Refused for now: the message is tried again for these alone. */
      readonly later: readonly RefusedRecipient[]
      /** Refused for good. */
      readonly never: readonly RefusedRecipient[]
    }
  /** The status says it. */
  | {
      readonly kind: 'answered'
      readonly status: number
      /** The Retry-After header (RFC 9110, section 10.2.3). */
      readonly retryAfter: string | undefined
    }
  /** The service, or we ourselves, said why not. */
  | {
      readonly kind: 'refused'
      readonly reason: Exclude<FailureReason, 'expired' | 'overflow' | 'removed'>
      readonly detail: FailureDetail
      /** How long the service wants to be left alone. */
      readonly pauseMs?: number
    }
  | {
      readonly kind: 'failed'
      readonly reason: 'network' | 'timeout'
      readonly detail: FailureDetail
    }
