import type { NoticeOccasion } from '../notice.ts'
import type { FailedAttempt } from '../outbox/outbox-store.ts'
import type { HoldKind } from './tracked-alert.ts'

/** What was decided about telling an alert. */
export type DecisionCode =
  | 'sent'
  /** waits with others of its group */
  | 'gathered'
  /** ended and came back, or changed and changed back, before that was told */
  | 'unchanged'
  /** no route leads to a channel */
  | 'noRoute'
  /** ended while it was held: nobody was told of it */
  | 'endedUntold'
  /** a repeat was due, and it is claimed */
  | 'claimed'
  /** somebody took it on */
  | 'takenOn'
  /** somebody took it over from somebody else */
  | 'takenOver'
  /** who had it gave it up */
  | 'givenUp'
  /** a notice of it will never be sent; `failure` says why */
  | 'undelivered'
  /** some of a notice's recipients did not get it; `failure` names them */
  | 'partly'
  | HoldKind

/** Why a notice about an alert was or was not sent, as it is recorded. */
export interface Decision {
  readonly ruleId: string
  readonly key: string
  readonly fingerprint: string
  readonly atMs: number
  readonly code: DecisionCode
  /** Who or what holds it, see Hold; or who has it, took it on or gave it up. */
  readonly by: string | undefined
  /** From whom it was taken over. */
  readonly from?: string | undefined
  readonly route: string | undefined
  readonly channels: readonly string[] | undefined
  readonly occasion: NoticeOccasion | undefined
  /** When what is gathered will be told. */
  readonly untilMs: number | undefined
  /** Why a notice did not reach people. */
  readonly failure?: Pick<FailedAttempt, 'reason' | 'detail'> | undefined
}
