import type { FailureReason } from './outbox-store.ts'

/** What an attempt came to. */
export type AttemptOutcome =
  /** The service said in its own way that it took the message. */
  | { readonly kind: 'accepted' }
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
      readonly reason: Exclude<FailureReason, 'expired' | 'overflow'>
      /** A few words without secrets. */
      readonly detail: string
      /** How long the service wants to be left alone. */
      readonly pauseMs?: number
    }
  | { readonly kind: 'failed'; readonly reason: 'network' | 'timeout'; readonly detail: string }
