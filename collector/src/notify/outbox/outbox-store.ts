import type { FailureDetail } from '../delivery/failure-detail.ts'
import type { Notice } from '../notice.ts'

/** One message to one channel, as it is put in the outbox. */
export interface NewDelivery {
  /** Names the message for ever; the same on every attempt. */
  readonly deliveryId: string
  /** Name of the channel in the configuration; its address is never stored. */
  readonly channel: string
  /** Messages of one group to one channel go out in the order of enqueue. */
  readonly groupKey: string
  readonly createdAtMs: number
  /** What is said; its words are made when it is sent. */
  readonly notice: Notice
}

/** A message that waits. */
export interface Delivery extends NewDelivery {
  readonly attempts: number
  /** Not to be tried before, but together with something newer of its group. Epoch ms. */
  readonly notBeforeMs: number
  /** Who is still to get it; the others have it. Undefined: all. */
  readonly onlyTo: readonly string[] | undefined
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
  /** the service's allowance of a day or a month is used up */
  | 'quota'
  /** the service finds it too long */
  | 'tooLong'
  /** the address is none that may be connected to */
  | 'blocked'
  /** what waits in the outbox can't be read */
  | 'unreadable'
  | 'expired'
  | 'overflow'
  /** the channel was taken out of the configuration */
  | 'removed'
  /** the service refused it for some of its recipients */
  | 'recipient'

export interface FailedAttempt {
  readonly atMs: number
  readonly reason: FailureReason
  readonly detail: FailureDetail
}

/** A service that wants to be left alone, known by its key: see RateLimit. */
export interface Pause {
  readonly service: string
  /** Epoch ms. */
  readonly untilMs: number
}

/** What is kept of a failed attempt beside its failure. */
export interface AfterFailure {
  readonly pause?: Pause | undefined
  /** The others have it. From here on the message is a group of its own: what is newer does not wait for it. */
  readonly onlyTo?: readonly string[] | undefined
  /** For some of its recipients this attempt was the last, and for others not: recorded among the decisions of its alerts. */
  readonly partly?: boolean | undefined
}

/** A message that will never be sent, kept so that people see it. */
export interface GivenUpDelivery extends FailedAttempt {
  readonly deliveryId: string
  readonly channel: string
  readonly groupKey: string
  readonly createdAtMs: number
  readonly attempts: number
}

export interface DueDeliveries {
  /** In the order that was asked for. */
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
  /**
   * `heads`: at most one of a group, the oldest that waits, if it is due; oldest first. `all`: groups of which something is due, whole and in order, the group
   * with the most urgent message first.
   */
  due(channel: string, nowMs: number, limit: number, which: 'heads' | 'all'): Promise<DueDeliveries>
  /** `unreached`: which recipients will not get it; recorded among the decisions of its alerts. */
  markSent(deliveryIds: readonly string[], atMs: number, unreached?: FailedAttempt): Promise<void>
  markFailed(
    deliveryIds: readonly string[],
    failure: FailedAttempt,
    nextAttemptAtMs: number,
    after?: AfterFailure,
  ): Promise<void>
  /** Recorded among the decisions of their alerts. */
  giveUp(deliveryIds: readonly string[], failure: FailedAttempt): Promise<void>
  /** Gives up what waits for channels that are not among `channels`, at most `limit` of them; returns those. */
  giveUpOthers(
    channels: readonly string[],
    failure: FailedAttempt,
    limit: number,
  ): Promise<readonly NewDelivery[]>
  /** When attempts were made since then that the outbox knows of, one entry each; an attempt that served several messages is one. */
  recentAttempts(channels: readonly string[], sinceMs: number): Promise<readonly number[]>
  /** Services that want to be left alone. */
  pauses(): Promise<readonly Pause[]>
  /** The newest messages given up. */
  givenUp(limit: number): Promise<readonly GivenUpDelivery[]>
  /** By channel name. */
  counts(): Promise<Readonly<Record<string, OutboxCount>>>
}
