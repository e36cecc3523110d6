import type { Logger } from '@wardround/program'
import type { AttemptOutcome } from './attempt-outcome.ts'
import type { Channel } from '../channel.ts'
import type {
  Delivery,
  FailedAttempt,
  NewDelivery,
  NotificationOutbox,
} from '../outbox/outbox-store.ts'
import type { RateBudget } from './rate-budget.ts'

/** Makes one attempt with messages that go out as one; never rejects. */
type Send = (channel: Channel, deliveries: readonly Delivery[]) => Promise<AttemptOutcome>

/** What a channel's queue works with. */
export interface QueueParts {
  readonly outbox: NotificationOutbox
  readonly send: Send
  /** What the channel's service still lets itself be asked. Never rejects. */
  readonly budgetOf: (channel: Channel) => Promise<RateBudget>
  readonly log: Logger
  readonly nowMs: () => number
  readonly random: () => number
  /** A message was given up, or some of its recipients will not get it. */
  readonly onGivenUp: (delivery: NewDelivery, failure: FailedAttempt) => void
}
