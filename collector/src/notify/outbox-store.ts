import type { Position } from '@wardround/journal'
import type { RuleStateRow } from '../rules/alert.ts'

/** One message to one webhook, as it is put in the outbox. */
export interface NewDelivery {
  /** Names the message for ever; the same on every attempt. */
  readonly deliveryId: string
  /** Name of the webhook in the configuration; its URL is never stored. */
  readonly webhook: string
  /** Messages of one group to one webhook go out in the order of enqueue. */
  readonly groupKey: string
  readonly createdAtMs: number
  /** The body, ready to be sent. */
  readonly body: string
}

/** A message that waits. */
export interface Delivery extends NewDelivery {
  readonly attempts: number
}

/** Why an attempt failed, or a message was given up. Small and stable: a label of a metric. */
export type FailureReason =
  | 'network'
  | 'timeout'
  | 'redirected'
  | 'rateLimited'
  | 'serverError'
  | 'clientError'
  | 'authError'
  | 'expired'
  | 'overflow'

export interface FailedAttempt {
  readonly atMs: number
  readonly reason: FailureReason
  /** A few words without secrets, e.g. `HTTP 503`, `ECONNREFUSED`. */
  readonly detail: string
}

/** A message that will never be sent, kept so that people see it. */
export interface GivenUpDelivery extends FailedAttempt {
  readonly deliveryId: string
  readonly webhook: string
  readonly groupKey: string
  readonly createdAtMs: number
  readonly attempts: number
}

export interface DueDeliveries {
  /** Oldest first. At most one of a group: the oldest that is neither sent nor given up. */
  readonly deliveries: readonly Delivery[]
  /** When the next one that isn't due yet will be; undefined: none waits. */
  readonly nextDueAtMs: number | undefined
}

export interface OutboxCount {
  readonly queued: number
  readonly sent: number
  readonly givenUp: number
}

/** The persistent outbox. Every call is one transaction, durable when it resolves. */
export interface NotificationOutbox {
  /** Idempotent by deliveryId. */
  enqueue(deliveries: readonly NewDelivery[]): Promise<void>
  due(webhook: string, nowMs: number, limit: number): Promise<DueDeliveries>
  markSent(deliveryId: string, atMs: number): Promise<void>
  markFailed(deliveryId: string, failure: FailedAttempt, nextAttemptAtMs: number): Promise<void>
  giveUp(deliveryId: string, failure: FailedAttempt): Promise<void>
  /** The newest messages given up. */
  givenUp(limit: number): Promise<readonly GivenUpDelivery[]>
  /** By webhook name. */
  counts(): Promise<Readonly<Record<string, OutboxCount>>>
}

/** One transition as the alert history keeps it. */
export interface TransitionRecord {
  readonly ruleId: string
  readonly key: string
  /** A transition's; or `past`: an alert that would have fired while its agent could not be heard, from atMs to its endsAtMs. */
  readonly kind: string
  readonly fingerprint: string
  readonly atMs: number
  /** The Transition as JSON. */
  readonly json: string
}

/** What the rules know and have to say after a journal position: stored as one transaction or not at all. */
export interface AlertCommit {
  /** Journal records before this are in the state; undefined: as it was. */
  readonly cursor: Position | undefined
  readonly put: readonly RuleStateRow[]
  readonly remove: readonly { readonly ruleId: string; readonly key: string }[]
  readonly transitions: readonly TransitionRecord[]
  readonly deliveries: readonly NewDelivery[]
}

/** The state of rules and alerts, saved together with the journal position that it covers. */
export interface AlertStateStore {
  load(): Promise<{ readonly cursor: Position | undefined; readonly rows: readonly RuleStateRow[] }>
  commit(commit: AlertCommit): Promise<void>
}
