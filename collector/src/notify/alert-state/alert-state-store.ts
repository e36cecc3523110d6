import type { Position } from '@wardround/journal'
import type { RuleStateRow } from '../../rules/alert.ts'
import type { Decision } from '../dispatch/decision.ts'
import type { DispatchChanges, DispatchRow } from '../dispatch/dispatch-rows.ts'
import type { NewDelivery } from '../outbox/outbox-store.ts'

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
  /** What the dispatcher must remember. */
  readonly dispatch: DispatchChanges
  /** Why alerts were or were not told. */
  readonly decisions: readonly Decision[]
}

/** The state of rules and alerts, saved together with the journal position that it covers. */
export interface AlertStateStore {
  load(): Promise<{
    readonly cursor: Position | undefined
    readonly rows: readonly RuleStateRow[]
    readonly dispatchRows: readonly DispatchRow[]
  }>
  commit(commit: AlertCommit): Promise<void>
}
